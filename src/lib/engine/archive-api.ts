/**
 * What screens may ask about zips (a part of api.ts): taking photos out as one, and bringing in what is in some.
 *
 * A zip is made piece by piece, as fast as the page takes the pieces, so that it is never in memory as a whole.
 * Originals that are not on this device are fetched one at a time (needs the network) and given up again; what cannot
 * be had is named. Two exports at once do not disturb each other; one that nobody takes pieces of rests.
 *
 * Zips that come in are looked through as a whole before anything is taken; what they hold then goes the way of any
 * chosen file. Bringing in the same zips once more doubles nothing.
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { DocId, GroupId, ItemId } from '#lib/base/ids.ts'
import type { Result } from '#lib/base/result.ts'
import type { LockedFile, ZipSource } from '#lib/archive/import-plan.ts'
import type { OfflinePageWords } from '#lib/archive/offline-page.ts'
import type { ZipProblem } from '#lib/archive/zip-reader.ts'
import type { ChangeProblem } from './api.ts'

/** Photos of one group: these, else those of an album, else all. */
export interface ExportWish {
  readonly group: GroupId
  readonly album?: DocId
  readonly items?: readonly ItemId[]
}

/** What the zip says of itself, in the language of whoever exports. */
export interface ExportWords extends Omit<OfflinePageWords, 'title'> {
  /** Title where the photos are of no single album or group. */
  readonly photos: string
  /** The first line of the text file that names what is not in the zip. */
  readonly missing: string
}

export interface ExportPlan {
  /** Names this export in the other calls. */
  readonly id: string
  /** File name for the zip. */
  readonly name: string
  readonly photos: number
  /** Of all originals; the zip is a little larger. */
  readonly bytes: number
}

export interface ExportPiece {
  /** The next bytes of the zip; null behind its end. */
  readonly bytes: Bytes | null
  /** Photos and bytes of originals that are in it so far. */
  readonly photos: number
  readonly doneBytes: number
  /** Names of photos whose original could not be had. */
  readonly missing: readonly string[]
}

/** What zips hold. */
export interface ZipContents {
  /** Names these zips in the other calls. */
  readonly id: string
  /** Mantel's own exports, Google Takeout, photos in folders, or several of these. */
  readonly source: ZipSource
  readonly photos: number
  readonly bytes: number
  /** Titles of albums or folders. */
  readonly albums: readonly string[]
  /** Photos that are in none of these. */
  readonly loose: number
  /** Files that are no photos and stay out. */
  readonly ignored: number
  /** Photos that stay out because they cannot be unpacked here, and why. */
  readonly locked: readonly LockedFile[]
}

export type OpenZipProblem =
  | ZipProblem
  | { readonly kind: 'nothing-there' | 'zips-inside'; readonly name: string }
  /** No photo in it can be unpacked; `name`: the way in which the first is packed. */
  | { readonly kind: 'unknown-packing'; readonly name: string }

export interface ZipImportProgress {
  readonly phase: 'checking' | 'adding' | 'arranging'
  readonly done: number
  readonly total: number
  /** Of all that is to be looked through, or brought in. */
  readonly doneBytes: number
  readonly totalBytes: number
}

export interface ZipImportOutcome {
  readonly added: number
  /** In the group already: nothing is there twice. */
  readonly duplicates: number
  /** Names of photos that could not be taken, or that the zip lacks. */
  readonly failed: readonly string[]
  /** Photos that stayed out because they cannot be unpacked here, and why. */
  readonly locked: readonly LockedFile[]
}

export interface ArchiveApi {
  /** Begins an export; nothing is fetched before the first piece is asked for. */
  planExport(input: {
    wishes: readonly ExportWish[]
    words: ExportWords
  }): Promise<Result<ExportPlan, { readonly kind: 'unknown' | 'nothing-there' }>>
  /** Null where the export has ended or failed: what was saved of it is no zip. */
  exportPiece(id: string): Promise<ExportPiece | null>
  /** Ends an export at any moment. */
  endExport(id: string): Promise<void>
  /** Reads what is in zips; nothing is changed. */
  openZips(files: readonly File[]): Promise<Result<ZipContents, OpenZipProblem>>
  /** Looks through all of it, then brings it in; null where it was ended. */
  importZips(input: {
    id: string
    group: GroupId
    /** Takes what is in no album of the zip. */
    album: DocId
    /** Whether albums and folders of the zip become albums. */
    byFolder: boolean
  }): Promise<Result<ZipImportOutcome, ZipProblem | ChangeProblem> | null>
  zipProgress(id: string): Promise<ZipImportProgress | null>
  /** Ends it at any moment; what came in stays. */
  endZips(id: string): Promise<void>
}
