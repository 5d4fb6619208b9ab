/**
 * Others' entries on their way in: verified, stored, then membership, keys and documents follow.
 *
 * Errors  StorageProblem: nothing of the batch was stored then, and the cursor has not moved
 * Source  docs/design.md §3
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { EntryId, RelayId } from '#lib/base/ids.ts'
import { markStep } from '#lib/base/steps.ts'
import { operationOfEntry } from '#lib/membership/operation.ts'
import type { Cursor, EntryCommit } from '#lib/ports/entry-store.ts'
import type { Entry } from '#lib/wire/entry.ts'
import type { Fold } from './fold.ts'
import type { GroupLog } from './group-log.ts'
import type { OwnKeys } from './own-keys.ts'
import type { Releases } from './releases.ts'
import type { ReplicaEvent } from './replica.ts'
import type { Talks } from './talks.ts'

export interface ReplicaIntake {
  /** Returns how many entries were dropped as forged or malformed. */
  readonly receive: (
    entries: readonly Bytes[],
    cursor?: { relay: RelayId; cursor: Cursor },
  ) => Promise<{ rejected: number }>
  /** Entries that another tab has stored; all that this one lacks if no ids are given. */
  readonly adopt: (ids: readonly EntryId[] | 'all') => Promise<void>
  readonly offer: Fold['offer']
  /** Merges and opens all that count. */
  readonly run: () => Promise<void>
  /** Where these entries are operations: opens new keys and takes back what no longer counts. */
  readonly settleMembership: (entries: readonly { kind: string }[]) => Promise<void>
}

export interface ReplicaIntakeParts {
  readonly log: GroupLog
  readonly own: OwnKeys
  readonly fold: Fold
  readonly talks: Talks
  readonly releases: Releases
  /** Keeps what is shown here and would count no longer (marks.ts). */
  readonly keepShown: (shown: Iterable<EntryId>) => Promise<void>
  readonly tell: (event: ReplicaEvent) => void
}

/** The way in of one group. */
export function createReplicaIntake(parts: ReplicaIntakeParts): ReplicaIntake {
  const { log, own, fold, talks, releases, tell } = parts

  const settleMembership = async (entries: readonly { kind: string }[]): Promise<void> => {
    if (!entries.some(({ kind }) => kind === 'op')) return
    await own.learn(log.membership.state())
    fold.recount()
    tell({ kind: 'membership' })
  }

  /** What is sealed under a void epoch asks for its key when it counts, which any later entry may bring about. */
  const openFormer = async (): Promise<void> => {
    const state = log.membership.state()
    if (state !== null && state.formerEpochs.size > 0) await own.learn(state)
  }

  const offer = (entries: Parameters<Fold['offer']>[0]): void => {
    fold.offer(entries)
    talks.offer(entries)
    releases.offer(entries)
  }

  const run = async (): Promise<void> => {
    await fold.run()
    if (await talks.run()) tell({ kind: 'talk' })
    if (await releases.run()) tell({ kind: 'release' })
  }

  /** What a full disk kept from being done for stored operations is done with whatever comes next. */
  let isUnsettled = false

  const settle = async (): Promise<void> => {
    if (isUnsettled) {
      await parts.keepShown(fold.shown())
      await parts.keepShown(talks.shown())
      await settleMembership([{ kind: 'op' }])
      isUnsettled = false
    }
    await openFormer()
    await run()
  }

  const relays = (): RelayId[] => [...(log.membership.state()?.relays.keys() ?? [])]

  /** Stores entries, keeps what is shown, and merges. */
  const take = async (commit: EntryCommit & { entries: readonly Entry[] }): Promise<void> => {
    const again = { ids: doublesOf(log, commit.entries), relays: relays() }
    const fresh = (await log.commit({ ...commit, again })) ?? []
    offer(fresh)
    if (fresh.length > 0) tell({ kind: 'received', entries: fresh.map(({ id }) => id) })
    if (fresh.some(({ kind }) => kind === 'op')) isUnsettled = true
    await settle()
  }

  return {
    settleMembership,
    offer,
    run,
    async receive(bytes, cursor) {
      markStep('entry arrived')
      const { entries, rejected } = await log.verify(bytes)
      const portions = beforeRemovals(entries)
      for (const portion of portions.slice(0, -1)) await take({ entries: portion })
      const last = portions.at(-1) ?? []
      await take({ entries: last, ...(cursor === undefined ? {} : { cursor }) })
      markStep('entry folded')
      return { rejected }
    },
    async adopt(ids) {
      const records = await log.adopt(ids)
      const hasJoined = await own.recall()
      offer(records)
      await settleMembership(hasJoined ? [{ kind: 'op' }] : records)
      await openFormer()
      await run()
    },
  }
}

/**
 * What is here already under the numbers of these: a place that lost it counts by numbers what it has (`have`), and
 * so would never ask for it.
 */
function doublesOf({ graph }: GroupLog, entries: readonly Entry[]): EntryId[] {
  const fresh = entries.filter(({ id }) => !graph.has(id))
  return [...new Set(fresh.flatMap((entry) => graph.doubles(entry).slice(0, maxDoubles)))]
}

/** Set back more often to the same number is nobody; whoever writes many must not have all of them sent for each. */
const maxDoubles = 16

/** Cuts a batch before each removal: what the relay had before it is shown, and so kept, before it takes effect. */
function beforeRemovals(entries: readonly Entry[]): Entry[][] {
  const portions: Entry[][] = [[]]
  for (const entry of entries) {
    const isRemoval = entry.kind === 'op' && operationOfEntry(entry)?.operation.op === 'remove'
    if (isRemoval) portions.push([])
    portions.at(-1)?.push(entry)
  }
  return portions
}
