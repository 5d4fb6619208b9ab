/**
 * What reading a chosen file yields. The original stays byte-identical; everything else is made from it.
 *
 * Units   `wallMs` is local wall time written as if it were UTC; places are degrees × 10⁷
 * Errors  a file that cannot be decoded is a `file` with a `note`. `read` rejects when aborted, and with
 *         `PhotoNotRead` where the file was not judged at all: it is to be kept and read again later
 * Source  docs/design.md §6, §10
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { ContentHash } from '#lib/base/ids.ts'

export interface Picture {
  readonly bytes: Bytes
  readonly mime: string
  readonly width: number
  readonly height: number
}

/** Why a file is kept without a picture. */
export type ReadNote = 'not-a-picture' | 'cannot-decode' | 'too-large' | 'empty'

export interface ReadPhoto {
  readonly kind: 'photo' | 'video' | 'file'
  /** By the file's magic bytes, else what the browser said, else application/octet-stream. */
  readonly mime: string
  readonly contentHash: ContentHash
  /** As displayed, orientation applied; 0 where unknown. */
  readonly width: number
  readonly height: number
  /** Of films; 0 where unknown. */
  readonly durationMs: number
  readonly taken: { readonly wallMs: number; readonly offsetMinutes: number | null } | null
  readonly place: { readonly latitudeE7: number; readonly longitudeE7: number } | null
  readonly camera: string | null
  readonly thumbhash: Bytes | null
  readonly thumbnail: Picture | null
  readonly preview: Picture | null
  readonly note: ReadNote | null
  /** The film that a motion photo has within its file. */
  readonly filmInside?: { readonly from: number; readonly size: number }
}

/** The file cannot be opened now, or no worker can be started; neither says anything about the photo. */
export class PhotoNotRead extends Error {
  override readonly name = 'PhotoNotRead'
}

/** All that a file holds, and what the browser said that it is. */
export interface FileInMemory {
  /** In a buffer of their own, which is handed over: whoever gave them has them no longer. */
  readonly bytes: Bytes
  readonly type: string
  readonly size: number
}

/** A file in memory, and how to have it once more where reading it went wrong; null where it is lost. */
export interface FileInHand extends FileInMemory {
  again(): Promise<FileInMemory | null>
}

export type FileToRead = Blob | FileInMemory

export interface PhotoReader {
  read(file: Blob | FileInHand, signal: AbortSignal): Promise<ReadPhoto>
}
