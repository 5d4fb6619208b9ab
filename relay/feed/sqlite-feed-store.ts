/**
 * A feed in one SQLite file, durable by `synchronous=FULL` in WAL mode: one fsync a transaction.
 *
 * Shape   table `entry(position, id, author, seq, kind, bytes)`, table `feed(id, file)` of one row.
 *         `file` is the inode of the database and its time of birth, which tells apart files that got
 *         the same inode one after the other. A file brought back from a copy gets a new feed id:
 *         positions given out after the copy was made may be given out again, so that cursors of the
 *         old id would skip entries (docs/design.md §9). What neither shows, such as a copy written
 *         *over* the file, shows in the cursors of devices, and `renew` is asked for then.
 * Errors  as the port says; opening throws where the file cannot be opened or is not one of ours
 * Source  https://sqlite.org/wal.html, https://sqlite.org/pragma.html#pragma_synchronous
 */
import { statSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Bytes } from '#lib/base/bytes.ts'
import { idFromBytes, randomId, type FeedId, type Random } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import {
  maxPageEntries,
  type FeedEntry,
  type FeedPage,
  type FeedStore,
  type FeedStoreProblem,
  type SelectedPage,
  type Selection,
} from './feed-store.ts'
import { createFeedTally } from './feed-tally.ts'

