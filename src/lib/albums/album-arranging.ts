/**
 * How an album is arranged: its cover, its order, which items of other documents it shows, what is copied into it.
 *
 * Moving is one field of the item in the document where it was added: nothing is written twice, captions and talk stay
 * with it, and of two moves at once one holds. Copying makes a new item of the same content, with the same blobs.
 *
 * Shape   cover: item id; order: `newest` (also where absent), `oldest` or `hand`; an item's `rank` is its place by
 *         hand, smaller first; between two neighbours there is always a number (until 2⁻⁵² of their distance)
 * Errors  total: what a peer wrote in another shape is as good as absent
 * Source  docs/design.md §6
 */
import { idFromBytes, idToBytes, type DocId, type ItemId } from '#lib/base/ids.ts'
import type { AlbumDocument, DocumentContent } from './album-document.ts'

export const albumOrders = ['newest', 'oldest', 'hand'] as const
export type AlbumOrder = (typeof albumOrders)[number]

/** What stands for an album; null leaves that to the newest photo. */
export function changeCover(item: ItemId | null): (draft: AlbumDocument) => void {
  return (draft) => {
    draft.cover = item === null ? null : idToBytes(item)
  }
}

export function changeOrder(order: AlbumOrder): (draft: AlbumDocument) => void {
  return (draft) => {
    if (albumOrder(draft as never) !== order) draft.order = order
  }
}

/** Places by hand, of items of this document. */
export function changeRanks(
  ranks: readonly { readonly id: ItemId; readonly rank: number }[],
): (draft: AlbumDocument) => void {
  return (draft) => {
    for (const { id, rank } of ranks) {
      const fields = draft.items[id]
      if (fields !== undefined && fields.rank !== rank) fields.rank = rank
    }
  }
}

/** Shows items of this document in an album, which may be their own again. */
export function changeToMove(items: readonly ItemId[], to: DocId): (draft: AlbumDocument) => void {
  return (draft) => {
    for (const id of items) {
      const fields = draft.items[id]
      if (fields !== undefined) fields.album = idToBytes(to)
    }
  }
}

/** The chosen cover, or null. */
export function albumCover(document: DocumentContent): ItemId | null {
  const cover = document?.['cover']
  return cover instanceof Uint8Array ? idFromBytes('ItemId', cover) : null
}

export function albumOrder(document: DocumentContent): AlbumOrder {
  return albumOrders.find((order) => order === document?.['order']) ?? 'newest'
}

/** One item in an album that is ordered by hand. */
export interface Ranked {
  readonly id: string
  readonly rank: number | null
  readonly takenMs: number
}

/** The order by hand: by rank, and what nobody has placed after that, oldest first, as it came. */
export function compareByHand(a: Ranked, b: Ranked): number {
  if (a.rank === null || b.rank === null)
    return Number(a.rank === null) - Number(b.rank === null) || compareByTime(a, b)
  return a.rank - b.rank || compareByTime(a, b)
}

function compareByTime(a: Ranked, b: Ranked): number {
  return a.takenMs - b.takenMs || (a.id < b.id ? -1 : 1)
}

function compareNewestFirst(a: Ranked, b: Ranked): number {
  return b.takenMs - a.takenMs || (a.id < b.id ? -1 : 1)
}

const compareIn: Readonly<Record<AlbumOrder, (a: Ranked, b: Ranked) => number>> = {
  newest: compareNewestFirst,
  oldest: (a, b) => compareNewestFirst(b, a),
  hand: compareByHand,
}

export interface Placing {
  readonly moved: readonly string[]
  /** The item that they shall stand before; null: at the end. */
  readonly before: string | null
  /** How the album has been ordered until now. */
  readonly order: AlbumOrder
}

/**
 * New places so that the moved items stand, in the order given, where they are wanted, and all others stay as they
 * were shown. Only the moved are written; all are where the album was not ordered by hand yet, nobody placed their
 * neighbours, or no number is left between these.
 */
export function ranksToPlace(
  all: readonly Ranked[],
  { moved, before, order }: Placing,
): { readonly id: string; readonly rank: number }[] {
  const wanted = new Set(moved)
  const others = [...all].sort(compareIn[order]).filter(({ id }) => !wanted.has(id))
  const found = others.findIndex(({ id }) => id === before)
  const at = found < 0 ? others.length : found
  const ids = others.map(({ id }) => id)
  const everything = [...ids.slice(0, at), ...moved, ...ids.slice(at)]
  if (order !== 'hand') return everything.map((id, rank) => ({ id, rank }))
  const [left, right] = [others[at - 1], others[at]]
  const low = left === undefined ? (right?.rank ?? 0) - 1 : left.rank
  const high = right === undefined ? (low ?? 0) + 1 : right.rank
  const step = low === null || high === null ? 0 : (high - low) / (moved.length + 1)
  const between = moved.map((id, n) => ({ id, rank: (low ?? 0) + step * (n + 1) }))
  const isSound = between.every(({ rank }, n) => rank > (between[n - 1]?.rank ?? low ?? Infinity))
  if (isSound && (between.at(-1)?.rank ?? 0) < (high ?? -Infinity)) return between
  return everything.map((id, rank) => ({ id, rank }))
}
