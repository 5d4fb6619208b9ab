/**
 * Entries, cursors, outbox and transfers of a group (ports/entry-store.ts) on tables.
 *
 * Durable (`strict`) when it resolves: whatever a person would miss. Relaxed: what comes again by itself, such as a
 * cursor alone or what a relay has taken. Notes on entries are durable: by them a device knows what it has shown.
 */
import type { BlobId, EntryId, RelayId } from '#lib/base/ids.ts'
import type {
  CommitOutcome,
  EntryCommit,
  EntryRecord,
  EntryStore,
  Transfer,
} from '#lib/ports/entry-store.ts'
import type { StagedBlob } from '#lib/ports/blob-store.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import type { Entry } from '#lib/wire/entry.ts'
import { ownBytes } from './own-bytes.ts'
import type { GroupSchema, TransferKey } from './schema.ts'
import type { Database, Reading, TableOf, Writing } from './tables.ts'

type Tx = Writing<GroupSchema>
type Annotate = EntryStore['annotate']

const commitTables: readonly TableOf<GroupSchema>[] = [
  'records',
  'order',
  'bytes',
  'numbers',
  'cursors',
  'outbox',
  'transfers',
  'transferKeys',
  'intake',
  'blobs',
  'small',
  'loose',
]

export interface EntryStoreParts {
  readonly database: Database<GroupSchema>
  /**
   * Drops rows of finished intakes inside the transaction, before staged blobs are kept, of which some are their files;
   * the answer is called once it is complete.
   */
  readonly finishIntake: (
    tx: Tx,
    ids: readonly string[],
    staged: readonly StagedBlob[],
  ) => Promise<() => Promise<void>>
  /** Keeps staged blobs inside the transaction; the answer is called once it is complete. */
  readonly keepBlobs: (tx: Tx, staged: readonly StagedBlob[]) => Promise<() => Promise<void>>
}

export function createEntryStore(parts: EntryStoreParts): EntryStore {
  const { database, finishIntake, keepBlobs } = parts

  async function commit(commit: EntryCommit): Promise<CommitOutcome> {
    const { outcome, after } = await database.write(
      durabilityOf(commit),
      commitTables,
      async (tx) => {
        const stored = await storeCommit(tx, commit)
        if (stored.kind === 'seq-taken') return { outcome: stored, after: [] }
        if (stored.added.length > 0) await checkIntake(tx, commit)
        const { finishedIntake = [], blobs = [] } = commit
        const finished = await finishIntake(tx, finishedIntake, blobs)
        return { outcome: stored, after: [finished, await keepBlobs(tx, blobs)] }
      },
    )
    // Nobody waits for files to go: their names are in `loose` until they have gone.
    for (const tidyUp of after) void tidyUp()
    return outcome
  }

  return {
    ...readers(database),
    ...outboxOf(database),
    ...transfersOf(database),
    commit,
    annotate: (notes) =>
      database.write('strict', ['records', 'order'], (tx) => annotate(tx, notes)),
  }
}

function durabilityOf(commit: EntryCommit): 'strict' | 'relaxed' {
  const { entries = [], transfers = [], finishedIntake = [] } = commit
  return entries.length + transfers.length + finishedIntake.length > 0 ? 'strict' : 'relaxed'
}

async function storeCommit(tx: Tx, commit: EntryCommit): Promise<CommitOutcome> {
  const entries = uniqueById(commit.entries ?? [])
  if (await isTaken(tx, commit, entries)) return { kind: 'seq-taken' }
  const { added, orders } = await storeEntries(tx, entries)
  for (const relay of commit.outbox ?? [])
    for (const [id, order] of orders) tx.put('outbox', [relay, order], id)
  await queueAgain(tx, commit.again)
  if (commit.cursor !== undefined) tx.put('cursors', commit.cursor.relay, commit.cursor.cursor)
  await storeTransfers(tx, commit.transfers ?? [])
  return { kind: 'stored', added }
}

async function queueAgain(tx: Tx, again: EntryCommit['again']): Promise<void> {
  for (const { id, order } of await ordersOf(tx, again?.ids ?? []))
    for (const relay of again?.relays ?? [])
      if (order !== undefined) tx.put('outbox', [relay, order], id)
}

function ordersOf(tx: Reading<GroupSchema>, ids: readonly EntryId[]) {
  return Promise.all(ids.map(async (id) => ({ id, order: await tx.get('order', id) })))
}

async function isTaken(tx: Tx, { own }: EntryCommit, entries: readonly Entry[]): Promise<boolean> {
  if (own === undefined) return false
  const holder = await tx.get('numbers', [own.author, own.seq])
  return holder !== undefined && !entries.some((entry) => entry.id === holder)
}

/** What comes of a chosen file is settled once, by whichever tab is first. */
async function checkIntake(tx: Tx, { finishedIntake = [] }: EntryCommit): Promise<void> {
  const rows = await Promise.all(finishedIntake.map((id) => tx.get('intake', id)))
  if (rows.includes(undefined)) throw new StorageProblem('gone')
}

async function storeEntries(tx: Tx, entries: readonly Entry[]) {
  const known = await Promise.all(entries.map((entry) => tx.get('order', entry.id)))
  const holders = await Promise.all(
    entries.map((entry) => tx.get('numbers', [entry.author, entry.seq])),
  )
  let last = (await tx.last('records')) ?? 0
  const added: EntryId[] = []
  const orders = new Map<EntryId, number>()
  for (const [n, entry] of entries.entries()) {
    const order = known[n] ?? ++last
    orders.set(entry.id, order)
    if (known[n] !== undefined) continue
    added.push(entry.id)
    tx.put('records', order, recordOf(entry))
    tx.put('order', entry.id, order)
    tx.put('bytes', entry.id, ownBytes(entry.bytes))
    // Two entries with one number are both kept; the first holds the number.
    if (holders[n] === undefined) tx.put('numbers', [entry.author, entry.seq], entry.id)
  }
  return { added, orders }
}

