/**
 * The quiet line at the top: how much of what is on this device has not reached a place of its group yet.
 */
import type { Safety } from './api.ts'
import type { EngineParts } from './engine-parts.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { GroupSession } from './group-session.ts'

/** What waits, over all groups of the device. */
export async function safetyOf(groups: EngineGroups, parts: EngineParts): Promise<Safety> {
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
    importing:
      importing.length === 0
        ? null
        : {
            done: sum(importing.map(({ done }) => done)),
            total: sum(importing.map(({ total }) => total)),
          },
    sending: leftBytes === 0 ? null : { doneBytes, totalBytes: doneBytes + leftBytes },
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
    return await waitingOf(session)
  } catch (cause) {
    if (groups.session(session.group) === session) throw cause
    return { items: 0, bytes: 0 }
  }
}

async function waitingOf({ store }: GroupSession): Promise<{ items: number; bytes: number }> {
  const { items, bytes } = await store.entries.waiting()
  const intake = await store.intake.list()
  return { items: items.size + intake.length, bytes }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
