/**
 * How much work a change asks for, read from its bytes before Automerge sees it.
 *
 * Columns of a change are run-length encoded: a few bytes can stand for any number of operations, of predecessors
 * or of copies of one long key, and Automerge would make them all. Nothing here is decoded; runs are added up.
 *
 * Shape   one chunk and nothing behind it: 85 6f 4a 83 ‖ checksum 4 ‖ type 1 ‖ length ‖ dependencies (n, 32 bytes each)
 *         ‖ actor ‖ seq ‖ start ‖ time ‖ message ‖ other actors ‖ columns (n, then specification and length of each)
 *         ‖ their bytes. Numbers and columns: column-reader.ts.
 *         Compressed changes (type 2), which no device writes, and unknown columns are refused.
 * Errors  total: false for whatever is no such chunk
 * Source  https://automerge.org/automerge-binary-format-spec/
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { Reader, sumRuns } from './column-reader.ts'

/** Operations, and predecessors of them, in one entry: the longest text takes 10,000. */
export const maxOperations = 25_000
/** Bytes of keys in one entry, every repetition counted. */
const maxKeyBytes = 4 * 1024 * 1024

const magic = [0x85, 0x6f, 0x4a, 0x83]
const changeChunk = 1
const column = { key: 0x15, action: 0x42, predecessors: 0x70, mark: 0xa5 } as const
const knownColumns: ReadonlySet<number> = new Set([
  ...[0x01, 0x02, 0x11, 0x13, column.key, 0x34, column.action, 0x56, 0x57],
  ...[column.predecessors, 0x71, 0x73, 0x94, column.mark],
])

/** Whether all of these together are little enough to be decoded and merged. */
export function isBearable(changes: readonly Bytes[]): boolean {
  let [operations, keyBytes] = [0, 0]
  for (const change of changes) {
    const size = sizeOfChange(change)
    if (size === null) return false
    operations += Math.max(size.operations, size.predecessors)
    keyBytes += size.keyBytes
    if (operations > maxOperations || keyBytes > maxKeyBytes) return false
  }
  return true
}

/** What a change would become, or null for anything but one plain change. */
export function sizeOfChange(change: Bytes): ChangeSize | null {
  const reader = new Reader(change)
  const isChange = magic.every((byte) => reader.byte() === byte) && reader.skip(4)
  if (!isChange || reader.byte() !== changeChunk) return null
  if (reader.uint() !== reader.left()) return null
  reader.skip(32 * reader.uint())
  reader.skip(reader.uint())
  for (let number = 0; number < 3; number++) reader.int()
  reader.skip(reader.uint())
  for (let actors = reader.uint(); actors > 0 && !reader.hasFailed(); actors--)
    reader.skip(reader.uint())
  const size = readColumns(reader)
  return reader.hasFailed() ? null : size
}

interface ChangeSize {
  readonly operations: number
  readonly predecessors: number
  readonly keyBytes: number
}

function readColumns(reader: Reader): ChangeSize | null {
  const columns: { id: number; length: number }[] = []
  for (let count = reader.uint(); count > 0 && !reader.hasFailed(); count--)
    columns.push({ id: reader.uint(), length: reader.uint() })
  const size = { operations: 0, predecessors: 0, keyBytes: 0 }
  for (const { id, length } of columns) {
    const bytes = reader.take(length)
    if (bytes === null || !knownColumns.has(id)) return null
    const inner = new Reader(bytes)
    if (id === column.action) size.operations += sumRuns(inner, () => inner.uint()).rows
    if (id === column.predecessors) size.predecessors += sumRuns(inner, () => inner.uint()).sum
    if (id === column.key || id === column.mark)
      size.keyBytes += sumRuns(inner, () => inner.skipText()).sum
    if (inner.hasFailed()) return null
  }
  return size
}