const SCHEMA_VERSION = 1

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS feed (id BLOB NOT NULL, file TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS entry (
    position INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    author BLOB NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS entry_by_author ON entry (author, seq);
  CREATE INDEX IF NOT EXISTS entry_by_kind ON entry (kind, position);
  PRAGMA user_version = ${SCHEMA_VERSION};
`

/** Opens or creates the feed in that file. */
export function openSqliteFeedStore(path: string, random?: Random): FeedStore {
  const database = openDatabase(path)
  let feed = feedIdOf(database, path, random)
  const statements = prepare(database)
  const tally = createFeedTally(database)
  let end = numberIn(database.prepare('SELECT max(position) AS n FROM entry').get())
  return {
    get feed() {
      return feed
    },
    renew: () => {
      const renewed = attempt(database, () => writeFeedId(database, fileAt(path), random))
      if (renewed.ok) feed = renewed.value
      return renewed
    },
    end: () => end,
    positionOf: (id) => numberIn(statements.positionOf.get(blobOf(id))) || null,
    append: (entries) => {
      const appended = appendAll({ database, statements, end }, entries)
      if (!appended.ok) return appended
      const { positions, stored } = appended.value
      end += stored.length
      tally.add(stored)
      return ok(positions)
    },
    page: (after, maxBytes) => readPage(statements.page, after, maxBytes),
    select: (selection, maxBytes) => selectFrom(database, selection, maxBytes),
    gapless: tally.gapless,
    byteLength: tally.byteLength,
    close: () => database.close(),
  }
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -512;')
  const version = numberIn(database.prepare('PRAGMA user_version').get(), 'user_version')
  if (version > SCHEMA_VERSION) {
    database.close()
    throw new Error('this feed was written by a newer relay')
  }
  if (version < SCHEMA_VERSION) database.exec(SCHEMA)
  return database
}

/** Which file a database is: `<inode>` or `<inode> <nanosecond of its birth>`. */
interface DatabaseFile {
  readonly inode: string
  readonly name: string
}

function fileAt(path: string): DatabaseFile {
  const { ino, birthtimeNs, ctimeNs } = statSync(path, { bigint: true })
  const inode = String(ino)
  // Where the file system does not keep it, Node gives none or the last change in its place.
  const isKept = birthtimeNs > 0n && birthtimeNs !== ctimeNs
  return { inode, name: isKept ? `${inode} ${birthtimeNs}` : inode }
}

function feedIdOf(database: DatabaseSync, path: string, random?: Random): FeedId {
  const file = fileAt(path)
  const row = database.prepare('SELECT id, file FROM feed').get()
  const known = row?.id instanceof Uint8Array ? idFromBytes('FeedId', row.id) : null
  if (known !== null && row?.file === file.name) return known
  if (known !== null && row?.file === file.inode) {
    database.prepare('UPDATE feed SET file = ?').run(file.name)
    return known
  }
  return inTransaction(database, () => writeFeedId(database, file, random))
}

function writeFeedId(database: DatabaseSync, { name }: DatabaseFile, random?: Random): FeedId {
  const fresh = randomId('FeedId', random)
  database.exec('DELETE FROM feed')
  database.prepare('INSERT INTO feed VALUES (?, ?)').run(blobOf(fresh), name)
  return fresh
}

interface Statements {
  readonly positionOf: StatementSync
  readonly insert: StatementSync
  readonly page: StatementSync
}

function prepare(database: DatabaseSync): Statements {
  return {
    positionOf: database.prepare('SELECT position AS n FROM entry WHERE id = ?'),
    insert: database.prepare(
      'INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
    ),
    page: database.prepare(
      `SELECT position, bytes FROM entry WHERE position > ? ORDER BY position LIMIT ${maxPageEntries}`,
    ),
  }
}

interface Writing {
  readonly database: DatabaseSync
  readonly statements: Statements
  readonly end: number
}

/** Where each of them is, and which were not there before. */
function appendAll({ database, statements, end }: Writing, entries: readonly FeedEntry[]) {
  return attempt(database, () => {
    const stored: FeedEntry[] = []
    const positions = entries.map((entry) => {
      const { author, seq, kind, bytes } = entry
      const id = blobOf(entry.id)
      const next = end + stored.length + 1
      const { changes } = statements.insert.run(next, id, blobOf(author), seq, kind, bytes)
      if (changes === 0) return numberIn(statements.positionOf.get(id))
      stored.push(entry)
      return next
    })
    return { positions, stored }
  })
}

/** Does something as a whole or not at all. */
function attempt<T>(database: DatabaseSync, work: () => T): Result<T, FeedStoreProblem> {
  try {
    return ok(inTransaction(database, work))
  } catch (cause) {
    return err(problemOf(cause))
  }
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  try {
    database.exec('BEGIN IMMEDIATE')
    const done = work()
    database.exec('COMMIT')
    return done
  } catch (cause) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw cause
  }
}

const SQLITE_FULL = 13

function problemOf(cause: unknown): FeedStoreProblem {
  const isFull = cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_FULL
  return { kind: isFull ? 'full' : 'broken', cause }
}

function readPage(statement: StatementSync, after: number, maxBytes: number): FeedPage {
  const { rows } = takeFitting(statement.iterate(after), maxBytes)
  return { entries: rows.map((row) => row.bytes), to: rows.at(-1)?.position ?? after }
}

function selectFrom(
  database: DatabaseSync,
  { kinds, after, limit, newest }: Selection,
  maxBytes: number,
): SelectedPage {
  const marks = kinds.map(() => '?').join(', ')
  const statement = database.prepare(
    `SELECT position, bytes FROM entry WHERE kind IN (${marks}) AND position > ?
     ORDER BY position ${newest ? 'DESC' : 'ASC'} LIMIT ?`,
  )
  // One row more than asked for tells whether there are more.
  const { rows, isCut } = takeFitting(statement.iterate(...kinds, after, limit + 1), maxBytes)
  const chosen = rows.slice(0, limit)
  return {
    entries: chosen.map((row) => row.bytes),
    more: isCut || rows.length > limit,
    to: Math.max(after, ...chosen.map((row) => row.position)),
  }
}

interface EntryRow {
  readonly position: number
  readonly bytes: Bytes
}

/** Rows from the start that fit into a number of bytes, at least one; the rest is not read. */
function takeFitting(
  found: Iterable<unknown>,
  maxBytes: number,
): { rows: EntryRow[]; isCut: boolean } {
  const rows: EntryRow[] = []
  let bytes = 0
  for (const each of found) {
    const row = each as EntryRow
    bytes += row.bytes.length
    if (rows.length > 0 && bytes > maxBytes) return { rows, isCut: true }
    rows.push(row)
  }
  return { rows, isCut: false }
}

/** An id as SQLite keeps it; Node's own conversion, which takes a tenth of the time of ours. */
function blobOf(id: string): Uint8Array {
  return Buffer.from(id, 'hex')
}

/** The number in a column of a row (`n` unless named); 0 where there is no row or null in it. */
function numberIn(row: Readonly<Record<string, unknown>> | undefined, column = 'n'): number {
  const value = row?.[column]
  return typeof value === 'number' ? value : 0
}
