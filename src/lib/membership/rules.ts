/**
 * The rules: what speaks against an operation, given what holds in its past.
 *
 * Asked twice of each operation: of its own past when it arrives (an operation refused there never has an effect),
 * and of what is left of that past where a removal made part of it void.
 *
 * Errors  a sentence in English for logs and diagnostics, null where nothing speaks against it
 * Source  docs/design.md §5, the table "op, carries, who may"
 */
import type { DeviceId, MemberId } from '#lib/base/ids.ts'
import { epochOf, mayHold, newestCleanEpoch } from './epochs.ts'
import type { Actor, Consequence, Sight } from './history.ts'
import { memberIdOfDevice } from './member-id.ts'
import type {
  AddOp,
  EpochOp,
  InviteOp,
  JoinOp,
  LockboxOp,
  RemoveOp,
  RoleOp,
  SignedOperation,
} from './operation-types.ts'
import { roleAtLeast, type Rank } from './roles.ts'
import {
  actorOf,
  inviteOf,
  isInvitationRemoved,
  joinsOf,
  mayGovern,
  personAdmission,
  roleOf,
  wasMember,
} from './standing.ts'

/** Why this operation is not allowed on top of what is seen, or null. */
export function reasonAgainst(signed: SignedOperation, sight: Sight): string | null {
  const { operation, author } = signed
  if (operation.op === 'genesis') return null
  if (operation.op === 'join') return againstJoin(operation, author, sight)
  const actor = actorOf(sight, author)
  if (actor === null) return 'its author is no device of the group'
  switch (operation.op) {
    case 'invite':
      return againstInvite(operation, actor, sight)
    case 'add':
      return againstAdd(operation, actor, sight)
    case 'role':
      return againstRole(operation, actor, sight)
    case 'remove':
      return againstRemove(operation, actor, sight)
    case 'epoch':
      return againstEpoch(operation, actor, sight)
    case 'lockbox':
      return againstLockbox(operation, sight)
    case 'relay':
      return roleAtLeast(actor.role, 'admin') ? null : needsAdmin
  }
}

const needsAdmin = 'its author is no admin'
const outranked = 'its target ranks as high as its author, or higher'

function againstJoin(join: JoinOp, device: DeviceId, sight: Sight): string | null {
  const invite = inviteOf(sight, join.invitation)
  if (invite === null) return 'its invitation is unknown'
  if (isInvitationRemoved(sight, join.invitation)) return 'its invitation was removed before'
  if (invite.uses > 0 && joinsOf(sight, join.invitation).length >= invite.uses)
    return 'its invitation was used up before'
  if (invite.for === 'person') return againstNewcomer(join.member, device, sight)
  if (wasAdmitted(sight, device)) return 'its device was admitted before'
  if (invite.member !== join.member) return 'its invitation is for another member'
  return personAdmission(sight, join.member) === null ? 'its member is not in the group' : null
}

function againstNewcomer(member: MemberId, device: DeviceId, sight: Sight): string | null {
  if (wasAdmitted(sight, device)) return 'its device was admitted before'
  return wasMember(sight, member) ? 'its member id is taken' : null
}

function wasAdmitted(sight: Sight, device: DeviceId): boolean {
  return (sight.history.admissionsByDevice.get(device) ?? []).some((node) => sight.holds(node))
}

function againstInvite(invite: InviteOp, actor: Actor, sight: Sight): string | null {
  if (epochOf(sight, invite.key) === null) return 'its lockbox is of an unknown epoch'
  if (invite.for === 'person') return roleAtLeast(actor.role, 'admin') ? null : needsAdmin
  if (invite.member === undefined || personAdmission(sight, invite.member) === null)
    return 'its member is not in the group'
  return mayGovern(sight, actor, invite.member) ? null : outranked
}

function againstAdd(add: AddOp, actor: Actor, sight: Sight): string | null {
  if (!roleAtLeast(actor.role, 'admin')) return needsAdmin
  if (!wasMember(sight, add.member)) return againstNewcomer(add.member, add.device, sight)
  if (wasAdmitted(sight, add.device)) return 'its device was admitted before'
  // Somebody removed comes back under their own name; somebody who is in gets one more device.
  if (personAdmission(sight, add.member) === null) return null
  return mayGovern(sight, actor, add.member) ? null : outranked
}

