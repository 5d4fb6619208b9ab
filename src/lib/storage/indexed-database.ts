/**
 * A database in IndexedDB whose connection may go at any time: another tab deletes or upgrades it, iOS drops it in
 * the background, the browser closes it. Each transaction that meets a lost connection is tried once more
 * on a new one. Nothing resolves before the transaction is complete.
 *
 * Errors  StorageProblem: `full`, `unavailable` after the second try, `broken` otherwise; `broken` also where a
 *         database that was open here has been deleted meanwhile: it is not made again behind its owner's back
 * Source  docs/design.md §9, §10
 */
import { deleteDB, openDB, type IDBPDatabase, type IDBPTransaction } from 'idb'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { isLostConnection, toStorageProblem } from './platform-problem.ts'
import type { Database, Durability, Key, KeyRange, SchemaOf, TableOf, Writing } from './tables.ts'

/** 2: `notes`; 3: `small`. */
const version = 3
const blockedPatienceMs = 2000

type Transaction = IDBPTransaction<unknown, string[], IDBTransactionMode>
interface Plan<S extends SchemaOf<S>, R> {
  readonly mode: 'readonly' | 'readwrite'
  readonly durability: Durability
  readonly tables: readonly TableOf<S>[]
  readonly work: (tx: Writing<S>) => R | Promise<R>
}

export function createIndexedDatabase<S extends SchemaOf<S>>(
  name: string,
  tables: readonly TableOf<S>[],
): Database<S> {
  const connection = createConnection(name, tables)

  async function run<R>(plan: Plan<S, R>): Promise<R> {
    try {
      return await attempt(await connection.open(), plan)
    } catch (error) {
      if (!isLostConnection(error)) throw toStorageProblem(error)
    }
    connection.drop()
    try {
      return await attempt(await connection.open(), plan)
    } catch (error) {
      throw toStorageProblem(error)
    }
  }

  return {
    read: (names, work) => run({ mode: 'readonly', durability: 'relaxed', tables: names, work }),
    write: (durability, names, work) => run({ mode: 'readwrite', durability, tables: names, work }),
    close: () => connection.close(),
  }
}

/**
 * Removes a database. Tabs that hold it let go at once, unless they sleep: `unavailable` then, and it goes
 * when they wake up.
 */
export async function removeIndexedDatabase(name: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const giveUp = () => reject(new StorageProblem('unavailable'))
    deleteDB(name, { blocked: () => void setTimeout(giveUp, blockedPatienceMs) }).then(
      resolve,
      (error: unknown) => reject(toStorageProblem(error) as Error),
    )
  })
}

/** One connection at a time, opened when needed. */
function createConnection(name: string, tables: readonly string[]) {
  let current: Promise<IDBPDatabase> | null = null
  let wasOpen = false
  let closed = false

  function open(): Promise<IDBPDatabase> {
    if (closed) throw new StorageProblem('unavailable')
    if (current !== null) return current
    const opening: Promise<IDBPDatabase> = openTables(name, tables, {
      mayCreate: !wasOpen,
      onLost: () => forget(opening),
    }).then(
      (database) => {
        wasOpen = true
        return database
      },
      (error: unknown) => {
        if (current === opening) current = null
        throw error
      },
    )
    current = opening
    return opening
  }

  function forget(opening: Promise<IDBPDatabase>): void {
    if (current === opening) current = null
    closeOnceOpen(opening)
  }

  return {
    open,
    drop: () => {
      if (current !== null) forget(current)
    },
    close: async () => {
      closed = true
      const opening = current
      if (opening !== null) forget(opening)
      await opening?.catch(() => undefined)
    },
  }
}

/** Transactions under way still finish: `close` waits for them. */
function closeOnceOpen(opening: Promise<IDBPDatabase>): void {
  void opening.then(
    (database) => database.close(),
    () => undefined,
  )
}

async function openTables(
  name: string,
  tables: readonly string[],
  options: { readonly mayCreate: boolean; readonly onLost: () => void },
): Promise<IDBPDatabase> {
  const gone: true[] = []
  const opening = openDB(name, version, {
    upgrade(database, oldVersion, _newVersion, transaction) {
      if (oldVersion === 0 && !options.mayCreate) {
        gone.push(true)
        transaction.done.catch(() => undefined)
        transaction.abort()
        return
      }
      for (const table of tables)
        if (!database.objectStoreNames.contains(table)) database.createObjectStore(table)
    },
    blocking: options.onLost,
    terminated: options.onLost,
  })
  try {
    return await opening
  } catch (error) {
    throw gone.length > 0 ? new StorageProblem('broken', error) : error
  }
}

async function attempt<S extends SchemaOf<S>, R>(
  database: IDBPDatabase,
  plan: Plan<S, R>,
): Promise<R> {
  const { durability } = plan
  const transaction: Transaction = database.transaction([...plan.tables] as string[], plan.mode, {
    durability,
  })
  // A failure is reported once, by the `await` below or by what `work` throws.
  transaction.done.catch(() => undefined)
  try {
    const result = await plan.work(writingOn<S>(transaction))
    if (plan.mode === 'readwrite') await transaction.done
    return result
  } catch (error) {
    const cause = error instanceof DOMException ? (transaction.error ?? error) : error
    abort(transaction)
    throw cause
  }
}

function abort(transaction: Transaction): void {
  try {
    transaction.abort()
  } catch (error) {
    // InvalidStateError: it has already ended, which is all that is wanted.
    if (!isLostConnection(error)) throw error
  }
}

function writingOn<S extends SchemaOf<S>>(transaction: Transaction): Writing<S> {
  const store = (table: string) => transaction.objectStore(table)
  // The transaction reports what fails.
  const later = (write: Promise<unknown> | undefined) => void write?.catch(() => undefined)
  return {
    get: (table, key) => store(table).get(toValidKey(key)) as Promise<never>,
    range: async (table, range = {}) => {
      const [query, limit] = [toQuery(range), range.limit]
      const [keys, values] = await Promise.all([
        store(table).getAllKeys(query, limit),
        store(table).getAll(query, limit) as Promise<unknown[]>,
      ])
      return keys.map((key, n) => ({ key, value: values[n] })) as never
    },
    last: async (table, range = {}) => {
      const cursor = await store(table).openKeyCursor(toQuery(range), 'prev')
      return cursor?.key as never
    },
    count: (table) => store(table).count(),
    put: (table, key, value) => later(store(table).put?.(value, toValidKey(key))),
    remove: (table, key) => later(store(table).delete?.(toValidKey(key))),
    removeRange: (table, range = {}) => {
      const query = toQuery(range)
      later(query === null ? store(table).clear?.() : store(table).delete?.(query))
    },
  }
}

function toQuery({ prefix }: KeyRange): IDBKeyRange | null {
  // An array sorts after every text and number: the end of all keys with this prefix.
  return prefix === undefined ? null : IDBKeyRange.bound([...prefix], [...prefix, []])
}

function toValidKey(key: Key): IDBValidKey {
  return typeof key === 'object' ? [...key] : key
}
