/**
 * A group's entries on this device: the store's rows, their causal graph and the membership they make.
 *
 * Entries are stored as received once their signature holds, whether or not they count yet. A `join` whose
 * invite has not arrived waits outside the membership until its proof can be checked.
 *
 * Errors  malformed, foreign or forged bytes are dropped and counted; StorageProblem from the store
 * Source  docs/design.md §3, §5, §7
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { EntryId, GroupId, OpId } from '#lib/base/ids.ts'
import { createEntryGraph, type EntryGraph } from '#lib/membership/counting.ts'
import { createMembershipLog, type MembershipLog } from '#lib/membership/evaluate.ts'
import {
  operationOfEntry,
  verifyOperation,
  type InviteOp,
  type SignedOperation,
} from '#lib/membership/operation.ts'
import type { EntryCommit, EntryRecord, EntryStore } from '#lib/ports/entry-store.ts'
import { groupOfEntry, parseEntry, verifyEntry, type Entry } from '#lib/wire/entry.ts'

export interface GroupLog {
  readonly graph: EntryGraph
  readonly membership: MembershipLog
  record(id: EntryId): EntryRecord | null
  records(): Iterable<EntryRecord>
  /** Reads everything the store holds. */
  load(): Promise<void>
  /** Parses and verifies bytes from a relay; nothing is stored yet. */
  verify(bytes: readonly Bytes[]): Promise<{ entries: Entry[]; rejected: number }>
  /** Stores entries (with a cursor, an outbox, …) and takes them in; null where an own number was taken. */
  commit(commit: EntryCommit & { readonly entries: readonly Entry[] }): Promise<Entry[] | null>
  /** Takes in entries that another tab has stored; all that this one lacks if no ids are given. */
  adopt(ids: readonly EntryId[] | 'all'): Promise<EntryRecord[]>
  entries(ids: readonly EntryId[]): Promise<Entry[]>
}

/** The log of one group over its store. */
export function createGroupLog(group: GroupId, store: EntryStore): GroupLog {
  const membership = createMembershipLog(group)
  const graph = createEntryGraph(membership)
  const records = new Map<EntryId, EntryRecord>()
  const invites = new Map<OpId, InviteOp>()
  const unproved = new Map<OpId, SignedOperation>()

  const prove = async (): Promise<void> => {
    const proved: SignedOperation[] = []
    for (const [id, signed] of unproved) {
      const { operation } = signed
      if (operation.op === 'join' && !invites.has(operation.invitation)) continue
      unproved.delete(id)
      if (await verifyOperation(signed, group, (invite) => invites.get(invite) ?? null))
        proved.push(signed)
    }
    if (proved.length > 0) membership.add(proved)
  }

  const takeOperations = async (entries: readonly Entry[]): Promise<void> => {
    for (const entry of entries) {
      const signed = entry.kind === 'op' ? operationOfEntry(entry) : null
      if (signed === null || membership.has(signed.id)) continue
      if (signed.operation.op === 'invite') invites.set(signed.id, signed.operation)
      unproved.set(signed.id, signed)
    }
    await prove()
  }

  const takeIn = async (
    entries: readonly Entry[],
    added: readonly EntryRecord[],
  ): Promise<void> => {
    for (const record of added) records.set(record.id, record)
    await takeOperations(entries)
    graph.add(added)
  }

  const readEntries = async (ids: readonly EntryId[]): Promise<Entry[]> => {
    const found = await store.bytes(ids)
    return found.flatMap((bytes) => (bytes === null ? [] : (parseEntry(bytes) ?? [])))
  }

  const takeRecords = async (found: readonly EntryRecord[]): Promise<EntryRecord[]> => {
    const fresh = found.filter(({ id }) => !records.has(id))
    const opIds = fresh.filter(({ kind }) => kind === 'op').map(({ id }) => id)
    await takeIn(await readEntries(opIds), fresh)
    return fresh
  }

  return {
    graph,
    membership,
    record: (id) => records.get(id) ?? null,
    records: () => records.values(),
    async load() {
      await takeRecords(await store.records())
    },
    async verify(bytes) {
      const parsed = bytes.map((one) => parseEntry(one))
      const genuine = await Promise.all(
        parsed.map(
          async (entry) =>
            entry !== null &&
            groupOfEntry(entry) === group &&
            (records.has(entry.id) || (await verifyEntry(entry))),
        ),
      )
      const entries = parsed.filter(
        (entry, at) => entry !== null && genuine[at] === true,
      ) as Entry[]
      return { entries, rejected: bytes.length - entries.length }
    },
    async commit(commit) {
      const outcome = await store.commit(commit)
      if (outcome.kind === 'seq-taken') return null
      const fresh = commit.entries.filter(({ id }) => !records.has(id))
      await takeIn(fresh, fresh.map(recordOf))
      return fresh
    },
    async adopt(ids) {
      if (ids === 'all') return takeRecords(await store.records())
      const unknown = ids.filter((id) => !records.has(id))
      const found = await Promise.all(unknown.map((id) => store.record(id)))
      return takeRecords(found.filter((record) => record !== null))
    },
    entries: readEntries,
  }
}

function recordOf(entry: Entry): EntryRecord {
  const { id, group, kind, doc, author, seq, after, epoch } = entry
  return {
    id,
    group,
    kind,
    author,
    seq,
    after,
    ...(doc === undefined ? {} : { doc }),
    ...(epoch === undefined ? {} : { epoch }),
    changes: [],
    quarantine: null,
  }
}