function againstRole(role: RoleOp, actor: Actor, sight: Sight): string | null {
  if (!roleAtLeast(actor.role, 'admin')) return needsAdmin
  if (personAdmission(sight, role.member) === null) return 'its member is not in the group'
  if (!mayGovern(sight, actor, role.member)) return outranked
  const stepsDown = role.member === actor.member && role.role !== 'admin'
  return stepsDown && isOnlyAdmin(sight, actor) ? 'nobody would be an admin' : null
}

/** Asked of the past alone: an admin who leaves while the other one steps down leaves a group without any. */
function isOnlyAdmin(sight: Sight, actor: Actor): boolean {
  for (const member of sight.history.admissionsByMember.keys()) {
    if (member === actor.member || personAdmission(sight, member) === null) continue
    if (roleOf(sight, member) === 'admin') return false
  }
  return true
}

function againstRemove({ target }: RemoveOp, actor: Actor, sight: Sight): string | null {
  if ('invitation' in target) {
    if (inviteOf(sight, target.invitation) === null) return 'its invitation is unknown'
    const inviter = sight.history.byId.get(target.invitation)?.actor?.member
    if (inviter === actor.member) return null
    return roleAtLeast(actor.role, 'admin') ? null : needsAdmin
  }
  const member = 'member' in target ? target.member : everMemberOf(sight, target.device)
  if (member === null || !wasMember(sight, member)) return 'its target is unknown'
  if (actor.member === member) return null
  if (!roleAtLeast(actor.role, 'admin')) return needsAdmin
  return mayGovern(sight, actor, member) ? null : outranked
}

function everMemberOf(sight: Sight, device: DeviceId): MemberId | null {
  const admissions = sight.history.admissionsByDevice.get(device) ?? []
  return admissions.find((node) => sight.holds(node))?.admits?.member ?? null
}

function againstEpoch(epoch: EpochOp, actor: Actor, sight: Sight): string | null {
  if (!roleAtLeast(actor.role, 'contributor')) return 'its author is no contributor'
  return epochOf(sight, epoch.key) === null ? null : 'its key id is taken'
}

function againstLockbox(lockbox: LockboxOp, sight: Sight): string | null {
  const newest = newestCleanEpoch(sight)
  if (newest?.key !== lockbox.key) return 'its key is not the newest clean one'
  for (const holder of lockbox.boxes.keys()) {
    if (newest.boxes.has(holder)) return 'one of its holders has a box already'
    if (!mayHold(sight, holder)) return 'one of its holders is neither a device nor open'
  }
  return null
}

/** Why somebody who comes in anew must not have the member id they name, or null. The same in any past. */
export function reasonAgainstName({ admits }: Consequence, sight: Sight): string | null {
  if (admits?.person !== true || wasMember(sight, admits.member)) return null
  return admits.member === memberIdOfDevice(admits.device)
    ? null
    : 'its member id is not that of its device'
}

/** What an allowed operation brings about, worked out in its own past. */
export function consequenceOf(signed: SignedOperation, sight: Sight, depth: number): Consequence {
  const { operation, author, id } = signed
  const rankUnder = (by: Rank | null): Rank | null =>
    by === null ? null : { chain: by.chain + 1, depth, id }
  if (operation.op === 'genesis') {
    const { member, box } = operation
    const sets = { member, role: 'admin', by: null, rank: { chain: 0, depth, id } } as const
    return { actor: null, admits: { device: author, member, box, person: true }, sets }
  }
  if (operation.op === 'join') {
    const { member, box } = operation
    const invite = sight.history.byId.get(operation.invitation)
    if (invite?.operation.op !== 'invite') throw new Error('an allowed join has its invite')
    const person = invite.operation.for === 'person'
    const admits = { device: author, member, box, person }
    if (!person) return { actor: null, admits, sets: null }
    const by = invite.actor?.rank ?? null
    const { role } = invite.operation
    return {
      actor: null,
      admits,
      sets: { member, role, by, rank: role === 'admin' ? rankUnder(by) : null },
    }
  }
  const actor = actorOf(sight, author)
  if (operation.op !== 'add' && operation.op !== 'role') return { actor, admits: null, sets: null }
  const by = actor?.rank ?? null
  const { member, role } = operation
  const sets = { member, role, by, rank: role === 'admin' ? rankUnder(by) : null }
  if (operation.op === 'role') return { actor, admits: null, sets }
  const person = personAdmission(sight, member) === null
  const admits = { device: operation.device, member, box: operation.box, person }
  return { actor, admits, sets: person ? sets : null }
}
