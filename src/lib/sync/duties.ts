/**
 * What a device owes the group's key: a new epoch when no clean one is left, lockboxes for whoever lacks one.
 *
 * Several devices may do it at once; the log decides which epoch is written under, and doing it twice does
 * no harm. The owner goes first, others wait a random while, so that it rarely happens twice.
 *
 * Errors  none: what cannot be done now is done at the next change of membership
 * Source  docs/design.md §5 "Epochs"
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { EntryId } from '#lib/base/ids.ts'
import { epochDuty } from '#lib/membership/epochs.ts'
import {
  roleAtLeast,
  type InvitationState,
  type MembershipState,
} from '#lib/membership/evaluate.ts'
import type { BoxHolder } from '#lib/membership/operation.ts'
import type { Replica } from './replica.ts'

/** Everything that is due: expired invitations first, for they leave no clean epoch. */
export async function doDuties(replica: Replica, nowMs: number): Promise<void> {
  await removeExpired(replica, nowMs)
  await doEpochDuty(replica)
}

/** Does now what is due; true if something was written. */
export async function doEpochDuty(replica: Replica): Promise<boolean> {
  const written = await replica.operate(async (parents) => {
    const state = replica.state()
    const me = replica.me()
    if (state === null || me === null) return null
    const duty = epochDuty(state, me.device)
    if (duty === 'none') return null
    if (duty === 'make-epoch')
      return { op: 'epoch', parents, ...(await replica.ring.createEpoch(state, boxHolders(state))) }
    const key = state.cleanEpoch
    if (key === null) return null
    const wanted = new Map(
      [...boxHolders(state)].filter(([holder]) => duty.lockboxFor.includes(holder)),
    )
    const boxes = await replica.ring.boxesFor(key, wanted)
    return boxes === null ? null : { op: 'lockbox', parents, key, boxes }
  })
  return written.ok && written.value !== null
}

/**
 * An admin's device takes back invitations that have run out unused: a link that no relay accepts any more must not
 * go on getting the group's newest key.
 */
async function removeExpired(replica: Replica, nowMs: number): Promise<void> {
  for (const { id } of expiredFor(replica, nowMs))
    await replica.operate((parents) =>
      Promise.resolve(
        replica.state()?.invitations.get(id)?.open === true
          ? { op: 'remove', parents, target: { invitation: id } }
          : null,
      ),
    )
}

function expiredFor(replica: Replica, nowMs: number): InvitationState[] {
  const state = replica.state()
  const me = replica.me()
  const role = me === null ? undefined : state?.members.get(me.member)?.role
  if (state === null || role === undefined || !roleAtLeast(role, 'admin')) return []
  return [...state.invitations.values()].filter(({ open, expires }) => open && expires <= nowMs)
}

/**
 * Drops the link's seed once an entry of somebody else is built upon this device's join: from then on any device can
 * bring the join back to a relay that has forgotten it.
 */
export async function dropInvitation(
  replica: Replica,
  received: readonly EntryId[],
): Promise<void> {
  const me = replica.me()
  const join = me === null ? undefined : replica.state()?.devices.get(me.device)?.admittedBy
  const secrets = replica.secrets()
  if (join === undefined || secrets.invitationSeed === null) return
  const { graph, membership } = replica.log
  const isKnown = received.some(
    (id) =>
      replica.log.record(id)?.author !== me?.device &&
      graph.opHeads(id).some((op) => op === join || membership.inPast(join, op)),
  )
  if (isKnown && secrets.device?.admitted === true)
    await replica.keep({ ...secrets, invitationSeed: null })
}

/** How long to wait before doing it: nothing for the owner, up to `spreadMs` for others. */
export function dutyDelayMs(replica: Replica, spreadMs: number, random: () => number): number {
  const state = replica.state()
  const me = replica.me()
  const role = me === null ? undefined : state?.members.get(me.member)?.role
  if (state === null || me === null) return 0
  const urgent = role === 'owner' || epochDuty(state, me.device) === 'none'
  return urgent ? 0 : random() * spreadMs
}

function boxHolders(state: MembershipState): Map<BoxHolder, Bytes> {
  const holders = new Map<BoxHolder, Bytes>()
  for (const device of state.devices.values()) holders.set(device.id, device.box)
  for (const invitation of state.invitations.values())
    if (invitation.open) holders.set(invitation.id, invitation.box)
  return holders
}
