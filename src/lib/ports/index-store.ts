/**
 * The materialised index: all that a grid and a viewer need, without Automerge.
 *
 * Shape   a *head* of packed columns over all items of a group, newest first, and *rows* in chunks of
 *         `chunkRows`, addressed by slot. A new item takes the next slot, so that adding one rewrites one
 *         chunk and the head, never everything. A freed slot is reused.
 * Units   `takenMs` is local wall time written as if it were UTC (the day a person means); aspect = width/height × 1000
 * Errors  StorageProblem
 * Source  docs/design.md §10
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId, DocId, ItemId, MemberId } from '#lib/base/ids.ts'

export interface Rendition {
  readonly blob: BlobId
  readonly key: Bytes
  /** Plaintext bytes. */
  readonly size: number
  readonly mime: string
}

export interface IndexRow {
  readonly item: ItemId
  /** The album that shows it. */
  readonly album: DocId
  readonly kind: 'photo' | 'video' | 'file'
  readonly takenMs: number
  /** Minutes east of UTC, where the camera stored it. */
  readonly offsetMinutes: number | null
  readonly width: number
  readonly height: number
  readonly durationMs: number
  readonly thumbhash: Bytes
  readonly author: MemberId
  readonly name: string
  readonly mime: string
  readonly caption: string
  /** Its place in an album that is ordered by hand. */
  readonly rank: number | null
  /** Another item of the group, with the same content, stands for this one where all albums are shown together. */
  readonly isCopy: boolean
  readonly thumbnail: Rendition | null
  readonly preview: Rendition | null
  readonly original: Rendition | null
  /** The film of a live photo: a file of its own, or these bytes of the original. */
  readonly motion: Rendition | null
  readonly filmInside: { readonly from: number; readonly size: number } | null
}

/** Columns of equal length in display order: `takenMs` descending, then item id ascending. */
export interface IndexHead {
  readonly count: number
  /** Grows with every change. */
  readonly revision: number
  readonly slots: Uint32Array
  readonly takenMs: Float64Array
  readonly aspect: Uint16Array
  /** Position in `albums`. */
  readonly albumOf: Uint16Array
  /** 1 for a copy, which only its own album shows. */
  readonly copy: Uint8Array
  readonly albums: readonly DocId[]
}

export interface IndexChange {
  /** Inserts or replaces by item id. */
  readonly put: readonly IndexRow[]
  readonly remove: readonly ItemId[]
  /**
   * What the rows are made from, in the words of whoever makes them. It is kept where the index stood on `after` before (or on `now` already), or was just compared
   * (`after` null). In all other cases two tabs have written past each other, and there is none until the next
   * comparison; so too after a change that names none.
   */
  readonly basis?: { readonly after: string | null; readonly now: string }
}

export interface IndexStore {
  /** Null where it was never built or is of another version: rebuild. */
  head(): Promise<IndexHead | null>
  /** Rows by slot, in the order asked; null where a slot is empty. */
  rows(slots: readonly number[]): Promise<(IndexRow | null)[]>
  row(item: ItemId): Promise<IndexRow | null>
  /** Those of these that have no row. */
  missing(items: readonly ItemId[]): Promise<ItemId[]>
  apply(change: IndexChange): Promise<void>
  /** Starts again with these rows. */
  replaceAll(rows: readonly IndexRow[], basis?: string): Promise<void>
  /** Null where nobody knows what the rows were made from. */
  basis(): Promise<string | null>
  /**
   * What the rows say of the rendition that is stored under this blob: as a rule one thing. Any member can name any
   * blob, with a key and a size that are not its own (crypto/which-opens.ts).
   */
  renditions(blob: BlobId): Promise<Rendition[]>
}
