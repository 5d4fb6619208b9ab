/**
 * A database in memory that can lose power: transactions one after another, undone as a whole when they fail;
 * a crash undoes what was relaxed since the last strict write, as IndexedDB may.
 *
 * Errors  StorageProblem `unavailable` from a connection that was closed or whose device has crashed
 */
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { createSortedTable, type SortedTable } from './sorted-table.ts'
import type { Database, Durability, Key, SchemaOf, Writing } from './tables.ts'

type Undo = () => void

/** What is on the disk under one name, however many connections there are. */
export interface MemoryTables {
  readonly table: (name: string) => SortedTable
  /** Undoes the transaction under way, and with the power everything that was only relaxed. */
  end(cause: 'killed' | 'power-lost'): void
  /** Copies every table once what is under way has ended; `back` puts the copy in the place of what is there. */
  copy(): Promise<{ back: () => void }>
  /** The database was deleted: who still holds it learns so. */
  remove(): void
  readonly session: Session
}
interface Session {
  active: Undo[]
  relaxed: Undo[]
  queue: Promise<unknown>
  isGone: boolean
}

/** What a connection asks before each step; throws to make it fail. */
export type BeforeStep = (step: 'read' | 'write' | 'commit') => void | Promise<void>

export function createMemoryTables(): MemoryTables {
  const tables = new Map<string, SortedTable>()
  const session: Session = { active: [], relaxed: [], queue: Promise.resolve(), isGone: false }
  return {
    session,
    table: (name) => {
      const table = tables.get(name) ?? createSortedTable()
      tables.set(name, table)
      return table
    },
    remove: () => {
      session.isGone = true
    },
    copy: async () => {
      await session.queue
      const rows = [...tables].map(([name, table]) => [name, [...table.range({})]] as const)
      return {
        back: () => {
          // What was written since is gone, and with it what a loss of power would undo.
          session.relaxed = []
          for (const table of tables.values())
            for (const { key } of [...table.range({})]) table.remove(key)
          for (const [name, copies] of rows)
            for (const { key, value } of copies) tables.get(name)?.put(key, value)
        },
      }
    },
    end: (cause) => {
      undoAll(session.active)
      if (cause === 'power-lost') undoAll(session.relaxed)
      session.queue = Promise.resolve()
    },
  }
}

export function connectMemory<S extends SchemaOf<S>>(
  tables: MemoryTables,
  alive: () => boolean,
  before: BeforeStep,
): Database<S> {
  let closed = false
  const check = () => {
    if (closed || !alive()) throw new StorageProblem('unavailable')
    if (tables.session.isGone) throw new StorageProblem('broken')
  }
  const connection: Connection = { tables, check, before }
  return {
    read: (_names, work) => inTurn(tables.session, () => readOnce(connection, work)),
    write: (durability, _names, work) =>
      inTurn(tables.session, () => writeOnce(connection, durability, work)),
    close: () => {
      closed = true
      return Promise.resolve()
    },
  }
}

interface Connection {
  readonly tables: MemoryTables
  readonly check: () => void
  readonly before: BeforeStep
}

function inTurn<R>(session: Session, work: () => Promise<R>): Promise<R> {
  const turn = session.queue.then(work)
  session.queue = turn.catch(() => undefined)
  return turn
}

async function readOnce<S extends SchemaOf<S>, R>(
  connection: Connection,
  work: (tx: Writing<S>) => R | Promise<R>,
): Promise<R> {
  connection.check()
  await connection.before('read')
  return work(writingOn(connection))
}

async function writeOnce<S extends SchemaOf<S>, R>(
  connection: Connection,
  durability: Durability,
  work: (tx: Writing<S>) => R | Promise<R>,
): Promise<R> {
  const { session } = connection.tables
  connection.check()
  const undos: Undo[] = []
  session.active = undos
  try {
    await connection.before('write')
    const result = await work(writingOn(connection))
    await connection.before('commit')
    connection.check()
    if (durability === 'strict') session.relaxed = []
    else session.relaxed.push(...undos)
    session.active = []
    return result
  } catch (error) {
    undoAll(undos)
    throw error
  }
}

function writingOn<S extends SchemaOf<S>>(connection: Connection): Writing<S> {
  const { check, tables } = connection
  // A crash or a closed connection cuts a transaction off between any two of its steps.
  const reading = <R>(read: () => R): Promise<R> =>
    new Promise((resolve) => {
      check()
      resolve(read())
    })
  const change = (name: string, key: Key, act: (table: SortedTable) => void) => {
    check()
    const table = tables.table(name)
    const old = table.get(key)
    tables.session.active.push(() => (old === undefined ? table.remove(key) : table.put(key, old)))
    act(table)
  }
  return {
    get: (name, key) => reading(() => tables.table(name).get(key) as never),
    range: (name, range = {}) => reading(() => tables.table(name).range(range) as never),
    last: (name, range = {}) => reading(() => tables.table(name).last(range)?.key as never),
    count: (name) => reading(() => tables.table(name).size),
    put: (name, key, value) => change(name, key, (table) => table.put(key, structuredClone(value))),
    remove: (name, key) => change(name, key, (table) => table.remove(key)),
    removeRange: (name, range = {}) => {
      for (const { key } of [...tables.table(name).range(range)])
        change(name, key, (table) => table.remove(key))
    },
  }
}

function undoAll(undos: Undo[]): void {
  for (const undo of undos.splice(0).reverse()) undo()
}
