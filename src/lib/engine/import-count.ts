/**
 * How many files, and how much, one import has done of all it has: announced, taken in, and being read.
 *
 * Units   bytes of the chosen files
 */
import type { ItemId } from '#lib/base/ids.ts'
import type { IntakeRecord } from '#lib/ports/intake-store.ts'
import type { ImportProgress } from './api.ts'
import { isElsewhere, sizeOf } from './prepared-item.ts'

type Counted = Pick<IntakeRecord, 'item' | 'size' | 'film' | 'isCapture'>

export interface ImportCount {
  announce(records: readonly Counted[]): void
  isAnnounced(item: ItemId): boolean
  /** One counts instead of these, unless any of them was withdrawn. */
  join(joined: Counted, of: readonly Counted[]): void
  announced(): ReadonlySet<ItemId>
  /** Whether files are still to be copied. */
  isAwaiting(): boolean
  /** It is taken in now; false where it was withdrawn meanwhile. */
  takenIn(record: Counted): boolean
  withdraw(records: readonly Counted[]): void
  /** All that the person has elsewhere. */
  withdrawAll(): void
  settled(record: Counted): void
  /** All that is left besides what is announced; there may be more of it than was ever announced here. */
  left(records: readonly Counted[]): void
  /** A run is over; what waits until the person goes on keeps the count. */
  ended(held: readonly Counted[], ready: readonly Counted[]): void
  /** What is ready to be written counts as done; null once all is written. */
  progress(ready: readonly Counted[]): Omit<ImportProgress, 'isPaused'> | null
}

/** A count of nothing. */
export function createImportCount(): ImportCount {
  const announced = new Map<ItemId, Counted>()
  /** Of these, what was done before it was said to be taken in. */
  const doneEarly = new Set<ItemId>()
  let done = nothing
  let total = nothing

  /** One that is being copied is in both. */
  const withAnnounced = (records: readonly Counted[]): Counted[] => [
    ...records.filter(({ item }) => !announced.has(item)),
    ...[...announced.values()].filter(({ item }) => !doneEarly.has(item)),
  ]

  const withdraw = (records: readonly Counted[]): void => {
    for (const record of records)
      if (announced.delete(record.item) && !doneEarly.delete(record.item))
        total = minus(total, sumOf([record]))
  }

  return {
    announce(records) {
      // Nothing is under way: what was done before is another import's.
      if (total.files === done.files) done = total = nothing
      for (const record of records) announced.set(record.item, record)
      total = plus(total, sumOf(records))
    },
    isAnnounced: (item) => announced.has(item),
    join(joined, of) {
      if (!of.every(({ item }) => announced.has(item))) return
      withdraw(of)
      announced.set(joined.item, joined)
      total = plus(total, sumOf([joined]))
    },
    announced: () => new Set(announced.keys()),
    isAwaiting: () => announced.size > 0,
    takenIn({ item }) {
      doneEarly.delete(item)
      return announced.delete(item)
    },
    withdraw,
    withdrawAll: () => {
      withdraw([...announced.values()].filter(isElsewhere))
    },
    settled(record) {
      done = plus(done, sumOf([record]))
      if (announced.has(record.item)) doneEarly.add(record.item)
    },
    left(records) {
      const all = plus(done, sumOf(withAnnounced(records)))
      if (all.files > total.files) total = all
    },
    ended(held, ready) {
      // A quick device has read all that is here while the rest is still being copied: that is no end.
      if (held.length === 0 && announced.size === 0) done = nothing
      total = plus(done, sumOf(withAnnounced([...held, ...ready])))
    },
    progress(ready) {
      if (total.files <= done.files) return null
      const { files, bytes } = plus(done, sumOf(ready))
      return {
        ...{ done: Math.min(files, total.files), total: total.files },
        ...{ doneBytes: Math.min(bytes, total.bytes), totalBytes: total.bytes },
      }
    },
  }
}

interface Sum {
  readonly files: number
  readonly bytes: number
}

const nothing: Sum = { files: 0, bytes: 0 }

function sumOf(records: readonly Counted[]): Sum {
  return { files: records.length, bytes: records.reduce((sum, one) => sum + sizeOf(one), 0) }
}

function plus(a: Sum, b: Sum): Sum {
  return { files: a.files + b.files, bytes: a.bytes + b.bytes }
}

function minus(a: Sum, b: Sum): Sum {
  return { files: a.files - b.files, bytes: a.bytes - b.bytes }
}
