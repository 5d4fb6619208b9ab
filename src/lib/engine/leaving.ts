/**
 * Leaving a group: with all own devices, when a place of the group knows it and nothing is lost.
 *
 * Needs the network, once: a device that just forgot the group would stay in everybody's list, and would go on
 * getting the group's keys. Where the connection breaks in between, the removal waits in the outbox of a group that
 * is shown as left, and is sent at the next signal; nothing has been forgotten by then.
 *
 * Source  docs/design.md §5 `remove`
 */
import type { MemberId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { isDelivered, isReachable, unsentOf } from './delivery.ts'
import type { GroupSession } from './group-session.ts'
import type { LeaveProblem, LeavingFacts } from './member-api.ts'

const answerMs = 15_000

/** What to know before; null where this device is no member. */
export async function leavingFactsOf(
  session: GroupSession,
  nameOf: (member: MemberId) => string,
): Promise<LeavingFacts | null> {
  const { replica, connections } = session
  const state = replica.state()
  const own = state?.members.get(replica.me()?.member ?? ('' as MemberId))
  if (state === null || own === undefined) return null
  const { entries, items, unread } = await unsentOf(session)
  const others = [...state.members.values()].filter(({ id }) => id !== own.id)
  const admins = others.filter(({ role }) => role === 'admin')
  const [onlyAdmin] = admins.length === 1 ? admins : []
  const isOwner = own.role === 'owner'
  return {
    unsentPhotos: items.size + unread,
    unsentChanges: entries.size > 0,
    isReachable: isReachable(connections.places()),
    devices: own.devices.length,
    isAlone: others.length === 0,
    mustHandOver: isOwner && others.length > 0 && admins.length === 0,
    successor: isOwner && onlyAdmin !== undefined ? nameOf(onlyAdmin.id) || null : null,
  }
}

/** Writes the removal of oneself and waits until a place has it. The caller forgets the group then. */
export async function leave(
  session: GroupSession,
  facts: LeavingFacts,
  abandonUnsent: boolean,
): Promise<Result<null, LeaveProblem>> {
  const { replica } = session
  const member = replica.me()?.member
  if (member === undefined) return err({ kind: 'not-allowed' })
  if (facts.mustHandOver) return err({ kind: 'must-hand-over' })
  if (!facts.isReachable) return err({ kind: 'offline' })
  if (!abandonUnsent && (facts.unsentPhotos > 0 || facts.unsentChanges))
    return err({ kind: 'unsent' })
  const written = await replica.operate((parents) =>
    Promise.resolve({ op: 'remove', parents, target: { member } }),
  )
  if (!written.ok) return written
  if (written.value === null) return ok(null)
  return (await isDelivered(session, written.value.id, answerMs))
    ? ok(null)
    : err({ kind: 'offline' })
}
