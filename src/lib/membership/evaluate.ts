/**
 * Who is in a group: a pure function of the set of its operations.
 *
 * Any order of arrival gives the same answer; operations whose parents are missing wait and count for
 * nothing yet. An operation is *valid* if its author's device and role in the operation's own past allow it
 * and nothing (a removal, later) voids it. State is memoised by the caller through `MembershipLog`.
 *
 * Shape   `MembershipState` below: plain maps by id
 * Errors  none: invalid operations have no effect and are listed with a reason
 * Source  docs/design.md §5
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { DeviceId, GroupId, KeyId, MemberId, OpId, RelayId } from '#lib/base/ids.ts'
import type { BoxHolder, RelayPlace, Role, SignedOperation } from './operation.ts'

export interface MemberState {
  readonly id: MemberId
  readonly role: Role
  /** The op that admitted this member: `genesis`, `join` or `add`. */
  readonly admittedBy: OpId
  readonly devices: readonly DeviceId[]
}
export interface DeviceState {
  readonly id: DeviceId
  readonly member: MemberId
  readonly box: Bytes
  readonly admittedBy: OpId
}
export interface InvitationState {
  readonly id: OpId
  readonly sign: Bytes
  readonly box: Bytes
  readonly role: Role
  readonly for: 'person' | 'device'
  readonly member: MemberId | null
  readonly uses: number
  readonly expires: number
  readonly by: MemberId
  readonly joins: readonly OpId[]
  /** Neither removed nor used up in the log; expiry needs a clock (`isOpen`). */
  readonly open: boolean
}
export interface EpochState {
  readonly op: OpId
  readonly key: KeyId
  /** 1 + the longest way back to the genesis, for "the newest is the highest (depth, op id)". */
  readonly depth: number
  /** Every lockbox known for this key: from the epoch op, `lockbox` ops and invites. */
  readonly boxes: ReadonlyMap<BoxHolder, Bytes>
  readonly previous: ReadonlyMap<KeyId, Bytes>
  /** Every box is for a live device or open invitation, and every final removal is in its past. */
  readonly clean: boolean
}
export interface MembershipState {
  readonly group: GroupId
  readonly members: ReadonlyMap<MemberId, MemberState>
  readonly devices: ReadonlyMap<DeviceId, DeviceState>
  /** Everyone ever validly admitted, the removed included: whose entries a relay takes back in re-seeding. */
  readonly everAdmitted: ReadonlySet<DeviceId>
  readonly invitations: ReadonlyMap<OpId, InvitationState>
  readonly relays: ReadonlyMap<RelayId, RelayPlace>
  readonly copies: number
  readonly epochs: ReadonlyMap<KeyId, EpochState>
  /** Where to write now; null where someone must make a new epoch first. */
  readonly cleanEpoch: KeyId | null
  /** Newest operations: the `parents` of the next one. */
  readonly heads: readonly OpId[]
  readonly invalid: ReadonlyMap<OpId, string>
  readonly waiting: ReadonlySet<OpId>
}

/** Evaluates a set of operations (duplicates by id are one). Null without a genesis. */
export declare function evaluateMembership(
  operations: Iterable<SignedOperation>
): MembershipState | null

/** Growing log with memory: `add` is cheap where the op extends the heads, and says what changed. */
export interface MembershipLog {
  /** Adds ops in any order; returns whether the state changed. */
  add(operations: readonly SignedOperation[]): boolean
  has(id: OpId): boolean
  state(): MembershipState | null
  /** The state in the past of these ops (themselves included); null where one is unknown or waiting. */
  stateAt(heads: readonly OpId[]): MembershipState | null
  /** Whether `ancestor` is in the past of `op` (or is it). */
  inPast(ancestor: OpId, op: OpId): boolean
}
export declare function createMembershipLog(): MembershipLog

/** Why a relay or device must not take this operation now, or null if it would be valid on top of its parents. */
export declare function refusalOf(log: MembershipLog, operation: SignedOperation): string | null

/** Whether an invitation can still be used at this time. */
export declare function isOpen(invitation: InvitationState, nowMs: number): boolean
/** Whether a role may write entries of that kind (docs/design.md §7's table). */
export declare function roleMayWrite(role: Role, kind: string): boolean
/** Members by what they may do: viewer < contributor < admin < owner. */
export declare function roleAtLeast(role: Role, least: Role): boolean
