/**
 * Standing: who is in, with which role and rank, in a set of operations seen from somewhere.
 *
 * A device stands while an admission of it holds, its member stands, and no removal of the device, or of the
 * member outside the admission's past, holds. A member stands while an admission of the *person* holds that has
 * every holding removal of the member in its past: re-admission follows.
 *
 * Errors  none; questions about strangers are answered with null or false
 * Source  docs/design.md §5
 */
import type { DeviceId, MemberId, OpId } from '#lib/base/ids.ts'
import {
  isBefore,
  compareNodes,
  type Actor,
  type History,
  type OpNode,
  type Sight,
} from './history.ts'
import { roles, type GivenRole, type InviteOp } from './operation-types.ts'
import { compareIds, compareRanks, type Rank } from './roles.ts'

/** The first admission of a device that holds, by (depth, id). */
export function admissionOf(sight: Sight, device: DeviceId): OpNode | null {
  return firstHolding(sight, sight.history.admissionsByDevice.get(device))
}

/** The member of a device that stands, or null. */
export function memberOfDevice(sight: Sight, device: DeviceId): MemberId | null {
  const admission = admissionOf(sight, device)
  const member = admission?.admits?.member
  if (admission === null || member === undefined) return null
  if (anyHolds(sight, sight.history.removalsByTarget.get(device))) return null
  return isCurrent(sight, admission, member) && personAdmission(sight, member) !== null
    ? member
    : null
}

/** The first admission that makes somebody a member now, or null. */
export function personAdmission(sight: Sight, member: MemberId): OpNode | null {
  const admissions = sight.history.admissionsByMember
    .get(member)
    ?.filter((node) => node.admits?.person === true && isCurrent(sight, node, member))
  return firstHolding(sight, admissions)
}

/** Whether somebody of that id was ever admitted in what is seen. */
export function wasMember(sight: Sight, member: MemberId): boolean {
  return anyHolds(sight, sight.history.admissionsByMember.get(member))
}

function isCurrent(sight: Sight, admission: OpNode, member: MemberId): boolean {
  const removals = sight.history.removalsByTarget.get(member) ?? []
  return removals.every((removal) => !sight.holds(removal) || isBefore(removal, admission))
}

/** Role of a member who stands: causally last, then by the higher-ranked author, then the lower role. */
export function roleOf(sight: Sight, member: MemberId): GivenRole | null {
  return lastSetting(sight, member)?.sets?.role ?? null
}

/** Rank of an admin, null for anyone else. It is that of the first promotion since they last were no admin. */
export function rankOf(sight: Sight, member: MemberId): Rank | null {
  const last = lastSetting(sight, member)
  if (last?.sets?.rank === undefined || last.sets.rank === null) return null
  const settings = holdingSettings(sight, member)
  const ends = settings.filter((node) => node.sets?.rank === null && isBefore(node, last))
  let rank = last.sets.rank
  for (const node of settings) {
    const given = node.sets?.rank ?? null
    if (given === null || ends.some((end) => isBefore(node, end))) continue
    if (node !== last && !isBefore(node, last)) continue
    if (isWithdrawn(sight, node, last, member)) continue
    if (compareRanks(given, rank) < 0) rank = given
  }
  return rank
}

function isWithdrawn(sight: Sight, setting: OpNode, last: OpNode, member: MemberId): boolean {
  const removals = sight.history.removalsByTarget.get(member) ?? []
  return removals.some(
    (removal) => sight.holds(removal) && isBefore(setting, removal) && isBefore(removal, last),
  )
}

function lastSetting(sight: Sight, member: MemberId): OpNode | null {
  const settings = holdingSettings(sight, member)
  if (settings.length < 2) return settings[0] ?? null
  const newest = settings.filter((node) => !settings.some((other) => isBefore(node, other)))
  return newest.sort(compareSettings)[0] ?? null
}

function holdingSettings(sight: Sight, member: MemberId): OpNode[] {
  return (sight.history.settingsByMember.get(member) ?? []).filter((node) => sight.holds(node))
}

function compareSettings(a: OpNode, b: OpNode): number {
  const byRank =
    a.sets?.by && b.sets?.by
      ? compareRanks(a.sets.by, b.sets.by)
      : Number(Boolean(a.sets?.by)) - Number(Boolean(b.sets?.by))
  return byRank || roleIndex(a) - roleIndex(b) || compareIds(a.id, b.id)
}

function roleIndex(node: OpNode): number {
  return node.sets === null ? roles.length : roles.indexOf(node.sets.role)
}

/** The highest role ever given to the member of a device, void and withdrawn ones included; null for strangers. */
export function highestRoleOf(history: History, device: DeviceId): GivenRole | null {
  const admissions = history.admissionsByDevice.get(device) ?? []
  const settings = admissions
    .flatMap(({ admits }) => (admits === null ? [] : [admits.member]))
    .flatMap((member) => history.settingsByMember.get(member) ?? [])
  const highest = settings.reduce((most, node) => Math.max(most, roleIndex(node)), -1)
  return settings.find((node) => roleIndex(node) === highest)?.sets?.role ?? null
}

/** A device that stands, as author of an act; null for anyone else. */
export function actorOf(sight: Sight, device: DeviceId): Actor | null {
  const member = memberOfDevice(sight, device)
  if (member === null) return null
  const role = roleOf(sight, member)
  if (role === null) return null
  return { member, role, rank: role === 'admin' ? rankOf(sight, member) : null }
}

/** Whether the actor may change, remove, or give a device to that member: oneself, or an admin who outranks them. */
export function mayGovern(sight: Sight, actor: Actor, member: MemberId): boolean {
  if (actor.member === member) return true
  if (actor.rank === null) return false
  const rank = rankOf(sight, member)
  return rank === null || compareRanks(actor.rank, rank) < 0
}

/** Whether an invitation holds, was not removed, has uses left, and is not for a device of somebody who is out. */
export function isInvitationOpen(sight: Sight, invitation: OpId): boolean {
  const invite = inviteOf(sight, invitation)
  if (invite === null || isInvitationRemoved(sight, invitation)) return false
  if (invite.member !== undefined && personAdmission(sight, invite.member) === null) return false
  return invite.uses === 0 || joinsOf(sight, invitation).length < invite.uses
}

/** The invite of that id, if it holds. */
export function inviteOf(sight: Sight, invitation: OpId): InviteOp | null {
  const node = sight.history.byId.get(invitation)
  return node?.operation.op === 'invite' && sight.holds(node) ? node.operation : null
}

/** Whether a removal of the invitation holds. */
export function isInvitationRemoved(sight: Sight, invitation: OpId): boolean {
  return anyHolds(sight, sight.history.removalsByTarget.get(invitation))
}

/** Joins by an invitation that hold. */
export function joinsOf(sight: Sight, invitation: OpId): OpNode[] {
  return (sight.history.joinsByInvitation.get(invitation) ?? []).filter((node) => sight.holds(node))
}

function anyHolds(sight: Sight, nodes: readonly OpNode[] | undefined): boolean {
  return nodes?.some((node) => sight.holds(node)) ?? false
}

function firstHolding(sight: Sight, nodes: readonly OpNode[] | undefined): OpNode | null {
  let first: OpNode | null = null
  for (const node of nodes ?? [])
    if (sight.holds(node) && (first === null || compareNodes(node, first) < 0)) first = node
  return first
}
