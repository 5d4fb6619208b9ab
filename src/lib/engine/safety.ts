/**
 * The quiet line at the top: how much of what is on this device has not reached a place of its group yet.
 */
import type { ItemId } from '#lib/base/ids.ts'
import type { GroupStore } from '#lib/ports/group-store.ts'
import type { ImportProgress, Safety } from './api.ts'
import type { EngineParts } from './engine-parts.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { GroupSession } from './group-session.ts'
import type { KeepingTending } from './keeping-tending.ts'

/** What waits, over all groups of the device. */
export async function safetyOf(
  groups: EngineGroups,
  parts: EngineParts,
  tending: Pick<KeepingTending, 'fetching'>,
): Promise<Safety> {
  const sessions = groups.sessions()
  const each = await Promise.all(sessions.map((session) => waitingIn(session, groups)))
  const cards = groups.cards()
  const places = cards.flatMap((card) => card.places)
  const importing = sessions.flatMap(({ imports }) => imports.progress() ?? [])
  const withPhotos = cards.filter(({ albums }) => albums.some(({ count }) => count > 0))
  const leftBytes = sum(each.map(({ bytes }) => bytes))
  const doneBytes = sum(sessions.map((session) => session.sentBytes()))
  return {
    waiting: sum(each.map(({ items }) => items)),
    offline:
      !parts.online() ||
      (places.length > 0 && places.every(({ state }) => state === 'unreachable')),
    importing: allOf(importing),
    sending: leftBytes === 0 ? null : { doneBytes, totalBytes: doneBytes + leftBytes },
    fetching: tending.fetching(),
    places:
      withPhotos.length === 0 ? null : Math.min(...withPhotos.map((card) => card.places.length)),
    trouble: groups.trouble(),
  }
}

/** Nothing, where the group was closed or left meanwhile. */
async function waitingIn(
  session: GroupSession,
  groups: EngineGroups,
): Promise<{ items: number; bytes: number }> {
  try {
    return await waitingOf(session.store, session.imports.announced())
  } catch (cause) {
    if (groups.session(session.group) === session) throw cause
    return { items: 0, bytes: 0 }
  }
}

/**
 * What of a group is nowhere but here: announced files, chosen files, and items on their way. Asked for in the
 * order in which a photo goes through them, so that none slips by between two questions.
 */
export async function waitingOf(
  store: Pick<GroupStore, 'intake' | 'entries'>,
  announced: Iterable<ItemId>,
): Promise<{ items: number; bytes: number }> {
  const items = new Set(announced)
  for (const { item } of await store.intake.list()) items.add(item)
  const onTheirWay = await store.entries.waiting()
  for (const item of onTheirWay.items) items.add(item)
  return { items: items.size, bytes: onTheirWay.bytes }
}

function allOf(importing: readonly ImportProgress[]): ImportProgress | null {
  if (importing.length === 0) return null
  return {
    done: sum(importing.map(({ done }) => done)),
    total: sum(importing.map(({ total }) => total)),
    doneBytes: sum(importing.map(({ doneBytes }) => doneBytes)),
    totalBytes: sum(importing.map(({ totalBytes }) => totalBytes)),
    isPaused: importing.every(({ isPaused }) => isPaused),
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
