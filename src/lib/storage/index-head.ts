/**
 * The head of the index: packed columns in display order (ports/index-store.ts), merged in one pass.
 *
 * Order   `takenMs` descending, then item id ascending; the ids are not in the head, so whoever inserts
 *         looks at the rows of a tie (`tieOf`) to find the exact position
 * Errors  `parseStoredHead` is total: null for another version or columns that do not belong together
 */
import type { DocId } from '#lib/base/ids.ts'
import type { IndexHead, IndexRow } from '#lib/ports/index-store.ts'

const version = 2

/** What is stored: the head and how slots are handed out. */
export interface StoredHead extends IndexHead {
  readonly version: number
  readonly nextSlot: number
  readonly freeSlots: readonly number[]
  /** Absent in heads of earlier versions. */
  readonly basis?: string | null
}

/** A row at its slot, to be shown before position `at` of the head as it was. */
export interface Insertion {
  readonly at: number
  readonly slot: number
  readonly row: IndexRow
}

export const emptyHead: StoredHead = {
  version,
  count: 0,
  revision: 0,
  slots: new Uint32Array(),
  takenMs: new Float64Array(),
  aspect: new Uint16Array(),
  albumOf: new Uint16Array(),
  copy: new Uint8Array(),
  albums: [],
  nextSlot: 0,
  freeSlots: [],
}

/** Written where damage was found: readers see no head and rebuild. */
export const damagedHead: StoredHead = { ...emptyHead, version: 0 }

export function parseStoredHead(stored: StoredHead): StoredHead | null {
  const { count } = stored
  const columns = [stored.slots, stored.takenMs, stored.aspect, stored.albumOf, stored.copy]
  const fits =
    stored.version === version &&
    columns.every((column) => (column as typeof column | undefined)?.length === count)
  return fits ? stored : null
}

export function toIndexHead(stored: StoredHead): IndexHead {
  const { count, revision, slots, takenMs, aspect, albumOf, copy, albums } = stored
  return { count, revision, slots, takenMs, aspect, albumOf, copy, albums }
}

/** Positions [from, to) of the items taken at that very moment. */
export function tieOf(head: IndexHead, takenMs: number): { from: number; to: number } {
  const first = (isBefore: (other: number) => boolean): number => {
    let [low, high] = [0, head.count]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isBefore(head.takenMs[middle] ?? 0)) low = middle + 1
      else high = middle
    }
    return low
  }
  return { from: first((other) => other > takenMs), to: first((other) => other >= takenMs) }
}

/** Display order of two rows. */
export function compareRows(a: IndexRow, b: IndexRow): number {
  return b.takenMs - a.takenMs || (a.item < b.item ? -1 : a.item > b.item ? 1 : 0)
}

/** The next head: without the removed slots, with the insertions (in display order). */
export function mergeHead(
  head: StoredHead,
  removed: ReadonlySet<number>,
  insertions: readonly Insertion[],
): StoredHead {
  const albums = albumsOf(head.albums, insertions)
  const positionOf = new Map(albums.map((album, position) => [album, position]))
  const next = columnsOf(head.count + insertions.length)
  let count = 0
  let from = 0
  const keepUntil = (to: number): void => {
    for (let n = from; n < to; n++) {
      const slot = head.slots[n] ?? 0
      if (removed.size > 0 && removed.has(slot)) continue
      next.slots[count] = slot
      next.takenMs[count] = head.takenMs[n] ?? 0
      next.aspect[count] = head.aspect[n] ?? 0
      next.copy[count] = head.copy[n] ?? 0
      next.albumOf[count++] = head.albumOf[n] ?? 0
    }
    from = Math.max(from, to)
  }
  for (const { at, slot, row } of insertions) {
    keepUntil(at)
    next.slots[count] = slot
    next.takenMs[count] = row.takenMs
    next.aspect[count] = aspectOf(row)
    next.copy[count] = row.isCopy ? 1 : 0
    next.albumOf[count++] = positionOf.get(row.album) ?? 0
  }
  keepUntil(head.count)
  return { ...head, ...cut(next, count), count, albums, revision: head.revision + 1 }
}

interface Columns {
  readonly slots: Uint32Array<ArrayBuffer>
  readonly takenMs: Float64Array<ArrayBuffer>
  readonly aspect: Uint16Array<ArrayBuffer>
  readonly albumOf: Uint16Array<ArrayBuffer>
  readonly copy: Uint8Array<ArrayBuffer>
}

function columnsOf(length: number): Columns {
  return {
    slots: new Uint32Array(length),
    takenMs: new Float64Array(length),
    aspect: new Uint16Array(length),
    albumOf: new Uint16Array(length),
    copy: new Uint8Array(length),
  }
}

/** Copies where it must: storing a view would store the buffer behind it. */
function cut(columns: Columns, count: number): Columns {
  if (columns.slots.length === count) return columns
  return {
    slots: columns.slots.slice(0, count),
    takenMs: columns.takenMs.slice(0, count),
    aspect: columns.aspect.slice(0, count),
    albumOf: columns.albumOf.slice(0, count),
    copy: columns.copy.slice(0, count),
  }
}

function albumsOf(known: readonly DocId[], insertions: readonly Insertion[]): readonly DocId[] {
  return [...new Set([...known, ...insertions.map(({ row }) => row.album)])]
}

/** Files without a picture are shown as squares. */
function aspectOf({ width, height }: IndexRow): number {
  if (width <= 0 || height <= 0) return 1000
  return Math.max(1, Math.min(0xffff, Math.round((width / height) * 1000)))
}
