/**
 * The people of a group as one of them sees them: pure, from the membership, the group's document and a clock.
 *
 * Every offer (a role, a removal, handing over) is asked of the membership rules as an operation on top of all that
 * is known; what they would refuse is not offered.
 *
 * Source  docs/design.md §5
 */
import { idFromBytes, type DeviceId, type MemberId, type OpId } from '#lib/base/ids.ts'
import { hasAgreed, memberJoinedMs, type GroupContent } from '#lib/groups/group-document.ts'
import {
  isOpen,
  refusalOf,
  roleAtLeast,
  type InvitationState,
  type MembershipLog,
  type MembershipState,
} from '#lib/membership/evaluate.ts'
import {
  memberIdOfDevice,
  type GivenRole,
  type Operation,
  type Role,
} from '#lib/membership/operation.ts'
import type {
  CameBy,
  CrowdedInvitation,
  InvitationCard,
  MemberCard,
  MembersOverview,
  OutsiderCard,
} from './member-api.ts'

export interface MembersViewInput {
  readonly log: MembershipLog
  readonly me: { readonly device: DeviceId; readonly member: MemberId }
  readonly document: GroupContent
  readonly nameOf: (member: MemberId) => string
  readonly nowMs: number
  readonly isUnsent: boolean
}

const givenRoles: readonly GivenRole[] = ['viewer', 'contributor', 'admin']
const roleOrder: readonly Role[] = ['owner', 'admin', 'contributor', 'viewer']

/** The overview; null before the group's first operation is known. */
export function membersOverviewOf(input: MembersViewInput): MembersOverview | null {
  const state = input.log.state()
  const role = state?.members.get(input.me.member)?.role
  if (state === null || role === undefined) return null
  const view: View = {
    ...{ ...input, state },
    mayDo: (make) => isAllowed(input.log, input.me.device, make(state.heads)),
  }
  const isAdmin = roleAtLeast(role, 'admin')
  return {
    members: [...state.members.keys()].map((id) => memberCardOf(view, id)).sort(compareCards),
    outsiders: isAdmin ? outsidersOf(view) : [],
    crowded: isAdmin ? crowdedOf(view) : [],
    invitations: [...state.invitations.values()]
      .filter((invitation) => invitation.for === 'person' && isOpen(invitation, input.nowMs))
      .sort((a, b) => a.expires - b.expires || (a.id < b.id ? -1 : 1))
      .map((invitation) => invitationCardOf(view, invitation)),
    mayInvite: isAdmin,
    mayEditAgreement: isAdmin,
    isUnsent: input.isUnsent,
  }
}

/** Whether the rules would take this operation by that device, were it written. */
export function isAllowed(log: MembershipLog, author: DeviceId, operation: Operation): boolean {
  return refusalOf(log, { id: unwritten, author, operation }) === null
}

/** An id that no operation has. */
const unwritten = known(idFromBytes('EntryId', new Uint8Array(32).fill(0xff)))

function known<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('it was there a moment ago')
  return value
}

interface View extends MembersViewInput {
  readonly state: MembershipState
  readonly mayDo: (make: (parents: readonly OpId[]) => Operation) => boolean
}

function memberCardOf(view: View, id: MemberId): MemberCard {
  const { state, me, document } = view
  const member = known(state.members.get(id))
  const isMe = id === me.member
  const isMine = state.members.get(me.member)?.role === 'owner'
  const given: GivenRole = member.role === 'owner' ? 'admin' : member.role
  const mayGive = (role: GivenRole) =>
    !isMe && view.mayDo((parents) => ({ op: 'role', parents, member: id, role }))
  return {
    ...{ id, isMe, role: member.role, name: view.nameOf(id) },
    devices: member.devices.length,
    came: cameBy(view, member.admittedBy),
    joinedMs: memberJoinedMs(document, id),
    roles: givenRoles.filter((role) => role !== given && mayGive(role)),
    mayRemove:
      !isMe && view.mayDo((parents) => ({ op: 'remove', parents, target: { member: id } })),
    mayHandOver: isMine && mayGive('admin'),
    agreed: hasAgreed(document, id),
  }
}

