/**
 * What was said of a group's blobs, and which of them are aside since when: `<group>/releases.sqlite`.
 *
 * Shape   `noted(entry)`: entries of kind `release` and `keep` that were judged, each once;
 *         `said(blob, entry, keeps)`: keeps, and those releases that hold here; `over(entry, keep)`;
 *         `aside(blob, since)`; `uploader(blob, member)`: who brought a blob first;
 *         `feed(id, position)` of one row: how far which feed was read.
 * Units   times in milliseconds by this relay's clock
 * Order   a row of `aside` is durable before the file is moved, and goes after the file; `position` moves on when that is
 *         done. So whatever is killed between is finished when the group is loaded next (releases.ts). `uploader` alone may be lost with the power, and
 *         then only an admin's release holds.
 * Errors  throws where the file is broken
 * Source  docs/design.md §8 "Bin and release"; src/lib/wire/release.ts
 */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import {
  idFromBytes,
  type BlobId,
  type EntryId,
  type FeedId,
  type MemberId,
} from '#lib/base/ids.ts'
import type { Release } from '#lib/wire/release.ts'

/** One entry about blobs, judged. */
export interface JudgedEntry {
  readonly entry: EntryId
  readonly kind: 'release' | 'keep'
  readonly release: Release
  /** Whether this relay lets the release of that blob hold. */
  holds(blob: BlobId): boolean
}

