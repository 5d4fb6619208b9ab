/**
 * Who is in a group, as everything above reads it: plain maps by id. The same set of operations gives an equal state
 * on every device; the order of what is in a map means nothing.
 *
 * Source  docs/design.md §5
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { DeviceId, GroupId, KeyId, MemberId, OpId, RelayId } from '#lib/base/ids.ts'
import type { BoxHolder, RelayPlace, Role } from './operation-types.ts'

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
  /**
   * Epochs that a removal made void: nobody writes under them any more, but what others wrote under them before they
   * knew of the removal may count, and must stay readable. Never clean.
   */
  readonly formerEpochs: ReadonlyMap<KeyId, EpochState>
  /** Where to write now; null where someone must make a new epoch first. */
  readonly cleanEpoch: KeyId | null
  /** Newest operations: the `parents` of the next one. */
  readonly heads: readonly OpId[]
  readonly invalid: ReadonlyMap<OpId, string>
  readonly waiting: ReadonlySet<OpId>
}
