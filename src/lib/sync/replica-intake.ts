/**
 * Others' entries on their way in: verified, stored, then membership, keys and documents follow.
 *
 * Errors  StorageProblem: nothing of the batch was stored then, and the cursor has not moved
 * Source  docs/design.md §3
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { EntryId, RelayId } from '#lib/base/ids.ts'
import { markStep } from '#lib/base/steps.ts'
import type { Cursor } from '#lib/ports/entry-store.ts'
import type { Fold } from './fold.ts'
import type { GroupLog } from './group-log.ts'
import type { OwnKeys } from './own-keys.ts'
import type { ReplicaEvent } from './replica.ts'
import type { Talks } from './talks.ts'

export interface ReplicaIntake {
  /** Returns how many entries were dropped as forged or malformed. */
  readonly receive: (
    entries: readonly Bytes[],
    cursor?: { relay: RelayId; cursor: Cursor },
  ) => Promise<{ rejected: number }>
  /** Entries that another tab has stored. */
  readonly adopt: (ids: readonly EntryId[]) => Promise<void>
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
  readonly tell: (event: ReplicaEvent) => void
}

/** The way in of one group. */
export function createReplicaIntake({
  log,
  own,
  fold,
  talks,
  tell,
}: ReplicaIntakeParts): ReplicaIntake {
  const settleMembership = async (entries: readonly { kind: string }[]): Promise<void> => {
    if (!entries.some(({ kind }) => kind === 'op')) return
    await own.learn(log.membership.state())
    await fold.recount()
    tell({ kind: 'membership' })
  }

  const offer = (entries: Parameters<Fold['offer']>[0]): void => {
    fold.offer(entries)
    talks.offer(entries)
  }

  const run = async (): Promise<void> => {
    await fold.run()
    if (await talks.run()) tell({ kind: 'talk' })
  }

  return {
    settleMembership,
    offer,
    run,
    async receive(bytes, cursor) {
      markStep('entry arrived')
      const { entries, rejected } = await log.verify(bytes)
      const fresh = await log.commit({ entries, ...(cursor === undefined ? {} : { cursor }) })
      if (fresh !== null && fresh.length > 0) {
        offer(fresh)
        tell({ kind: 'received', entries: fresh.map(({ id }) => id) })
        await settleMembership(fresh)
        await run()
        markStep('entry folded')
      }
      return { rejected }
    },
    async adopt(ids) {
      const records = await log.adopt(ids)
      offer(records)
      await settleMembership(records)
      await run()
    },
  }
}
