/**
 * The little that the stores need of a database, so that each of them is written once and runs on
 * IndexedDB and in memory alike.
 *
 * Shape   a database is named tables of key → value; keys are texts, numbers or arrays of both, ordered
 *         as in IndexedDB (numbers < texts < arrays, arrays element by element)
 * Rules   `work` awaits nothing but its transaction (IndexedDB ends one that waits for anything else) and
 *         may run twice: after a lost connection the whole transaction is tried again on a new one
 * Errors  StorageProblem; whatever `work` throws ends the transaction and nothing of it has happened
 * Source  W3C Indexed Database API 3.0 §2.4 (keys), §2.7 (transactions, durability)
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { PiecewiseFile } from '#lib/ports/blob-store.ts'

export type KeyPart = string | number
export type Key = KeyPart | readonly KeyPart[]

/** What a table holds: `{ key, value }` by name of the table. */
export type SchemaOf<S> = { [T in keyof S]: { key: Key; value: unknown } }
export type TableOf<S> = keyof S & string
export type KeyOf<S extends SchemaOf<S>, T extends TableOf<S>> = S[T]['key']
export type ValueOf<S extends SchemaOf<S>, T extends TableOf<S>> = S[T]['value']

/** Keys that begin with these parts (all where absent), the first `limit` of them. */
export interface KeyRange {
  readonly prefix?: readonly KeyPart[]
  readonly limit?: number
}

export interface Reading<S extends SchemaOf<S>> {
  get<T extends TableOf<S>>(table: T, key: KeyOf<S, T>): Promise<ValueOf<S, T> | undefined>
  /** In the order of keys. */
  range<T extends TableOf<S>>(
    table: T,
    range?: KeyRange,
  ): Promise<{ key: KeyOf<S, T>; value: ValueOf<S, T> }[]>
  /** The highest key. */
  last<T extends TableOf<S>>(table: T, range?: KeyRange): Promise<KeyOf<S, T> | undefined>
  count(table: TableOf<S>): Promise<number>
}

/** Writes happen in the order in which they are asked for; what fails shows when the transaction ends. */
export interface Writing<S extends SchemaOf<S>> extends Reading<S> {
  put<T extends TableOf<S>>(table: T, key: KeyOf<S, T>, value: ValueOf<S, T>): void
  remove<T extends TableOf<S>>(table: T, key: KeyOf<S, T>): void
  removeRange(table: TableOf<S>, range?: KeyRange): void
}

/** `strict`: on the disk when it resolves. `relaxed`: may be lost with the power, never in part. */
export type Durability = 'strict' | 'relaxed'

export interface Database<S extends SchemaOf<S>> {
  read<R>(tables: readonly TableOf<S>[], work: (tx: Reading<S>) => R | Promise<R>): Promise<R>
  write<R>(
    durability: Durability,
    tables: readonly TableOf<S>[],
    work: (tx: Writing<S>) => R | Promise<R>,
  ): Promise<R>
  /** For good; every later call fails. */
  close(): Promise<void>
}

/** Folders and a name. */
export type FilePath = readonly string[]

/** How a file goes on: `pieces` is given what is there, in pieces too, and how long that is. */
export interface RestOfFile {
  /** Of the whole; what is longer already is begun anew. */
  readonly size: number
  pieces(here: AsyncIterable<Bytes>, from: number): AsyncIterable<Bytes>
}

export interface FileTree {
  /** Durable when it resolves; after a failure nothing of it remains. Nobody else writes that path. */
  write(path: FilePath, contents: Bytes | Blob | PiecewiseFile): Promise<void>
  /**
   * Writes on at the end of a file, which need not be there. What was written stays where the rest fails. `unavailable`
   * where somebody is at it.
   */
  append(path: FilePath, rest: RestOfFile): Promise<void>
  /** A lazily read file, or null. */
  read(path: FilePath): Promise<Blob | null>
  /** All of a file, or null where there is none or it is longer than that. */
  readWhole(path: FilePath, mostBytes: number): Promise<Bytes | null>
  /** Of a file or of a folder with all in it; fine where there is none. */
  remove(path: FilePath): Promise<void>
}

/** Where a device keeps things: a browser's storage, or memory. */
export interface Disk {
  /** Opened at its first use. */
  database<S extends SchemaOf<S>>(name: string, tables: readonly TableOf<S>[]): Database<S>
  removeDatabase(name: string): Promise<void>
  readonly files: FileTree
  /** Works of one name go one after another, whichever tab or worker they are of. */
  exclusively<R>(name: string, work: () => Promise<R>): Promise<R>
  /** The same disk for whoever makes room on it (roomy-disk.ts). */
  readonly bare?: Disk
}
