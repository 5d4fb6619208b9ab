/**
 * How much work a saved document asks for, told from its bytes before Automerge sees it: a few thousand can stand for a
 * text of millions of letters.
 *
 * Units   bytes are those that the columns have once they are inflated
 * Errors  total: null for whatever is no document as devices save them, or too much by itself
 * Source  docs/design.md §7; document-chunk.ts, document-shape.ts
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { countTruths, Reader, sumRuns } from './column-reader.ts'
import { column, columnsOfDocument, kinds, makes, type Columns } from './document-chunk.ts'
import { isShaped } from './document-shape.ts'

/** Of one document, or of several together. */
export interface DocumentSize {
  readonly changes: number
  readonly dependencies: number
  /** A letter is one, too. */
  readonly operations: number
  /** Those of them that write a key of a map. */
  readonly keys: number
  /** Of keys and of what is said to changes, every repetition counted. */
  readonly textBytes: number
  /** Maps and texts. */
  readonly objects: number
  readonly bytes: number
}

export const noSize: DocumentSize = {
  ...{ changes: 0, dependencies: 0, operations: 0, keys: 0, textBytes: 0, objects: 0, bytes: 0 },
}

/** What a phone can load while somebody waits: more than 100,000 photos with captions and places. */
const most: DocumentSize = {
  ...{ changes: 250_000, dependencies: 1_000_000 },
  ...{ operations: 1_500_000, keys: 600_000, textBytes: 64 << 20, objects: 300_000 },
  bytes: 128 << 20,
}

export function addSizes(one: DocumentSize, other: DocumentSize): DocumentSize {
  return {
    changes: one.changes + other.changes,
    dependencies: one.dependencies + other.dependencies,
    operations: one.operations + other.operations,
    keys: one.keys + other.keys,
    textBytes: one.textBytes + other.textBytes,
    objects: one.objects + other.objects,
    bytes: one.bytes + other.bytes,
  }
}

/** Whether so much can be loaded. */
export function isBearableSize(size: DocumentSize): boolean {
  return (Object.keys(most) as (keyof DocumentSize)[]).every((name) => size[name] <= most[name])
}

/** Takes saved documents as long as a device can load them, together with those that it took before. */
export function createHintBudget(): { takes(saved: Bytes): Promise<boolean> } {
  let taken = noSize
  return {
    async takes(saved) {
      const size = await sizeOfDocument(saved)
      if (size === null || !isBearableSize(addSizes(taken, size))) return false
      taken = addSizes(taken, size)
      return true
    },
  }
}

/** What loading it would ask for. */
export async function sizeOfDocument(saved: Bytes): Promise<DocumentSize | null> {
  const columns = await columnsOfDocument(saved, most.bytes)
  if (columns === null) return null
  const { changes, operations, bytes } = columns
  const ofChanges = sumColumns(changes)
  const ofOperations = sumColumns(operations)
  if (ofChanges === null || ofOperations === null) return null
  const size: DocumentSize = {
    changes: ofChanges.rows,
    dependencies: ofChanges.grouped,
    operations: Math.max(ofOperations.rows, ofOperations.grouped),
    textBytes: ofChanges.textBytes + ofOperations.textBytes,
    keys: keysIn(operations),
    objects: objectsIn(operations),
    bytes,
  }
  return isBearableSize(size) && isShaped(columns, ofOperations.rows) ? size : null
}

interface Sums {
  /** The most that a column has. */
  readonly rows: number
  /** The most values that come in groups. */
  readonly grouped: number
  readonly textBytes: number
}

/** Null where a column is none. */
function sumColumns(columns: Columns): Sums | null {
  let [rows, grouped, textBytes] = [0, 0, 0]
  for (const [id, bytes] of columns) {
    const kind = id % 8
    if (kind === kinds.bytes) continue
    const reader = new Reader(bytes)
    const readValue = (): number => {
      if (kind === kinds.text) return reader.skipText()
      return kind === kinds.difference ? reader.int() : reader.uint()
    }
    const counted =
      kind === kinds.truth ? { rows: countTruths(reader), sum: 0 } : sumRuns(reader, readValue)
    if (reader.hasFailed()) return null
    if (kind === kinds.text) textBytes += counted.sum
    if (kind === kinds.group) grouped = Math.max(grouped, counted.sum)
    const isInGroup = kind !== kinds.group && columns.has(id - kind)
    if (isInGroup) grouped = Math.max(grouped, counted.rows)
    else rows = Math.max(rows, counted.rows)
  }
  return { rows, grouped, textBytes }
}

function keysIn(columns: Columns): number {
  const reader = new Reader(columns.get(column.key) ?? new Uint8Array())
  return sumRuns(reader, () => (reader.skipText() < 0 ? 0 : 1)).sum
}

function objectsIn(columns: Columns): number {
  const reader = new Reader(columns.get(column.action) ?? new Uint8Array())
  return sumRuns(reader, () => (makes.has(reader.uint()) ? 1 : 0)).sum
}