export interface ReleaseLedger {
  /** How far that feed was read; 0 for one that is not the last one read. */
  position(feed: FeedId): number
  /** Notes entries, each once. */
  note(judged: readonly JudgedEntry[]): void
  /** The feed was read up to there, and acted upon. */
  read(feed: FeedId, position: number): void
  /** Whether a release holds that is over every keep of the blob. */
  isReleased(blob: BlobId): boolean
  /** Blobs that are aside, or on their way there, and since when. */
  aside(): ReadonlyMap<BlobId, number>
  /** Whether anything has been aside since then or longer. */
  isAnyAsideSince(sinceMs: number): boolean
  setAside(blobs: readonly BlobId[], sinceMs: number): void
  bringBack(blob: BlobId): void
  /** Counts the time anew for everything that is aside. */
  restartTime(sinceMs: number): void
  /** The blob is gone for good. */
  forget(blob: BlobId): void
  uploaderOf(blob: BlobId): MemberId | null
  /** The blob was stored: whatever release held is answered. True where any did, or the blob was aside. */
  uploaded(blob: BlobId, by: MemberId | null): boolean
  close(): void
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA cache_size = -256;
  CREATE TABLE IF NOT EXISTS noted (entry BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS said (
    blob BLOB NOT NULL, entry BLOB NOT NULL, keeps INTEGER NOT NULL, PRIMARY KEY (blob, entry)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS over (
    entry BLOB NOT NULL, keep BLOB NOT NULL, PRIMARY KEY (entry, keep)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS aside (blob BLOB PRIMARY KEY, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS uploader (blob BLOB PRIMARY KEY, member BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS feed (id BLOB NOT NULL, position INTEGER NOT NULL) STRICT;
`

const IS_RELEASED = `
  SELECT 1 FROM said AS release WHERE blob = ? AND keeps = 0 AND NOT EXISTS (
    SELECT 1 FROM said AS keep WHERE keep.blob = release.blob AND keep.keeps = 1 AND NOT EXISTS (
      SELECT 1 FROM over WHERE over.entry = release.entry AND over.keep = keep.entry))`

/** Opens or makes the ledger in that file; ':memory:' for one that nobody keeps. */
export function openReleaseLedger(path: string): ReleaseLedger {
  const database = new DatabaseSync(path)
  database.exec(SCHEMA)
  const { run, first } = statementsOf(database)
  const inOne = (work: () => void) => inTransaction(database, work)
  return {
    position: (feed) => {
      const row = first('SELECT position FROM feed WHERE id = ?', blobOf(feed))
      return typeof row?.position === 'number' ? row.position : 0
    },
    note: (judged) =>
      inOne(() => {
        for (const each of judged) noteOne(run, each)
      }),
    read: (feed, position) =>
      inOne(() => {
        run('DELETE FROM feed')
        run('INSERT INTO feed VALUES (?, ?)', blobOf(feed), position)
      }),
    isReleased: (blob) => first(IS_RELEASED, blobOf(blob)) !== undefined,
    aside: () => asideOf(database),
    isAnyAsideSince: (sinceMs) =>
      first('SELECT 1 FROM aside WHERE since <= ? LIMIT 1', sinceMs) !== undefined,
    setAside: (blobs, sinceMs) =>
      inOne(() => {
        for (const blob of blobs)
          run('INSERT OR IGNORE INTO aside VALUES (?, ?)', blobOf(blob), sinceMs)
      }),
    bringBack: (blob) => void run('DELETE FROM aside WHERE blob = ?', blobOf(blob)),
    restartTime: (sinceMs) => void run('UPDATE aside SET since = ?', sinceMs),
    forget: (blob) =>
      inOne(() => {
        run('DELETE FROM aside WHERE blob = ?', blobOf(blob))
        run('DELETE FROM uploader WHERE blob = ?', blobOf(blob))
      }),
    uploaderOf: (blob) => {
      const row = first('SELECT member FROM uploader WHERE blob = ?', blobOf(blob))
      return row?.member instanceof Uint8Array ? idFromBytes('MemberId', row.member) : null
    },
    uploaded: (blob, by) => {
      if (by !== null) noteUploader(database, run, [blobOf(blob), blobOf(by)])
      const said = first('SELECT 1 FROM said WHERE blob = ? AND keeps = 0', blobOf(blob))
      const aside = first('SELECT 1 FROM aside WHERE blob = ?', blobOf(blob))
      if (said === undefined && aside === undefined) return false
      inOne(() => {
        run('DELETE FROM said WHERE blob = ? AND keeps = 0', blobOf(blob))
        run('DELETE FROM aside WHERE blob = ?', blobOf(blob))
      })
      return true
    },
    close: () => database.close(),
  }
}

type Run = (sql: string, ...values: SQLInputValue[]) => number

/** Statements are prepared when first asked for. */
function statementsOf(database: DatabaseSync) {
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  const of = (sql: string) => {
    const known = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, known)
    return known
  }
  const run: Run = (sql, ...values) => Number(of(sql).run(...values).changes)
  const first = (sql: string, ...values: SQLInputValue[]) => of(sql).get(...values)
  return { run, first }
}

function noteOne(run: Run, { entry, kind, release, holds }: JudgedEntry): void {
  const id = blobOf(entry)
  if (run('INSERT OR IGNORE INTO noted VALUES (?)', id) === 0) return
  const keeps = kind === 'keep' ? 1 : 0
  const blobs = kind === 'keep' ? release.blobs : release.blobs.filter(holds)
  for (const blob of blobs) run('INSERT INTO said VALUES (?, ?, ?)', blobOf(blob), id, keeps)
  if (blobs.length > 0)
    for (const keep of release.over) run('INSERT INTO over VALUES (?, ?)', id, blobOf(keep))
}

/** Once for every photo that is stored, so without waiting for the disk. */
function noteUploader(database: DatabaseSync, run: Run, row: readonly SQLInputValue[]): void {
  database.exec('PRAGMA synchronous = NORMAL')
  run('INSERT OR IGNORE INTO uploader VALUES (?, ?)', ...row)
  database.exec('PRAGMA synchronous = FULL')
}

function asideOf(database: DatabaseSync): ReadonlyMap<BlobId, number> {
  const aside = new Map<BlobId, number>()
  for (const { blob, since } of database.prepare('SELECT blob, since FROM aside').iterate()) {
    const id = blob instanceof Uint8Array ? idFromBytes('BlobId', blob) : null
    if (id !== null && typeof since === 'number') aside.set(id, since)
  }
  return aside
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    work()
    database.exec('COMMIT')
  } catch (cause) {
    database.exec('ROLLBACK')
    throw cause
  }
}

function blobOf(id: string): Uint8Array {
  return Buffer.from(id, 'hex')
}
