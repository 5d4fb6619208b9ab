/**
 * Chosen files, copied to the device's own storage before anything else: from then on they are safe here.
 *
 * `add` resolves when the bytes are durable. Short files come sealed under the key of their original, so that each is
 * written once: the commit that keeps the blob takes the file over. The two files of a live photo come and go as one.
 * A record carries all that a resumed import needs to produce byte-identical blobs and the very same item: ids, keys
 * and salts are drawn when the file is taken in.
 * Errors  StorageProblem; after `full` nothing of the file remains
 * Source  docs/design.md §8
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { ContentHash, DocId, ItemId } from '#lib/base/ids.ts'
import type { StagedFile } from './blob-store.ts'

/** RFC 8188 key and salt, 16 bytes each. */
export interface IntakeBlobKey {
  readonly key: Bytes
  readonly salt: Bytes
}

/**
 * What came with a file that was taken out of a group before: it holds instead of what the camera wrote. Wall time in
 * milliseconds as if it were UTC; degrees × 10⁷.
 */
export interface IntakeWords {
  readonly caption: string
  /** Null leaves it to the file. */
  readonly taken: { readonly takenMs: number; readonly offsetMinutes: number | null } | null
  /** Undefined leaves it to the file; null is no place. */
  readonly place?: { readonly latitudeE7: number; readonly longitudeE7: number } | null
  /** Names of the group and of who added it there. */
  readonly from: { readonly group: string; readonly by: string } | null
  /** Place in an album that is ordered by hand. */
  readonly rank: number | null
}

export interface IntakeRecord {
  readonly id: string
  readonly album: DocId
  readonly item: ItemId
  readonly name: string
  /** As the browser gave it; may be empty or wrong. */
  readonly mime: string
  readonly size: number
  /** When it was chosen or captured. */
  readonly addedMs: number
  readonly lastModifiedMs: number
  readonly keys: {
    readonly thumbnail: IntakeBlobKey
    readonly preview: IntakeBlobKey
    readonly original: IntakeBlobKey
  }
  /** Place by geolocation at capture, degrees × 10⁷. */
  readonly place: { readonly latitudeE7: number; readonly longitudeE7: number } | null
  /** Taken with a camera for the group: what is here is all there is of it. Absent for files that were chosen. */
  readonly isCapture?: boolean
  /** Absent for files from a phone or a camera. */
  readonly words?: IntakeWords
  /** How often processing was tried; a file that kills the tab three times is kept undecoded. */
  readonly attempts: number
  /** Known after the first reading. */
  readonly contentHash: ContentHash | null
  /** The film of a live photo: the record that it would have by itself. */
  readonly film?: Omit<IntakeRecord, 'film'>
}

/** A file that came sealed. */
export interface SealedFile {
  readonly staged: StagedFile
  /** Its ciphertext; null where the browser lost or cut it. */
  read(): Promise<Bytes | null>
}

export interface IntakeStore {
  /** A staged blob is the intake's from now on: where it is not kept, its file goes. */
  add(file: Blob | StagedFile, record: IntakeRecord, film?: Blob): Promise<void>
  /** Oldest first. */
  list(): Promise<IntakeRecord[]>
  open(id: string): Promise<Blob | SealedFile | null>
  /** The film of a live photo. */
  film(id: string): Promise<Blob | null>
  /** Leaves of a live photo the film alone, under its own record; whether it was still there. */
  leaveFilm(id: string): Promise<boolean>
  /** Throws StorageProblem `gone` where it is not there any more. */
  update(record: IntakeRecord): Promise<void>
  /** Whether it was still there: of two tabs that drop one, only one is told so. */
  remove(id: string): Promise<boolean>
}
