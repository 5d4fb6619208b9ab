/** How this device stands in a group, by the operations it knows. */
import type { MemberId } from '#lib/base/ids.ts'
import { hasAgreed, type GroupContent } from '#lib/groups/group-document.ts'
import { roleMayWrite, type MembershipState } from '#lib/membership/evaluate.ts'
import type { Standing } from '#lib/ports/group-store.ts'
import { isMember, type PlaceState } from '#lib/sync/connections.ts'
import type { Replica } from '#lib/sync/replica.ts'
import type { GroupAsk } from './api.ts'

/** A device that was let in and is none of the group's any more was removed; one that was not is looking in. */
export function standingOf(replica: Replica): Standing {
  if (isMember(replica)) return 'joined'
  const device = replica.me()?.device
  const state = replica.state()
  if (device === undefined || state === null || state.devices.has(device)) return 'visiting'
  return state.everAdmitted.has(device) ? 'removed' : 'visiting'
}

/** Whether this device may write to the group's documents. */
export function mayAdd(replica: Replica): boolean {
  const member = replica.me()?.member
  const role = member === undefined ? undefined : replica.state()?.members.get(member)?.role
  return role !== undefined && roleMayWrite(role, 'bundle')
}

/** What the group would like from a member who has joined. */
export function asksOf(
  state: MembershipState,
  me: MemberId,
  { document, places }: { document: GroupContent; places: readonly PlaceState[] },
): GroupAsk[] {
  const asks: GroupAsk[] = []
  if (isShutOut(places)) asks.push('refused')
  if (!hasAgreed(document, me)) asks.push('agreement')
  if (standsAlone(state, me)) asks.push('second-admin')
  return asks
}

/** Every place says that this device may not be there, and that it has not just lost the group. */
export function isShutOut(places: readonly PlaceState[]): boolean {
  return places.length > 0 && places.every(({ refusal }) => refusal === 'not-allowed')
}

/**
 * Whether nobody could govern the group if this one device were lost: its owner has no other device (one in a drawer
 * or a sheet of paper would do), and nobody else is an admin. Somebody who is alone in a group loses nobody.
 */
function standsAlone(state: MembershipState, me: MemberId): boolean {
  const own = state.members.get(me)
  if (own?.role !== 'owner' || own.devices.length > 1 || state.members.size < 2) return false
  return [...state.members.values()].every(({ role }) => role !== 'admin')
}
