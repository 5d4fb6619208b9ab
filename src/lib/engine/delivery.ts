/**
 * What has not reached any place of its group yet. With several places it is enough that one has it: the others get
 * it from there, or from here later.
 */
import type { EntryId, ItemId } from '#lib/base/ids.ts'
import type { PlaceState } from '#lib/sync/connections.ts'
import type { GroupSession } from './group-session.ts'

type Sending = Pick<GroupSession, 'replica' | 'store' | 'connections'>

const lookMs = 40
const everything = 1_000_000

export interface Unsent {
  readonly entries: ReadonlySet<EntryId>
  /** Photos whose files, or whose reading, no place has seen the end of. */
  readonly items: ReadonlySet<ItemId>
  /** Chosen files that are still to be read. */
  readonly unread: number
}

/** What exists on this device only. */
export async function unsentOf({
  replica,
  store,
}: Pick<GroupSession, 'replica' | 'store'>): Promise<Unsent> {
  const relays = [...(replica.state()?.relays.keys() ?? [])]
  const queues = await Promise.all(
    relays.map(async (relay) => ({
      entries: new Set(await store.entries.outbox(relay, everything)),
      items: new Set((await store.entries.transfers(relay, everything)).map(({ item }) => item)),
    })),
  )
  return {
    entries: inAll(queues.map(({ entries }) => entries)),
    items: inAll(queues.map(({ items }) => items)),
    unread: (await store.intake.list()).length,
  }
}

/** Waits until a place has the entry; false where that takes longer than `patienceMs`. */
export async function isDelivered(
  session: Sending,
  entry: EntryId,
  patienceMs: number,
): Promise<boolean> {
  for (let waitedMs = 0; ; waitedMs += lookMs) {
    if (!(await unsentOf(session)).entries.has(entry)) return true
    if (waitedMs >= patienceMs) return false
    await new Promise((resolve) => setTimeout(resolve, lookMs))
  }
}

/** Whether a place would hear of something soon, from this tab or from the one that leads. */
export function isReachable(places: readonly PlaceState[]): boolean {
  return places.some(({ state }) => state === 'live' || state === 'catching-up' || state === 'idle')
}

function inAll<T>(sets: readonly ReadonlySet<T>[]): Set<T> {
  const [first, ...others] = sets
  return new Set([...(first ?? [])].filter((one) => others.every((set) => set.has(one))))
}
