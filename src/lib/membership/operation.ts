/**
 * Membership operations: where the rest of the program finds them.
 *
 * Shape   operation-types.ts is the specification, operation-bytes.ts its encoding
 * Errors  all functions are total on hostile input; `encodeOperation` throws on a value outside the shape (a bug)
 * Source  docs/design.md §5
 */
import { concatBytes, utf8, type Bytes } from '#lib/base/bytes.ts'
import { verifySignature } from '#lib/base/ed25519.ts'
import { idToBytes, type DeviceId, type GroupId, type MemberId, type OpId } from '#lib/base/ids.ts'
import type { Entry } from '#lib/wire/entry.ts'
import { parseOperation } from './operation-bytes.ts'
import type { InviteOp, SignedOperation } from './operation-types.ts'

export { memberIdOfDevice } from './member-id.ts'
export { encodeOperation, parseOperation } from './operation-bytes.ts'
export type {
  BoxHolder,
  EpochOp,
  GivenRole,
  InviteOp,
  Operation,
  RelayPlace,
  RemoveOp,
  Role,
  SignedOperation,
} from './operation-types.ts'

/** The signed operation of an `op` entry (its signature already checked), or null. */
export function operationOfEntry(entry: Entry): SignedOperation | null {
  if (entry.kind !== 'op') return null
  const operation = parseOperation(entry.body)
  if (operation === null || (operation.op === 'genesis') !== (entry.group === null)) return null
  return { id: entry.id, author: entry.author, operation }
}

/** What the invitation's key signs in a join. */
export function joinProofBytes(join: {
  group: GroupId
  invitation: OpId
  member: MemberId
  device: DeviceId
  box: Bytes
}): Bytes {
  return concatBytes(
    utf8('mantel/join/1\0'),
    idToBytes(join.group),
    idToBytes(join.invitation),
    idToBytes(join.member),
    idToBytes(join.device),
    join.box,
  )
}

/**
 * Checks the signatures *inside* an operation (a join's proof needs its invite); true where there is none.
 * Only operations that pass belong into a `MembershipLog`.
 */
export async function verifyOperation(
  signed: SignedOperation,
  group: GroupId,
  inviteOf: (id: OpId) => InviteOp | null,
): Promise<boolean> {
  const { operation, author } = signed
  if (operation.op !== 'join') return true
  const { invitation, member, box, proof } = operation
  const invite = inviteOf(invitation)
  if (invite === null) return false
  return verifySignature(
    invite.sign,
    proof,
    joinProofBytes({ group, invitation, member, device: author, box }),
  )
}
