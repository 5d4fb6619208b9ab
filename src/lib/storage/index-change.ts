/**
 * One change of the index in one transaction: a chunk per slot touched, a bucket per id, and the head.
 */
import type { ItemId } from '#lib/base/ids.ts'
import type { IndexChange, IndexRow } from '#lib/ports/index-store.ts'
import { changeChunk, chunkRows, emptyChunk, packChunk } from './index-chunk.ts'
import {
  compareRows,
  damagedHead,
  emptyHead,
  mergeHead,
  parseStoredHead,
  tieOf,
  type Insertion,
  type StoredHead,
} from './index-head.ts'
import {
  chunkOf,
  createChunkReader,
  findItems,
  type ChunkReader,
  type Located,
} from './index-reading.ts'
import { changeBucket, placesOf, type Place } from './index-where.ts'
import type { GroupSchema } from './schema.ts'
import type { Writing } from './tables.ts'

type Tx = Writing<GroupSchema>

export async function applyChange(tx: Tx, change: IndexChange): Promise<void> {
  const stored = await tx.get('indexHead', 'head')
  const head = stored === undefined ? emptyHead : parseStoredHead(stored)
  if (head === null) return
  const basis = nextBasis(head.basis ?? null, change)
  if (stored !== undefined && change.put.length + change.remove.length === 0) {
    tx.put('indexHead', 'head', { ...head, basis })
    return
  }
  const damaged: true[] = []
  const chunks = createChunkReader(tx, () => void damaged.push(true))
  const put = new Map(change.put.map((row) => [row.item, row]))
  const found = await findItems(tx, chunks, [...change.remove, ...put.keys()])
  const old = new Map(found.map((located) => [located.row.item, located]))
  const { rows, slots } = assignSlots(head, [...put.values()].sort(compareRows), old)
  const insertions = await positionsOf(head, chunks, rows)
  await chunks.load(rows.map(({ slot }) => slot))
  if (damaged.length > 0) {
    tx.put('indexHead', 'head', damagedHead)
    return
  }
  writeChunks(tx, chunks, [...old.values()], rows)
  await writeBuckets(tx, [...old.values()], rows)
  const removed = new Set([...old.values()].map(({ slot }) => slot))
  tx.put('indexHead', 'head', { ...mergeHead(head, removed, insertions), ...slots, basis })
}

function nextBasis(before: string | null, { basis }: IndexChange): string | null {
  if (basis === undefined) return null
  const { after, now } = basis
  const isKnown = after === null || before === after || before === now
  return isKnown ? now : null
}

/** A replaced row keeps its slot; freed slots go first to new rows. */
function assignSlots(
  head: StoredHead,
  put: readonly IndexRow[],
  old: ReadonlyMap<ItemId, Located>,
): { rows: Located[]; slots: Pick<StoredHead, 'nextSlot' | 'freeSlots'> } {
  const kept = new Set(put.map((row) => row.item))
  const freed = [...old].flatMap(([item, { slot }]) => (kept.has(item) ? [] : [slot]))
  const freeSlots = [...head.freeSlots, ...freed]
  let { nextSlot } = head
  const rows = put.map((row) => ({
    slot: old.get(row.item)?.slot ?? freeSlots.pop() ?? nextSlot++,
    row,
  }))
  return { rows, slots: { nextSlot, freeSlots } }
}

/** Where each row belongs in the head as it was; a tie is searched by halves, so few rows are read. */
async function positionsOf(
  head: StoredHead,
  chunks: ChunkReader,
  rows: readonly Located[],
): Promise<Insertion[]> {
  const insertions: Insertion[] = []
  for (const { slot, row } of rows) {
    let { from, to } = tieOf(head, row.takenMs)
    while (from < to) {
      const middle = (from + to) >>> 1
      const other = head.slots[middle] ?? 0
      await chunks.load([other])
      if ((chunks.row(other)?.item ?? '') < row.item) from = middle + 1
      else to = middle
    }
    insertions.push({ at: from, slot, row })
  }
  return insertions
}

function writeChunks(
  tx: Tx,
  chunks: ChunkReader,
  old: readonly Located[],
  rows: readonly Located[],
): void {
  const changed = new Map<number, Map<number, IndexRow | null>>()
  const set = (slot: number, row: IndexRow | null): void => {
    const places = changed.get(chunkOf(slot)) ?? new Map<number, IndexRow | null>()
    changed.set(chunkOf(slot), places.set(slot % chunkRows, row))
  }
  for (const { slot } of old) set(slot, null)
  for (const { slot, row } of rows) set(slot, row)
  for (const [number, places] of changed) {
    const chunk = changeChunk(chunks.chunk(number) ?? emptyChunk, places)
    tx.put('indexChunks', number, packChunk(chunk))
  }
}

async function writeBuckets(
  tx: Tx,
  old: readonly Located[],
  rows: readonly Located[],
): Promise<void> {
  const changes = new Map<string, { remove: Place[]; add: Place[] }>()
  const collect = (kind: 'remove' | 'add', { row, slot }: Located): void => {
    for (const { bucket, place } of placesOf(row, slot)) {
      const change = changes.get(bucket) ?? { remove: [], add: [] }
      change[kind].push(place)
      changes.set(bucket, change)
    }
  }
  for (const located of old) collect('remove', located)
  for (const located of rows) collect('add', located)
  await Promise.all(
    [...changes].map(async ([name, change]) => {
      tx.put('indexWhere', name, changeBucket(await tx.get('indexWhere', name), change))
    }),
  )
}
