/**
 * Texts about zips: taking photos out as one. A part of the catalogue (words.ts) that comes with the dialogs that say it.
 */
import type { ExportWords } from '#lib/engine/archive-api.ts'
import { formatCount, plural } from './format.ts'

export const wordsOfArchives = {
  export: 'Export',
  exportGroup: 'Export all photos',
  exportTitle: (n: number) => `Export ${formatCount(n)} ${plural(n, 'photo', 'photos')}`,
  exportWhat: (size: string) =>
    `One zip file of about ${size}: every photo and film exactly as it was added, with captions, dates and places beside it, and a page to look at the albums without Mantel.`,
  exportPrivate: 'Whoever has the file can see everything in it.',
  exportCounting: 'One moment…',
  exportSave: 'Save zip',
  exportSaving: (done: number, total: number) =>
    `${formatCount(done)} of ${formatCount(total)} photos`,
  exportBytes: (done: string, total: string) => `${done} of ${total}`,
  exportStay: 'Keep Mantel open until it is done.',
  exportDone: 'The zip is saved.',
  exportMissing: (n: number) =>
    `${formatCount(n)} ${plural(n, 'photo is', 'photos are')} not in the zip, because the full picture could not be had now. A list is in the zip. With signal, export again:`,
  exportMore: (n: number) => `and ${formatCount(n)} more`,
  exportFailed: 'The zip could not be saved. Is there enough space where it goes?',
  exportNothing: 'There are no photos to export here.',
} as const

/** What a zip says of itself. */
export const wordsInZip: ExportWords = {
  language: 'en',
  photos: 'Photos',
  albums: 'Albums',
  comments: 'Comments',
  notIncluded: 'The full picture is not in this zip.',
  footer: 'Saved from Mantel. The originals are in the folders beside this page.',
  missing:
    'The full pictures of these photos could not be had when this zip was made, so they are not in it:',
}
