/**
 * Admission: whether a feed takes one more entry, given everything it took before.
 *
 * Order   group → author known → kind allowed by the author's role → for an `op`: count,
 *         parents here, inner signature, `refusalOf`, and for a `join` by an invitation's
 *         connection its uses and expiry by this relay's clock.
 *         The envelope's signature is checked before, several at once (append-queue.ts).
 * Whose   The *connection* must be a live device's, an open invitation's or a listed relay's; the
 *         author may be anyone ever admitted, so that devices can bring back what a relay lost.
 *         For that, a join brought by a live device is not asked for its invitation's expiry.
 * Role    What a member's own devices bring must be allowed by the role the member has *now*. What
 *         others bring of them, or of a former member, must be of a kind that some role they ever had
 *         allows: which one they had when they wrote it lies in the entries' past, and devices judge
 *         that (membership/counting.ts). So nothing that counts is refused, and whoever was a viewer
 *         all the time has nothing but a viewer's entries here.
 *         A connection by invitation may append nothing but a join by that invitation.
 * Errors  a `Refusal`, or null for admitted
 * Source  docs/design.md §5, §7
 */
import type { DeviceId, GroupId, OpId } from '#lib/base/ids.ts'
import type { Clock } from '#lib/base/time.ts'
import {
  refusalOf,
  roleMayWrite,
  type MembershipLog,
  type MembershipState,
} from '#lib/membership/evaluate.ts'
import {
  operationOfEntry,
  verifyOperation,
  type InviteOp,
  type Operation,
  type SignedOperation,
} from '#lib/membership/operation.ts'
import { groupOfEntry, type Entry } from '#lib/wire/entry.ts'
import { maxOpBytes, maxOps } from '#lib/wire/limits.ts'
import { accessOf, memberOf, type Access, type Principal } from './principal.ts'
import { refusal, type Refusal } from './refusal.ts'

/** A group's operations as its relay knows them. */
export interface Operations {
  readonly group: GroupId
  readonly log: MembershipLog
  count(): number
  add(operation: SignedOperation): void
}

/** Who brings an entry: a proved principal, or the founder who brings the genesis. */
export type Bringer = Principal | 'founder'

/** Admits an entry (and, for an op, takes it into the log) or says why not. */
export async function admitEntry(
  operations: Operations,
  entry: Entry,
  from: { readonly bringer: Bringer; readonly clock: Clock },
): Promise<Refusal | null> {
  if (groupOfEntry(entry) !== operations.group) return refusal('wrong-group')
  // Once more by somebody who may have lost access by this very op: a join that closes its link.
  if (entry.kind === 'op' && operations.log.has(entry.id)) return null
  const state = operations.log.state()
  if (state === null || from.bringer === 'founder') return admitFounding(operations, entry)
  const access = accessOf(from.bringer, state, from.clock())
  if (access === null) return refusal('not-allowed')
  if (entry.kind === 'op') return admitOperation(operations, entry, access)
  if (access.invitation !== null) return refusal('not-allowed')
  return refusalOfKind(operations, entry, { state, bringer: from.bringer })
}

function admitFounding(operations: Operations, entry: Entry): Promise<Refusal | null> {
  const member = { invitation: null, member: null, mayUpload: false }
  return entry.kind === 'op'
    ? admitOperation(operations, entry, member)
    : Promise.resolve(refusal('not-allowed'))
}

function refusalOfKind(
  { log }: Operations,
  { author, kind }: Entry,
  { state, bringer }: { readonly state: MembershipState; readonly bringer: Principal },
): Refusal | null {
  const highest = log.highestRoleOf(author)
  if (highest === null) return refusal('not-allowed')
  const member = memberOf(author, state)
  const isOwn =
    member !== null && bringer.as === 'device' && member.devices.includes(bringer.key as DeviceId)
  const mayWrite = roleMayWrite(isOwn ? member.role : highest, kind)
  return mayWrite ? null : refusal('not-allowed', 'That role may not write this.')
}

async function admitOperation(
  operations: Operations,
  entry: Entry,
  access: Access,
): Promise<Refusal | null> {
  const { log, group } = operations
  if (entry.body.length > maxOpBytes) return refusal('too-large')
  const signed = operationOfEntry(entry)
  if (signed === null) return refusal('malformed')
  const { operation } = signed
  if (!isFor(operation, access)) return refusal('not-allowed')
  if (operations.count() >= mostOps(operation)) {
    return refusal('too-many', 'This group has had as many changes of membership as it may.')
  }
  if (!operation.parents.every((parent) => log.has(parent))) return refusal('missing-past')
  const isSound = await verifyOperation(signed, group, (id) => inviteOf(log, id))
  if (!isSound || refusalOf(log, signed) !== null) return refusal('not-allowed')
  operations.add(signed)
  return null
}

/** A full group can still put somebody out. */
function mostOps({ op }: Operation): number {
  return op === 'remove' ? 2 * maxOps : maxOps
}

function inviteOf(log: MembershipLog, id: OpId): InviteOp | null {
  const operation = log.operation(id)?.operation
  return operation?.op === 'invite' ? operation : null
}

/** An invitation's holder may only join by it; members may bring any operation. */
function isFor(operation: Operation, access: Access): boolean {
  if (access.invitation === null) return true
  return operation.op === 'join' && operation.invitation === access.invitation
}
