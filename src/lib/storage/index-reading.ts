/** Rows of the index within one transaction; a chunk that does not open is reported once and reads as empty. */
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId, ItemId } from '#lib/base/ids.ts'
import type { IndexRow } from '#lib/ports/index-store.ts'
import { chunkRows, parseChunk, rowOf, type Chunk } from './index-chunk.ts'
import { bucketOf, findSlots } from './index-where.ts'
import type { GroupSchema } from './schema.ts'
import type { Reading } from './tables.ts'

export interface ChunkReader {
  /** Reads the chunks of these slots, each once. */
  load(slots: readonly number[]): Promise<void>
  /** Of chunks that were loaded; null where the slot is empty. */
  row(slot: number): IndexRow | null
  chunk(number: number): Chunk | undefined
}

export const chunkOf = (slot: number): number => Math.floor(slot / chunkRows)

export function createChunkReader(tx: Reading<GroupSchema>, damage: () => void): ChunkReader {
  const chunks = new Map<number, Chunk | undefined>()
  return {
    chunk: (number) => chunks.get(number),
    load: async (slots) => {
      const missing = [...new Set(slots.map(chunkOf))].filter((number) => !chunks.has(number))
      await Promise.all(
        missing.map(async (number) => {
          const bytes = await tx.get('indexChunks', number)
          const chunk = bytes === undefined ? undefined : parseChunk(bytes)
          if (chunk === null) damage()
          chunks.set(number, chunk ?? undefined)
        }),
      )
    },
    row: (slot) => {
      const chunk = chunks.get(chunkOf(slot))
      return chunk === undefined ? null : rowOf(chunk, slot % chunkRows)
    },
  }
}

/** A row, and where it is. */
export interface Located {
  readonly slot: number
  readonly row: IndexRow
}

/** All rows that name that blob. */
export async function findNaming(
  tx: Reading<GroupSchema>,
  chunks: ChunkReader,
  blob: BlobId,
): Promise<IndexRow[]> {
  const slots = findSlots(await tx.get('indexWhere', bucketOf('blob', blob)), blob)
  await chunks.load(slots)
  return [...new Set(slots)].flatMap((slot) => chunks.row(slot) ?? [])
}

/** The rows of those items that are there; every bucket and chunk is read once. */
export async function findItems(
  tx: Reading<GroupSchema>,
  chunks: ChunkReader,
  items: readonly ItemId[],
): Promise<Located[]> {
  const buckets = new Map<string, Bytes | undefined>()
  await Promise.all(
    [...new Set(items.map((id) => bucketOf('item', id)))].map(async (name) =>
      buckets.set(name, await tx.get('indexWhere', name)),
    ),
  )
  const candidates = items.map((id) => ({
    id,
    slots: findSlots(buckets.get(bucketOf('item', id)), id),
  }))
  await chunks.load(candidates.flatMap(({ slots }) => slots))
  return candidates.flatMap(({ id, slots }) => rowIn(chunks, slots, id) ?? [])
}

function rowIn(chunks: ChunkReader, slots: readonly number[], item: ItemId): Located | null {
  for (const slot of slots) {
    const row = chunks.row(slot)
    if (row?.item === item) return { slot, row }
  }
  return null
}
