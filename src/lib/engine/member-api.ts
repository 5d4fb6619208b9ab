/**
 * What screens may ask and do about the people of a group: who is in, with which role, by whose invitation;
 * roles, handing over, removing, taking invitations back, the agreement, leaving.
 *
 * Acts are operations or changes that are durable on this device when the call resolves; others learn of them when
 * there is signal. Where two admins act at once, the evaluation of the group's operations decides, alike everywhere.
 * Nothing is offered that the rules would refuse: the offers of a card are asked of the evaluation itself.
 *
 * Source  docs/design.md §5
 */
import type { Result } from '#lib/base/result.ts'
import type { DeviceId, GroupId, MemberId, OpId } from '#lib/base/ids.ts'
import type { GivenRole, Role } from '#lib/membership/operation.ts'

/** How somebody came into the group. `by` is null where the one who let them in is not known by name. */
export type CameBy =
  | { readonly kind: 'founder' }
  | { readonly kind: 'link'; readonly by: string | null }
  | { readonly kind: 'in-person'; readonly by: string | null }

export interface MemberCard {
  readonly id: MemberId
  /** Empty while it is not known. */
  readonly name: string
  readonly role: Role
  readonly isMe: boolean
  readonly devices: number
  readonly came: CameBy
  /** When they said their name; null where nobody wrote it down. */
  readonly joinedMs: number | null
  /** Roles that this person could be given by me, now, besides the one they have. */
  readonly roles: readonly GivenRole[]
  readonly mayRemove: boolean
  /** Whether I can make them the one who looks after the group, in my place. */
  readonly mayHandOver: boolean
  /** Whether they said yes to the agreement as it is now; true where there is none. */
  readonly agreed: boolean
}

/** Somebody who is out because whoever let them in was removed meanwhile. */
export interface OutsiderCard {
  readonly device: DeviceId
  readonly member: MemberId
  readonly name: string
  readonly came: CameBy
  /** Whether I can let them in after all. */
  readonly mayKeep: boolean
}

export interface InvitationCard {
  readonly id: OpId
  readonly role: GivenRole
  /** Null where any number may come by it. */
  readonly usesLeft: number | null
  readonly expiresMs: number
  readonly by: string | null
  readonly isMine: boolean
  readonly mayRevoke: boolean
}

/** More people came by a link than it was for: two of them at the same moment, without signal between. */
export interface CrowdedInvitation {
  readonly id: OpId
  readonly uses: number
  readonly by: string | null
  readonly people: readonly { readonly id: MemberId; readonly name: string }[]
}

/** The people of a group as one of them sees them. */
export interface MembersOverview {
  readonly members: readonly MemberCard[]
  /** For admins; empty for everybody else. */
  readonly outsiders: readonly OutsiderCard[]
  /** For admins; empty for everybody else. */
  readonly crowded: readonly CrowdedInvitation[]
  /** Invitations of people that can still be used. */
  readonly invitations: readonly InvitationCard[]
  readonly mayInvite: boolean
  readonly mayEditAgreement: boolean
  /** Something that I did here has not reached any place of the group yet. */
  readonly isUnsent: boolean
}

/** What to know before leaving. */
export interface LeavingFacts {
  /** Photos that are only on this device. */
  readonly unsentPhotos: number
  /** Anything else that has not reached a place yet: captions, names, … */
  readonly unsentChanges: boolean
  readonly isReachable: boolean
  readonly devices: number
  /** Nobody else is in the group: it ends with this. */
  readonly isAlone: boolean
  /** I look after the group and nobody else could: hand over first. */
  readonly mustHandOver: boolean
  /** Who looks after the group then, where I do now and somebody else can. */
  readonly successor: string | null
}

export type MemberProblem = {
  readonly kind: 'not-allowed' | 'unknown' | 'not-ready' | 'storage-full' | 'storage-unavailable'
}

export type LeaveProblem =
  | MemberProblem
  /** No place of the group can be reached: the others would never hear of it. */
  | { readonly kind: 'offline' }
  | { readonly kind: 'unsent' }
  | { readonly kind: 'must-hand-over' }

/** `isTold`: a place of the group has it, so it takes effect for the others; else as soon as there is signal. */
export interface Told {
  readonly isTold: boolean
}

export interface MemberApi {
  /** Who is in; null where this device is no member. Works offline. */
  members(group: GroupId): Promise<MembersOverview | null>
  setRole(input: {
    group: GroupId
    member: MemberId
    role: GivenRole
  }): Promise<Result<Told, MemberProblem>>
  /** Makes somebody the owner and steps down; several operations, each of which leaves the group in order. */
  handOver(input: { group: GroupId; member: MemberId }): Promise<Result<Told, MemberProblem>>
  /** Puts somebody out with all their devices. Waits a moment for a place to say that it knows. */
  removeMember(input: { group: GroupId; member: MemberId }): Promise<Result<Told, MemberProblem>>
  /** Lets somebody in again who is out only because their inviter was removed. */
  keepOutsider(input: { group: GroupId; device: DeviceId }): Promise<Result<Told, MemberProblem>>
  revokeInvitation(input: {
    group: GroupId
    invitation: OpId
  }): Promise<Result<Told, MemberProblem>>
  /** Admins only; an empty text ends the agreement. Whoever writes it says yes to it. */
  setAgreement(input: { group: GroupId; text: string }): Promise<Result<null, MemberProblem>>
  /** Says yes to the agreement as it was shown. */
  acceptAgreement(input: { group: GroupId; text: string }): Promise<Result<null, MemberProblem>>
  /** Null where this device is no member. */
  leaving(group: GroupId): Promise<LeavingFacts | null>
  /**
   * Needs the network. Leaves with all own devices, waits until a place knows it, then removes the group from this
   * device. Refuses while something is only here, unless `abandonUnsent`.
   */
  leaveGroup(input: { group: GroupId; abandonUnsent: boolean }): Promise<Result<null, LeaveProblem>>
  /**
   * Removes a group with everything of it: one that this device is no member of any more, or one that it has made
   * another one out of, when nothing is left to send or to copy from it.
   */
  forgetGroup(group: GroupId): Promise<void>
}