function recordOf(entry: Entry): EntryRecord {
  const { id, group, kind, doc, author, seq, after, epoch } = entry
  const optional = { ...(doc !== undefined && { doc }), ...(epoch !== undefined && { epoch }) }
  return { id, group, kind, author, seq, after, ...optional, changes: [], quarantine: null }
}

async function annotate(tx: Tx, notes: Parameters<Annotate>[0]): Promise<void> {
  for (const { id, ...note } of notes) {
    const order = await tx.get('order', id)
    const record = order === undefined ? undefined : await tx.get('records', order)
    if (order === undefined || record === undefined) continue
    tx.put('records', order, {
      ...record,
      changes: note.changes ?? record.changes,
      quarantine: note.quarantine === undefined ? record.quarantine : note.quarantine,
    })
  }
}

function readers(database: Database<GroupSchema>) {
  return {
    records: () =>
      database.read(['records'], async (tx) => (await tx.range('records')).map((row) => row.value)),
    record: (id: EntryId) =>
      database.read(['records', 'order'], async (tx) => {
        const order = await tx.get('order', id)
        return order === undefined ? null : ((await tx.get('records', order)) ?? null)
      }),
    bytes: (ids: readonly EntryId[]) =>
      database.read(['bytes'], async (tx) => {
        const found = await Promise.all(ids.map((id) => tx.get('bytes', id)))
        return found.map((bytes) => bytes ?? null)
      }),
    lastSeq: (author: Entry['author']) =>
      database.read(['numbers'], async (tx) => {
        return (await tx.last('numbers', { prefix: [author] }))?.[1] ?? 0
      }),
    cursors: () =>
      database.read(['cursors'], async (tx) => {
        return new Map((await tx.range('cursors')).map(({ key, value }) => [key, value]))
      }),
  }
}

function outboxOf(database: Database<GroupSchema>) {
  return {
    outbox: (relay: RelayId, limit: number) =>
      database.read(['outbox'], async (tx) => {
        return (await tx.range('outbox', { prefix: [relay], limit })).map((row) => row.value)
      }),
    outboxCount: () => database.read(['outbox'], (tx) => tx.count('outbox')),
    enqueue: (relay: RelayId, ids: readonly EntryId[]) =>
      database.write('strict', ['order', 'outbox'], (tx) =>
        queueAgain(tx, { ids, relays: [relay] }),
      ),
    delivered: (relay: RelayId, ids: readonly EntryId[]) =>
      database.write('relaxed', ['order', 'outbox'], async (tx) => {
        for (const { order } of await ordersOf(tx, ids))
          if (order !== undefined) tx.remove('outbox', [relay, order])
      }),
  }
}

function transfersOf(database: Database<GroupSchema>) {
  return {
    transfers: (relay: RelayId, limit: number) =>
      database.read(['transfers'], async (tx) => {
        return (await tx.range('transfers', { prefix: [relay], limit })).map((row) => row.value)
      }),
    addTransfers: (transfers: readonly Transfer[]) =>
      database.write('strict', ['transfers', 'transferKeys'], (tx) =>
        storeTransfers(tx, transfers),
      ),
    transferDone: (relay: RelayId, blob: BlobId) =>
      database.write('relaxed', ['transfers', 'transferKeys'], async (tx) => {
        const key = await tx.get('transferKeys', [relay, blob])
        if (key === undefined) return
        tx.remove('transfers', key)
        tx.remove('transferKeys', [relay, blob])
      }),
    postpone: (relay: RelayId, blob: BlobId, nowMs: number) =>
      database.write('strict', ['transfers', 'transferKeys'], async (tx) => {
        const key = await tx.get('transferKeys', [relay, blob])
        const transfer = key && (await tx.get('transfers', key))
        if (key === undefined || transfer === undefined) return
        tx.remove('transfers', key)
        tx.remove('transferKeys', [relay, blob])
        await storeTransfers(tx, [{ ...transfer, rank: 3, addedMs: -nowMs }])
      }),
    waiting: () =>
      database.read(['transfers'], async (tx) => {
        const left = (await tx.range('transfers')).map((row) => row.value)
        return {
          items: new Set(left.map((transfer) => transfer.item)),
          blobs: left.length,
          bytes: left.reduce((sum, transfer) => sum + transfer.size, 0),
        }
      }),
  }
}

/** A blob already on its way to that relay keeps its place. */
async function storeTransfers(tx: Tx, transfers: readonly Transfer[]): Promise<void> {
  // One of several that are alike counts: the first.
  const all = [...transfers].reverse()
  const unique = new Map(all.map((transfer) => [`${transfer.relay} ${transfer.blob}`, transfer]))
  const fresh = [...unique.values()]
  const known = await Promise.all(
    fresh.map(({ relay, blob }) => tx.get('transferKeys', [relay, blob])),
  )
  for (const [n, transfer] of fresh.entries()) {
    if (known[n] !== undefined) continue
    const { relay, rank, addedMs, blob } = transfer
    const key: TransferKey = [relay, rank, -addedMs, blob]
    tx.put('transfers', key, transfer)
    tx.put('transferKeys', [relay, blob], key)
  }
}

function uniqueById(entries: readonly Entry[]): Entry[] {
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()]
}
