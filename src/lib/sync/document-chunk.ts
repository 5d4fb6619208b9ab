/**
 * A saved document as its columns, read from its bytes before Automerge sees it.
 *
 * Shape   one chunk and nothing behind it: 85 6f 4a 83 ‖ checksum 4 ‖ type 0 ‖ length ‖ actors (n, length and bytes of
 *         each) ‖ heads (n, 32 bytes each) ‖ columns of changes (n, specification and length of each) ‖ columns of
 *         operations ‖ the bytes of the former ‖ of the latter ‖ a number for each head. A column of which the
 *         specification has the bit 8 is deflated; they come in ascending order, and unknown ones are refused. Numbers
 *         and columns: column-reader.ts
 * Errors  total: null for whatever is no such chunk
 * Source  https://automerge.org/automerge-binary-format-spec/
 */
import { concatBytes, plainBytes, toHex, type Bytes } from '#lib/base/bytes.ts'
import { Reader } from './column-reader.ts'

/** By what Automerge calls them: its number, times 16, and what its values are. */
export const changeColumn = { actor: 0x01, dependencyCount: 0x40, dependency: 0x43 } as const
const knownOfChanges = new Set([
  ...[changeColumn.actor, 0x03, 0x13, 0x23, 0x35],
  ...[changeColumn.dependencyCount, changeColumn.dependency, 0x56, 0x57],
])
export const column = {
  ...{ objectActor: 0x01, objectCounter: 0x02, key: 0x15, idActor: 0x21, idCounter: 0x23 },
  ...{ action: 0x42, value: 0x57, successorCount: 0x80 },
} as const
const knownOfOperations = new Set([
  ...[column.objectActor, column.objectCounter, 0x11, 0x13, column.key],
  ...[column.idActor, column.idCounter, 0x34, column.action, 0x56, column.value],
  ...[column.successorCount, 0x81, 0x83, 0x94, 0xa5],
])

/** What each kind of values is, the last three bits of a column's number; all others are numbers. */
export const kinds = { group: 0, difference: 3, truth: 4, text: 5, bytes: 7 } as const

/** Operations that make a map, a list, a text, a table. */
export const makes: ReadonlySet<number> = new Set([0, 2, 4, 6])
export const [makeMap, makeText] = [0, 4]

export type Columns = ReadonlyMap<number, Bytes>

export interface DocumentColumns {
  /** Hex. */
  readonly actors: readonly string[]
  readonly changes: Columns
  readonly operations: Columns
  /** What all columns take once they are inflated. */
  readonly bytes: number
}

/** The columns of a document; null where they take more than `mostBytes`. */
export async function columnsOfDocument(
  saved: Bytes,
  mostBytes: number,
): Promise<DocumentColumns | null> {
  const chunk = parseChunk(saved)
  if (chunk === null) return null
  const budget = { left: mostBytes }
  const changes = await inflateAll(chunk.changes, budget)
  const operations = changes && (await inflateAll(chunk.operations, budget))
  if (changes === null || operations === null) return null
  return { actors: chunk.actors, changes, operations, bytes: mostBytes - budget.left }
}

interface StoredColumn {
  readonly id: number
  readonly isDeflated: boolean
  readonly bytes: Bytes
}

interface Chunk {
  /** Hex. */
  readonly actors: readonly string[]
  readonly changes: readonly StoredColumn[]
  readonly operations: readonly StoredColumn[]
}

const magic = [0x85, 0x6f, 0x4a, 0x83]
const documentChunk = 0
const deflated = 8
const actorBytes = 24

function parseChunk(saved: Bytes): Chunk | null {
  const reader = new Reader(saved)
  const isChunk = magic.every((byte) => reader.byte() === byte) && reader.skip(4)
  if (!isChunk || reader.byte() !== documentChunk || reader.uint() !== reader.left()) return null
  const actors: string[] = []
  for (let count = reader.uint(); count > 0 && !reader.hasFailed(); count--) {
    // Each change would be hashed with it: nobody has a longer one (change-rules.ts).
    if (reader.uint() !== actorBytes) return null
    actors.push(toHex(reader.take(actorBytes) ?? new Uint8Array()))
  }
  reader.skip(32 * reader.uint())
  const [changes, operations] = [readHeads(reader), readHeads(reader)]
  const columns = {
    changes: takeColumns(reader, changes, knownOfChanges),
    operations: takeColumns(reader, operations, knownOfOperations),
  }
  if (columns.changes === null || columns.operations === null || reader.hasFailed()) return null
  return { actors, changes: columns.changes, operations: columns.operations }
}

interface ColumnHead {
  readonly specification: number
  readonly length: number
}

function readHeads(reader: Reader): ColumnHead[] {
  const heads: ColumnHead[] = []
  for (let count = reader.uint(); count > 0 && !reader.hasFailed(); count--)
    heads.push({ specification: reader.uint(), length: reader.uint() })
  return heads
}

function takeColumns(
  reader: Reader,
  heads: readonly ColumnHead[],
  known: ReadonlySet<number>,
): StoredColumn[] | null {
  const columns: StoredColumn[] = []
  for (const { specification, length } of heads) {
    const isDeflated = Math.floor(specification / deflated) % 2 === 1
    const id = specification - (isDeflated ? deflated : 0)
    const bytes = reader.take(length)
    if (bytes === null || !known.has(id) || id <= (columns.at(-1)?.id ?? 0)) return null
    columns.push({ id, isDeflated, bytes: plainBytes(bytes) })
  }
  return columns
}

/** Null where one does not inflate, or all together take more than is left. */
async function inflateAll(
  stored: readonly StoredColumn[],
  budget: { left: number },
): Promise<Columns | null> {
  const columns = new Map<number, Bytes>()
  for (const { id, isDeflated, bytes } of stored) {
    const plain = isDeflated ? await inflate(bytes, budget.left) : bytes
    if (plain === null || plain.length > budget.left) return null
    budget.left -= plain.length
    columns.set(id, plain)
  }
  return columns
}

async function inflate(bytes: Bytes, mostBytes: number): Promise<Bytes | null> {
  const packed = new Blob([bytes]).stream()
  const reader = packed.pipeThrough<Bytes>(new DecompressionStream('deflate-raw')).getReader()
  const pieces: Bytes[] = []
  let length = 0
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length
      if (length > mostBytes) return null
      pieces.push(next.value)
    }
    return concatBytes(...pieces)
  } catch {
    return null
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
