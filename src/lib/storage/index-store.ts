/**
 * The materialised index of a group (ports/index-store.ts) on tables: a head, chunks of rows, buckets of places.
 *
 * Damage   a chunk that does not open marks the head as damaged: `head()` is null until `replaceAll`, and
 *          `apply` changes nothing meanwhile, because the rebuild will bring it
 * Writing  relaxed: all of it can be made again from the documents
 */
import { toHex } from '#lib/base/bytes.ts'
import type { BlobId, ItemId } from '#lib/base/ids.ts'
import type { IndexRow, IndexStore, Rendition } from '#lib/ports/index-store.ts'
import { chunkRows, packChunk, changeChunk, emptyChunk } from './index-chunk.ts'
import { applyChange } from './index-change.ts'
import {
  compareRows,
  damagedHead,
  emptyHead,
  mergeHead,
  parseStoredHead,
  toIndexHead,
} from './index-head.ts'
import { createChunkReader, findItems, findNaming } from './index-reading.ts'
import { changeBucket, placesOf, type Place } from './index-where.ts'
import type { GroupSchema } from './schema.ts'
import type { Database, Reading, TableOf, Writing } from './tables.ts'

const tables: readonly TableOf<GroupSchema>[] = ['indexHead', 'indexChunks', 'indexWhere']

export function createIndexStore(database: Database<GroupSchema>): IndexStore {
  /** Reads with a look at what was damaged. */
  async function read<R>(work: (tx: Reading<GroupSchema>, damage: () => void) => Promise<R>) {
    const damaged: true[] = []
    const result = await database.read(tables, (tx) => work(tx, () => void damaged.push(true)))
    if (damaged.length > 0)
      await database.write('relaxed', ['indexHead'], (tx) =>
        tx.put('indexHead', 'head', damagedHead),
      )
    return result
  }

  const storedHead = () =>
    database.read(['indexHead'], async (tx) => {
      const stored = await tx.get('indexHead', 'head')
      return stored === undefined ? null : parseStoredHead(stored)
    })

  return {
    head: async () => {
      const head = await storedHead()
      return head === null ? null : toIndexHead(head)
    },
    basis: async () => (await storedHead())?.basis ?? null,
    rows: (slots) =>
      read(async (tx, damage) => {
        const chunks = createChunkReader(tx, damage)
        await chunks.load(slots)
        return slots.map((slot) => chunks.row(slot))
      }),
    row: (item: ItemId) =>
      read(async (tx, damage) => {
        const [found] = await findItems(tx, createChunkReader(tx, damage), [item])
        return found?.row ?? null
      }),
    missing: (items) =>
      read(async (tx, damage) => {
        const chunks = createChunkReader(tx, damage)
        const found = await findItems(tx, chunks, items)
        const known = new Set(found.map(({ row }) => row.item))
        return items.filter((id) => !known.has(id))
      }),
    renditions: (blob: BlobId) =>
      read(async (tx, damage) => {
        const rows = await findNaming(tx, createChunkReader(tx, damage), blob)
        return renditionsIn(rows, blob)
      }),
    apply: (change) => database.write('relaxed', tables, (tx) => applyChange(tx, change)),
    replaceAll: (rows, basis) =>
      database.write('relaxed', tables, (tx) => replaceAll(tx, rows, basis ?? null)),
  }
}

/** Copies of an item say the same of it: each of what is said, once. */
function renditionsIn(rows: readonly IndexRow[], blob: BlobId): Rendition[] {
  const all = rows.flatMap((row) => [row.thumbnail, row.preview, row.original, row.motion])
  const said = new Map<string, Rendition>()
  for (const rendition of all)
    if (rendition?.blob === blob) {
      const { key, size, mime } = rendition
      const name = `${toHex(key)} ${size} ${mime}`
      if (!said.has(name)) said.set(name, rendition)
    }
  return [...said.values()]
}

async function replaceAll(
  tx: Writing<GroupSchema>,
  rows: readonly IndexRow[],
  basis: string | null,
): Promise<void> {
  const stored = await tx.get('indexHead', 'head')
  const ordered = [...new Map(rows.map((row) => [row.item, row])).values()].sort(compareRows)
  tx.removeRange('indexChunks')
  tx.removeRange('indexWhere')
  for (let first = 0; first < ordered.length; first += chunkRows) {
    const members = ordered.slice(first, first + chunkRows)
    const chunk = changeChunk(emptyChunk, new Map(members.entries()))
    tx.put('indexChunks', first / chunkRows, packChunk(chunk))
  }
  const buckets = new Map<string, Place[]>()
  for (const [slot, row] of ordered.entries())
    for (const { bucket, place } of placesOf(row, slot)) {
      const places = buckets.get(bucket)
      if (places === undefined) buckets.set(bucket, [place])
      else places.push(place)
    }
  for (const [bucket, add] of buckets)
    tx.put('indexWhere', bucket, changeBucket(undefined, { remove: [], add }))
  const insertions = ordered.map((row, slot) => ({ at: 0, slot, row }))
  const head = { ...emptyHead, revision: stored?.revision ?? 0, nextSlot: ordered.length }
  tx.put('indexHead', 'head', { ...mergeHead(head, new Set(), insertions), basis })
}
