/**
 * Principals: whoever proved a key to this relay, and what membership lets them do *now*.
 * Looked up at every use, never remembered: a removal takes effect at once.
 */
import { toHex } from '#lib/base/bytes.ts'
import type { DeviceId, MemberId, OpId, RelayId } from '#lib/base/ids.ts'
import { isOpen, roleMayWrite, type MembershipState } from '#lib/membership/evaluate.ts'
import type { ProofKind } from '#lib/wire/frames.ts'

/** A proved key, lower-case hexadecimal; an invitation's is the `sign` key of its link. */
export interface Principal {
  readonly as: ProofKind
  readonly key: string
}

export interface Access {
  /** Set for someone who holds an open invitation and nothing else. */
  readonly invitation: OpId | null
  /** Whose device it is; null for relays and invitations. */
  readonly member: MemberId | null
  /** Whether blobs may be sent up. */
  readonly mayUpload: boolean
}

/** What a principal may do; null where nothing (unknown, removed, used up and expired look alike). */
export function accessOf(
  principal: Principal,
  state: MembershipState,
  nowMs: number,
): Access | null {
  switch (principal.as) {
    case 'device':
      return accessOfDevice(principal.key as DeviceId, state)
    case 'invitation':
      return accessOfInvitation(principal.key, state, nowMs)
    case 'relay':
      return state.relays.has(principal.key as RelayId)
        ? { invitation: null, member: null, mayUpload: true }
        : null
  }
}

function accessOfDevice(device: DeviceId, state: MembershipState): Access | null {
  const member = memberOf(device, state)
  if (member === null) return null
  const mayUpload = roleMayWrite(member.role, 'bundle')
  return { invitation: null, member: member.id, mayUpload }
}

function accessOfInvitation(key: string, state: MembershipState, nowMs: number): Access | null {
  for (const invitation of state.invitations.values()) {
    if (toHex(invitation.sign) !== key || !isOpen(invitation, nowMs)) continue
    return { invitation: invitation.id, member: null, mayUpload: false }
  }
  return null
}

/** The member whose live device that is, or null. */
export function memberOf(device: DeviceId, state: MembershipState) {
  const member = state.devices.get(device)?.member
  return member === undefined ? null : (state.members.get(member) ?? null)
}
