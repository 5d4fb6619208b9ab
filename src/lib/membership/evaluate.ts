/**
 * Who is in a group: a pure function of the set of its operations.
 *
 * Any order of arrival gives the same answer; operations whose parents are missing wait and count for
 * nothing yet. An operation is *valid* if its author's device and role in the operation's own past allow it
 * and nothing (a removal) voids it. State is memoised by the caller through `MembershipLog`.
 *
 * Where   history.ts the graph · standing.ts who stands with which role and rank · rules.ts what is allowed ·
 *         voiding.ts what removals undo · epochs.ts the group key · fold.ts the state · log.ts arrival
 * Heads   operations taken (void ones too, refused and waiting ones never) that no taken one follows: the `parents`
 *         of the next; where there are more than 32, the newest 32 by (depth, id)
 * Shape   `MembershipState` (state.ts): plain maps by id
 * Errors  none: invalid operations have no effect and are listed with a reason
 * Source  docs/design.md §5; prior art: Keyhive, localfirst/auth, p2panda
 */
import type { GroupId } from '#lib/base/ids.ts'
import { createMembershipLog, type MembershipLog } from './log.ts'
import type { SignedOperation } from './operation-types.ts'
import type { InvitationState, MembershipState } from './state.ts'

export { createMembershipLog, type MembershipLog } from './log.ts'
export { epochDuty } from './epochs.ts'
export { roleAtLeast, roleMayWrite } from './roles.ts'
export type { InvitationState, MembershipState } from './state.ts'

/**
 * Evaluates a set of operations (duplicates by id are one). Null without a genesis: that of `group`, or, where
 * none is given, of the smallest id.
 */
export function evaluateMembership(
  operations: Iterable<SignedOperation>,
  group: GroupId | null = null,
): MembershipState | null {
  const log = createMembershipLog(group)
  log.add([...operations])
  return log.state()
}

/**
 * Why a relay or device must not take this operation, or null if it is valid on top of its parents. Asks the
 * operation's own past only: one that a removal voids meanwhile must still be kept, since others may follow it.
 * Relays check besides that the *connection* is allowed, and that a join's invitation is open now (`isOpen`).
 */
export function refusalOf(log: MembershipLog, operation: SignedOperation): string | null {
  return log.refusal(operation)
}

/** Whether an invitation can still be used at this time. */
export function isOpen(invitation: InvitationState, nowMs: number): boolean {
  return invitation.open && nowMs < invitation.expires
}