/** Me first, then by what they may do, then by name. */
function compareCards(a: MemberCard, b: MemberCard): number {
  return (
    Number(b.isMe) - Number(a.isMe) ||
    roleOrder.indexOf(a.role) - roleOrder.indexOf(b.role) ||
    a.name.localeCompare(b.name) ||
    (a.id < b.id ? -1 : 1)
  )
}

function cameBy(view: View, admission: OpId): CameBy {
  const signed = view.log.operation(admission)
  if (signed?.operation.op === 'join')
    return { kind: 'link', by: inviterOf(view, signed.operation.invitation) }
  if (signed?.operation.op === 'add')
    return { kind: 'in-person', by: nameOfDevice(view, signed.author) }
  return { kind: 'founder' }
}

function inviterOf(view: View, invitation: OpId): string | null {
  const present = view.state.invitations.get(invitation)
  if (present !== undefined) return view.nameOf(present.by) || null
  const author = view.log.operation(invitation)?.author
  return author === undefined ? null : nameOfDevice(view, author)
}

/** The name of whoever has, or had, that device. */
function nameOfDevice({ state, nameOf }: View, device: DeviceId): string | null {
  return nameOf(state.devices.get(device)?.member ?? memberIdOfDevice(device)) || null
}

/** Admissions that were allowed when they were made, and are void by a removal since. */
function outsidersOf(view: View): OutsiderCard[] {
  const { log, state } = view
  return [...state.invalid.keys()].flatMap((id) => {
    const operation = log.isTaken(id) ? readmissionOf(log, id) : null
    if (operation === null || state.members.has(operation.member)) return []
    const { device, member } = operation
    return {
      ...{ device, member, name: view.nameOf(member), came: cameBy(view, id) },
      mayKeep: view.mayDo((parents) => ({ ...operation, parents })),
    }
  })
}

/** The operation that lets the same device in again by a living admin; null for whatever admitted nobody. */
function readmissionOf(log: MembershipLog, id: OpId): (Operation & { op: 'add' }) | null {
  const signed = log.operation(id)
  if (signed?.operation.op === 'add') return signed.operation
  if (signed?.operation.op !== 'join') return null
  const { member, box, invitation } = signed.operation
  const invite = log.operation(invitation)?.operation
  if (invite?.op !== 'invite' || invite.for !== 'person') return null
  return { op: 'add', parents: [], member, device: signed.author, box, role: invite.role }
}

/** The operation that lets this outsider in after all, or null where nobody like that is out. */
export function keepingOf(
  log: MembershipLog,
  device: DeviceId,
): ((parents: readonly OpId[]) => Operation) | null {
  const state = log.state()
  for (const id of state?.invalid.keys() ?? []) {
    const operation = log.isTaken(id) ? readmissionOf(log, id) : null
    if (operation?.device === device) return (parents) => ({ ...operation, parents })
  }
  return null
}

function crowdedOf(view: View): CrowdedInvitation[] {
  const { state } = view
  return [...state.invitations.values()].flatMap((invitation) => {
    const { id, uses, joins } = invitation
    if (invitation.for !== 'person' || uses === 0 || joins.length <= uses) return []
    const people = [...state.members.values()]
      .filter(({ admittedBy }) => joins.includes(admittedBy))
      .map((member) => ({ id: member.id, name: view.nameOf(member.id) }))
    return people.length > uses ? { id, uses, by: view.nameOf(invitation.by) || null, people } : []
  })
}

function invitationCardOf(view: View, invitation: InvitationState): InvitationCard {
  const { id, uses, joins, expires, by, role } = invitation
  return {
    id,
    role: role === 'owner' ? 'admin' : role,
    usesLeft: uses === 0 ? null : uses - joins.length,
    expiresMs: expires,
    by: view.nameOf(by) || null,
    isMine: by === view.me.member,
    mayRevoke: view.mayDo((parents) => ({ op: 'remove', parents, target: { invitation: id } })),
  }
}
