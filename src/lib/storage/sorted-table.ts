/** A table in memory: keys in the order of IndexedDB. */
import type { Key, KeyRange } from './tables.ts'

interface Row {
  readonly key: Key
  readonly value: unknown
}

export interface SortedTable {
  get(key: Key): unknown
  range(range: KeyRange): readonly Row[]
  last(range: KeyRange): Row | undefined
  put(key: Key, value: unknown): void
  remove(key: Key): void
  readonly size: number
}

export function createSortedTable(): SortedTable {
  const rows: Row[] = []

  const placeOf = (key: Key) => search(rows, key)

  return {
    get size() {
      return rows.length
    },
    get: (key) => {
      const { at, found } = placeOf(key)
      return found ? rows[at]?.value : undefined
    },
    range: ({ prefix, limit = Infinity }) => {
      const start = prefix === undefined ? 0 : placeOf(prefix).at
      const picked: Row[] = []
      for (let at = start; at < rows.length && picked.length < limit; at++) {
        const row = rows[at]
        if (row === undefined || !startsWith(row.key, prefix)) break
        picked.push(row)
      }
      return picked
    },
    last: ({ prefix }) => {
      if (prefix === undefined) return rows.at(-1)
      return rows.findLast((row) => startsWith(row.key, prefix))
    },
    put: (key, value) => {
      const { at, found } = placeOf(key)
      rows.splice(at, found ? 1 : 0, { key, value })
    },
    remove: (key) => {
      const { at, found } = placeOf(key)
      if (found) rows.splice(at, 1)
    },
  }
}

function search(rows: readonly Row[], key: Key): { at: number; found: boolean } {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const row = rows[middle]
    if (row !== undefined && compareKeys(row.key, key) < 0) low = middle + 1
    else high = middle
  }
  const row = rows[low]
  return { at: low, found: row !== undefined && compareKeys(row.key, key) === 0 }
}

/** Numbers before texts before arrays; arrays element by element. */
export function compareKeys(a: Key, b: Key): number {
  if (typeof a === 'object' && typeof b === 'object') {
    for (let n = 0; n < Math.min(a.length, b.length); n++) {
      const order = compareKeys(a[n] ?? '', b[n] ?? '')
      if (order !== 0) return order
    }
    return a.length - b.length
  }
  if (typeof a !== typeof b) return rankOf(a) - rankOf(b)
  return a < b ? -1 : a > b ? 1 : 0
}

function rankOf(key: Key): number {
  return typeof key === 'number' ? 0 : typeof key === 'string' ? 1 : 2
}

function startsWith(key: Key, prefix: KeyRange['prefix']): boolean {
  if (prefix === undefined) return true
  return typeof key === 'object' && prefix.every((part, n) => key[n] === part)
}
