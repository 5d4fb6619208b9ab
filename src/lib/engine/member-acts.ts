/**
 * What members do to membership and to the agreement: each act is one operation or change (handing over: a few),
 * durable here when it resolves, offline as well.
 *
 * Errors  `not-allowed` where the rules refuse it by now, e.g. because another admin was faster
 * Source  docs/design.md §5
 */
import type { DeviceId, MemberId, OpId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { groupDocId } from '#lib/crypto/derive.ts'
import { changeAgreement, changeToAgree, groupAgreement } from '#lib/groups/group-document.ts'
import { roleAtLeast } from '#lib/membership/evaluate.ts'
import type { GivenRole, Operation } from '#lib/membership/operation.ts'
import { isDelivered, isReachable } from './delivery.ts'
import type { GroupSession } from './group-session.ts'
import type { MemberProblem, Told } from './member-api.ts'
import { isAllowed, keepingOf } from './members-view.ts'

type Acting = Pick<GroupSession, 'replica' | 'store' | 'connections'>
type Outcome = Promise<Result<Told, MemberProblem>>

const patienceMs = 3000

/** Gives somebody a role; the same role again is no operation. */
export function setRole(session: Acting, member: MemberId, role: GivenRole): Outcome {
  return act(session, (parents) => {
    const now = session.replica.state()?.members.get(member)?.role
    return now === role ? null : { op: 'role', parents, member, role }
  })
}

/** Puts somebody out, with all their devices. */
export function removeMember(session: Acting, member: MemberId): Outcome {
  return act(session, (parents) =>
    session.replica.state()?.members.has(member) === true
      ? { op: 'remove', parents, target: { member } }
      : null,
  )
}

/** Takes an invitation back; one that is closed already stays so. */
export function revokeInvitation(session: Acting, invitation: OpId): Outcome {
  return act(session, (parents) =>
    session.replica.state()?.invitations.get(invitation)?.open === true
      ? { op: 'remove', parents, target: { invitation } }
      : null,
  )
}

/** Lets somebody in again whose admission a removal made void. */
export async function keepOutsider(session: Acting, device: DeviceId): Outcome {
  const keeping = keepingOf(session.replica.log.membership, device)
  return keeping === null ? err({ kind: 'unknown' }) : act(session, keeping)
}

/**
 * Makes somebody the owner. That is whoever ranks highest among the admins, so: they become an admin by me, whoever
 * would still rank above them becomes one anew after them, and I step down.
 */
export async function handOver(session: Acting, member: MemberId): Outcome {
  const { replica } = session
  const me = replica.me()?.member
  if (me === undefined || replica.state()?.members.get(me)?.role !== 'owner' || me === member)
    return err({ kind: 'not-allowed' })
  if (superiorsOf(session, member).length > 0) {
    const lowered = await setRole(session, member, 'contributor')
    if (!lowered.ok) return lowered
  }
  const raised = await setRole(session, member, 'admin')
  if (!raised.ok) return raised
  for (const superior of superiorsOf(session, member)) {
    for (const role of ['contributor', 'admin'] as const) {
      const set = await setRole(session, superior, role)
      if (!set.ok) return set
    }
  }
  return setRole(session, me, 'contributor')
}

/** Other admins, myself not among them, who rank above that member, or who have no device to ask it of. */
function superiorsOf({ replica }: Acting, member: MemberId): MemberId[] {
  const state = replica.state()
  const me = replica.me()?.member
  return [...(state?.members.values() ?? [])].flatMap(({ id, role, devices }) => {
    const device = devices[0]
    if (role !== 'admin' || id === member || id === me) return []
    if (device === undefined) return [id]
    const lower: Operation = { op: 'role', parents: state?.heads ?? [], member, role: 'viewer' }
    return isAllowed(replica.log.membership, device, lower) ? [id] : []
  })
}

/** Writes another agreement. */
export async function setAgreement(
  { replica }: Acting,
  text: string,
): Promise<Result<null, MemberProblem>> {
  const me = replica.me()?.member
  const role = me === undefined ? undefined : replica.state()?.members.get(me)?.role
  if (me === undefined || role === undefined || !roleAtLeast(role, 'admin'))
    return err({ kind: 'not-allowed' })
  const changed = await replica.change(groupDocId(replica.group), changeAgreement(me, text.trim()))
  return changed.ok ? ok(null) : changed
}

/** Says yes to the agreement that was shown; another one that came meanwhile asks again. */
export async function acceptAgreement(
  { replica }: Acting,
  text: string,
): Promise<Result<null, MemberProblem>> {
  const me = replica.me()?.member
  if (me === undefined) return err({ kind: 'not-allowed' })
  if (groupAgreement(replica.groupContent()) === '') return err({ kind: 'unknown' })
  const changed = await replica.sayOfMyself(changeToAgree(me, text))
  return changed.ok ? ok(null) : changed
}

async function act(session: Acting, make: (parents: readonly OpId[]) => Operation | null): Outcome {
  const { replica, connections } = session
  const written = await replica.operate((parents) => Promise.resolve(make(parents)))
  if (!written.ok) return written
  if (written.value === null) return ok({ isTold: true })
  const patience = isReachable(connections.places()) ? patienceMs : 0
  return ok({ isTold: await isDelivered(session, written.value.id, patience) })
}
