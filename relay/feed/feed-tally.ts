/**
 * What a feed in SQLite has of each author, and how long it is in all: counted when first asked for, and from then on
 * with each entry that is stored, so that nobody who asks has it counted anew.
 *
 * Units   bytes; `seq` as in wire/entry.ts
 * Errors  asking throws where the database is broken; `add` forgets then what was counted
 */
import type { DatabaseSync } from 'node:sqlite'
import { idFromBytes, type DeviceId } from '#lib/base/ids.ts'
import type { FeedEntry } from './feed-store.ts'

export interface FeedTally {
  /** These are in the feed now, durable, and were not before. */
  add(entries: readonly FeedEntry[]): void
  /** The highest seq without a gap from 1, by author. */
  gapless(): ReadonlyMap<DeviceId, number>
  byteLength(): number
}

/** Of the feed in a database; nothing is counted yet. */
export function createFeedTally(database: DatabaseSync): FeedTally {
  const following = database.prepare(
    'SELECT seq FROM entry WHERE author = ? AND seq > ? ORDER BY seq',
  )
  let gapless: Map<DeviceId, number> | null = null
  let bytes: number | null = null

  /** The highest without a gap, given that there is none up to a seq. */
  const highestFrom = (author: DeviceId, seq: number): number => {
    let highest = seq
    for (const row of following.iterate(Buffer.from(author, 'hex'), seq)) {
      // A seq may be there twice: two entries of one device with one number.
      if (numberIn(row) > highest + 1) break
      highest = numberIn(row)
    }
    return highest
  }

  const advance = (highest: Map<DeviceId, number>, entries: readonly FeedEntry[]): void => {
    for (const { author, seq } of entries)
      if (seq === (highest.get(author) ?? 0) + 1) highest.set(author, highestFrom(author, seq))
  }

  return {
    add: (entries) => {
      if (bytes !== null) bytes += entries.reduce((sum, entry) => sum + entry.bytes.length, 0)
      try {
        if (gapless !== null) advance(gapless, entries)
      } catch {
        // They are stored all the same; whoever asks next hears what is the matter.
        gapless = null
      }
    },
    gapless: () => new Map((gapless ??= countGapless(database))),
    byteLength: () => (bytes ??= sumOfLengths(database)),
  }
}

function countGapless(database: DatabaseSync): Map<DeviceId, number> {
  // Where the rank of a seq among its author's is the seq itself, none is missing below it.
  const rows = database
    .prepare(
      `SELECT author, max(seq) AS seq FROM (
         SELECT author, seq, dense_rank() OVER (PARTITION BY author ORDER BY seq) AS rank FROM entry
       ) WHERE seq = rank GROUP BY author`,
    )
    .all()
  const gapless = new Map<DeviceId, number>()
  for (const row of rows) {
    const author = row.author instanceof Uint8Array ? idFromBytes('DeviceId', row.author) : null
    if (author !== null) gapless.set(author, numberIn(row))
  }
  return gapless
}

function sumOfLengths(database: DatabaseSync): number {
  return numberIn(database.prepare('SELECT sum(length(bytes)) AS seq FROM entry').get())
}

function numberIn(row: Readonly<Record<string, unknown>> | undefined): number {
  return typeof row?.seq === 'number' ? row.seq : 0
}
