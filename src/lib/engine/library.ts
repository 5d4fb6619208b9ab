/**
 * The photos of this device as a grid wants them: read from the index on the page's own thread, before and
 * without the engine (no wasm, no Automerge). Offline is the normal case.
 *
 * A timeline is a snapshot; on an `index` event ask for a new one. Errors: StorageProblem.
 * Source  docs/design.md §10
 */
import type { AlbumOrder } from '#lib/albums/album-arranging.ts'
import type { ByteRange } from '#lib/albums/item-core.ts'
import type { BlobId, DocId, GroupId, ItemId } from '#lib/base/ids.ts'
import type { Overview } from './api.ts'

export interface TimelineFilter {
  /** All groups where absent. */
  readonly groups?: readonly GroupId[]
  readonly album?: DocId
  /** How an album is ordered (its card says so); newest first where absent. */
  readonly order?: AlbumOrder
  /** Only what these words are found at (search-words.ts). */
  readonly text?: string
  /** Only what this person holds dear. */
  readonly favourites?: boolean
}

/** Packed, newest first unless an album has another order. */
export interface Timeline {
  readonly count: number
  /** Local wall time written as if it were UTC. */
  readonly takenMs: Float64Array
  /** width/height × 1000. */
  readonly aspect: Uint16Array
  /** Position in `groups`. */
  readonly groupOf: Uint16Array
  readonly slots: Uint32Array
  readonly groups: readonly GroupId[]
  /** Of an album that is not newest first; ordered by hand, neighbours may be of any days. */
  readonly order?: Exclude<AlbumOrder, 'newest'>
}

export interface Tile {
  readonly group: GroupId
  readonly album: DocId
  readonly item: ItemId
  readonly kind: 'photo' | 'video' | 'file'
  readonly takenMs: number
  /** Of the place's clock before UTC; null where nobody knows. */
  readonly offsetMinutes: number | null
  readonly width: number
  readonly height: number
  readonly durationMs: number
  readonly thumbhash: Uint8Array
  readonly authorName: string
  readonly name: string
  readonly mime: string
  readonly caption: string
  /** Held dear on this device. */
  readonly isFavourite: boolean
  readonly thumbnail: BlobId | null
  readonly preview: BlobId | null
  readonly original: BlobId | null
  /** The film of a live photo: a file of its own, or a part of the original; null without one. */
  readonly film: BlobId | ByteRange | null
}

export interface Library {
  /** What the engine last knew; null on a new device. */
  overview(): Promise<Overview | null>
  timeline(filter: TimelineFilter): Promise<Timeline>
  /**
   * Tiles [from, to) of a timeline; null where an item has gone meanwhile. Names and favourites are those of when the
   * timeline was first read from, unless they are `renewed`: for whoever keeps it while they change.
   */
  tiles(timeline: Timeline, from: number, to: number, beside?: 'renewed'): Promise<(Tile | null)[]>
  /** Where an item is in a timeline, or −1. */
  indexOf(timeline: Timeline, group: GroupId, item: ItemId): Promise<number>
}
