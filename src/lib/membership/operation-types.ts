/**
 * Membership operations: bodies of `op` entries, signed and never sealed.
 *
 * Shape   canonical CBOR map; `op` names it, `parents` are the newest ops its author knew
 *         (ascending, unique, ≤ 32; empty only in `genesis`). A causal order over ops alone, so that
 *         membership can be evaluated before, and without, everything else in the feed.
 *
 *   | op      | fields besides op, parents                                                        |
 *   |---------|-----------------------------------------------------------------------------------|
 *   | genesis | nonce b16, member b16, box b32 (the author device's X25519 key), relay {address text, key b32} |
 *   | invite  | sign b32, box b32 (public keys from the link's seed), role text, for 'person'|'device', member? b16 (for device), uses uint (0 = any number), expires uint (ms), key b16, lockbox b80 |
 *   | join    | invitation b32, member b16, box b32, proof b64                                    |
 *   | add     | member b16, device b32, box b32, role text; admission in person                    |
 *   | role    | member b16, role text                                                             |
 *   | remove  | target {member b16} or {device b32} or {invitation b32}                           |
 *   | epoch   | key b16, boxes map hex(device key or invitation id) → b80, previous map hex(key id) → wrapped key b60 |
 *   | lockbox | key b16, boxes map as in epoch                                                    |
 *   | relay   | change 'add'|'drop'|'copies', address? text, key? b32, copies? uint               |
 *
 *   Limits of fields: `relay` is an origin (`https://host[:port]`, ≤ 256 characters); `copies` and the uses of a
 *   `device` invitation are ≥ 1 and 1; `boxes` holds at least one; other fields than these are refused.
 *
 *   Member ids: a person's first device names its member `memberIdOfDevice(device)`. So nobody can name somebody
 *   else's member id in a join made to look concurrent with theirs. (The founder's is free: nobody precedes it.)
 *
 *   Proof of a join: Ed25519 by the invitation's key over
 *   utf8('mantel/join/1\0') ‖ group 32 ‖ invitation 32 ‖ member 16 ‖ author device key 32 ‖ box 32.
 *   Wrapped key: seal.ts under the wrap key of the new epoch, AAD utf8('mantel/wrap/1\0') ‖ group ‖ new key id ‖ old key id.
 *
 * Errors  `parseOperation` (operation-bytes.ts) is total (null)
 * Source  docs/design.md §5
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { DeviceId, KeyId, MemberId, OpId, RelayId } from '#lib/base/ids.ts'

export const roles = ['viewer', 'contributor', 'admin', 'owner'] as const
export type Role = (typeof roles)[number]
/** Roles that can be given; the owner is whoever ranks highest among the admins. */
export type GivenRole = Exclude<Role, 'owner'>

/** Whoever a lockbox is for: a device by its key, an invitation by its op id. */
export type BoxHolder = DeviceId | OpId

interface Based {
  readonly parents: readonly OpId[]
}
export interface GenesisOp extends Based {
  readonly op: 'genesis'
  readonly nonce: Bytes
  readonly member: MemberId
  readonly box: Bytes
  readonly relay: RelayPlace
}
export interface RelayPlace {
  /** Origin, e.g. `https://photos.rivera.example`. */
  readonly address: string
  readonly key: RelayId
}
export interface InviteOp extends Based {
  readonly op: 'invite'
  readonly sign: Bytes
  readonly box: Bytes
  readonly role: GivenRole
  readonly for: 'person' | 'device'
  readonly member?: MemberId
  readonly uses: number
  readonly expires: number
  readonly key: KeyId
  readonly lockbox: Bytes
}
export interface JoinOp extends Based {
  readonly op: 'join'
  readonly invitation: OpId
  readonly member: MemberId
  readonly box: Bytes
  readonly proof: Bytes
}
export interface AddOp extends Based {
  readonly op: 'add'
  readonly member: MemberId
  readonly device: DeviceId
  readonly box: Bytes
  readonly role: GivenRole
}
export interface RoleOp extends Based {
  readonly op: 'role'
  readonly member: MemberId
  readonly role: GivenRole
}
export interface RemoveOp extends Based {
  readonly op: 'remove'
  readonly target:
    { readonly member: MemberId } | { readonly device: DeviceId } | { readonly invitation: OpId }
}
export interface EpochOp extends Based {
  readonly op: 'epoch'
  readonly key: KeyId
  readonly boxes: ReadonlyMap<BoxHolder, Bytes>
  readonly previous: ReadonlyMap<KeyId, Bytes>
}
export interface LockboxOp extends Based {
  readonly op: 'lockbox'
  readonly key: KeyId
  readonly boxes: ReadonlyMap<BoxHolder, Bytes>
}
export interface RelayOp extends Based {
  readonly op: 'relay'
  readonly change:
    { readonly add: RelayPlace } | { readonly drop: RelayId } | { readonly copies: number }
}
export type Operation =
  GenesisOp | InviteOp | JoinOp | AddOp | RoleOp | RemoveOp | EpochOp | LockboxOp | RelayOp

/** An operation together with who said it and under which id. */
export interface SignedOperation {
  readonly id: OpId
  readonly author: DeviceId
  readonly operation: Operation
}
