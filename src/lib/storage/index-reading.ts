/** Rows of the index within one transaction; a chunk that does not open is reported once and reads as empty. */
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

/** The row with that item or blob, and where it is. */
export async function findRow(
  tx: Reading<GroupSchema>,
  chunks: ChunkReader,
  wanted: { readonly kind: 'item' | 'blob'; readonly id: string },
): Promise<{ slot: number; row: IndexRow } | null> {
  const bucket = await tx.get('indexWhere', bucketOf(wanted.kind, wanted.id))
  const slots = findSlots(bucket, wanted.id)
  await chunks.load(slots)
  for (const slot of slots) {
    const row = chunks.row(slot)
    if (row !== null && holds(row, wanted.id)) return { slot, row }
  }
  return null
}

function holds(row: IndexRow, id: string): boolean {
  const files = [row.thumbnail, row.preview, row.original, row.motion]
  const blobs = files.map((rendition) => rendition?.blob)
  return row.item === id || blobs.some((blob) => blob === id)
}
