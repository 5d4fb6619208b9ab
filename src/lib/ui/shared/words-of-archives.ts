/**
 * Texts about zips: taking photos out as one, and bringing in what is in some. A part of the catalogue (words.ts) that comes with the dialogs that say it.
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
  exportUncounted: 'The photos could not be looked through just now. They are not affected.',
  exportSave: 'Save zip',
  exportSaving: (done: number, total: number) =>
    `${formatCount(done)} of ${formatCount(total)} photos`,
  exportBytes: (done: string, total: string) => `${done} of ${total}`,
  exportStay: 'Keep Mantel open until it is done.',
  exportDone: 'The zip is saved.',
  exportMissing: (n: number) =>
    `${formatCount(n)} ${plural(n, 'photo is', 'photos are')} not in the zip, because the full picture could not be had now. With signal, export again. The zip has this list too:`,
  exportMore: (n: number) => `and ${formatCount(n)} more`,
  exportFailed: 'The zip could not be saved. Is there enough space where it goes?',
  exportNothing: 'There are no photos to export here.',

  importZip: 'Import from a zip…',
  importTitle: 'Import from a zip',
  importWhat:
    'Photos from Google Takeout, a zip that Mantel saved, or any other zip of photos. Choose all parts at once.',
  importChoose: 'Choose zip files',
  importReading: 'Looking into it…',
  importFound: (n: number, size: string) =>
    `${formatCount(n)} ${plural(n, 'photo', 'photos')}, ${size}`,
  importSource: {
    mantel: 'Saved from Mantel',
    takeout: 'From Google Photos',
    folders: 'A zip of photos',
    mixed: 'Zips of different kinds',
  },
  importIgnored: (n: number) =>
    `${formatCount(n)} other ${plural(n, 'file stays', 'files stay')} out.`,
  /** `way`: what the format calls the way in which they are packed; null where they have a password. */
  importLocked: (n: number, way: string | null) =>
    way === null
      ? `${formatCount(n)} ${plural(n, 'photo stays', 'photos stay')} out, because of a password.`
      : `${formatCount(n)} ${plural(n, 'photo stays', 'photos stay')} out, packed in a way that Mantel cannot open (${way}).`,
  importLockedAdvice:
    'Unpack the zip on a computer, and add what is left out with Add photos, or from a new zip.',
  importAlbums: 'Albums',
  importByFolder: (n: number) =>
    n === 1 ? 'Keep the album in it' : `Keep the ${formatCount(n)} albums in it`,
  importInOne: 'Put everything into one album',
  importInto: 'Into album',
  importLoose: 'What is in no album goes into',
  importStart: 'Import',
  importPhase: {
    checking: (done: number, total: number) =>
      `Looking through ${formatCount(done)} of ${formatCount(total)}`,
    adding: (done: number, total: number) => `Adding ${formatCount(done)} of ${formatCount(total)}`,
    arranging: () => 'Putting them into their albums',
  },
  importStay: 'Keep Mantel open until it is done. If you stop, what came in stays.',
  importStop: 'Stop',
  importDone: (n: number) =>
    n === 0 ? 'Nothing new was in it.' : `${formatCount(n)} ${plural(n, 'photo', 'photos')} added.`,
  importDuplicates: (n: number) =>
    `${formatCount(n)} ${plural(n, 'was', 'were')} in the group already.`,
  importFailed: (n: number) =>
    `${formatCount(n)} could not be added, because the zip does not have ${plural(n, 'it', 'them')} whole:`,
  zipProblem: (kind: string, name: string): string => {
    const known: Partial<Record<string, string>> = {
      'not-a-zip': `${name} is not a zip file, or only a part of one.`,
      'unsafe-names': `This zip is not safe: “${name}” in it would go where it does not belong. Nothing was added.`,
      encrypted: 'This zip has a password. Unpack it first, and make a zip without one.',
      'unknown-packing': `This zip is packed in a way that Mantel cannot open (${name}). Unpack it on a computer, and add the photos from there, or from a new zip.`,
      'too-many': 'There are too many files in this zip. Divide it into smaller ones.',
      'too-large': `This zip is not safe: “${name}” in it would unpack to far more than it should. Nothing was added.`,
      damaged: `This zip is damaged at “${name}”. Nothing was added. Try downloading it again.`,
      unreadable: 'The file could not be read. Is it still where it was?',
      'nothing-there': 'There are no photos in it.',
      'zips-inside':
        'There are only other zips in it. Unpack it first, then choose the ones inside.',
    }
    return known[kind] ?? 'The import did not work. Please try again.'
  },
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
