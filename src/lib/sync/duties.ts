/**
 * What a device owes the group's key: a new epoch when no clean one is left, lockboxes for whoever lacks one, and
 * none for links that nobody should hold any more.
 *
 * Several devices may do it at once; the log decides which epoch is written under, and doing it twice does
 * no harm. The owner goes first, others wait a random while, so that it rarely happens twice.
 *
 * Errors  none: what cannot be done now is done at the next change of membership
 * Source  docs/design.md §5 "Epochs"
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { EntryId, OpId } from '#lib/base/ids.ts'
import { epochDuty, type EpochDuty } from '#lib/membership/epochs.ts'
import {
  roleAtLeast,
  type InvitationState,
  type MembershipState,
} from '#lib/membership/evaluate.ts'
import type { BoxHolder } from '#lib/membership/operation.ts'
import type { Me, Replica } from './replica.ts'

const maxDoublings = 6

/** Everything that is due: invitations first, for taking one back leaves no clean epoch. */
export async function doDuties(replica: Replica, nowMs: number): Promise<void> {
  await removeInvitations(replica, nowMs)
  await writeForKeys(replica, (state, me) =>
    lacksHistory(replica, state, me) ? 'make-epoch' : keyDuty(replica, state, me),
  )
}

/** Does now what nobody can write without; true if something was written. */
export function doEpochDuty(replica: Replica): Promise<boolean> {
  return writeForKeys(replica, (state, me) => keyDuty(replica, state, me))
}

async function writeForKeys(
  replica: Replica,
  dutyOf: (state: MembershipState, me: Me) => EpochDuty,
): Promise<boolean> {
  const written = await replica.operate(async (parents) => {
    const state = replica.state()
    const me = replica.me()
    if (state === null || me === null) return null
    const duty = dutyOf(state, me)
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

/** As the log has it, and where the box of the newest clean epoch does not open, another epoch. */
function keyDuty({ ring }: Replica, state: MembershipState, me: Me): EpochDuty {
  const epoch = newestClean(state)
  const isUseless = epoch?.boxes.has(me.device) === true && ring.failed(epoch.key)
  return isUseless && mayMakeEpochs(state, me) ? 'make-epoch' : epochDuty(state, me.device)
}

/**
 * Whether somebody new would not get, by the newest clean epoch, a key that this device has: two epochs were made at
 * once, and neither holds the other, or a removal made one void that others wrote under. Not urgent, and if everybody mended it at once there would be two again.
 */
function lacksHistory({ ring }: Replica, state: MembershipState, me: Me): boolean {
  const epoch = newestClean(state)
  if (epoch === undefined || !mayMakeEpochs(state, me)) return false
  const within = new Set([epoch.key])
  for (const key of within)
    for (const older of state.epochs.get(key)?.previous.keys() ?? []) within.add(older)
  const known = [...state.epochs.keys(), ...state.formerEpochs.keys()]
  return known.some((key) => ring.has(key) && !within.has(key))
}

function newestClean({ cleanEpoch, epochs }: MembershipState) {
  return cleanEpoch === null ? undefined : epochs.get(cleanEpoch)
}

function mayMakeEpochs(state: MembershipState, { member }: Me): boolean {
  const role = state.members.get(member)?.role
  return role !== undefined && roleAtLeast(role, 'contributor')
}

/**
 * Takes back what must not go on getting the group's newest key: invitations that have run out unused, which no relay
 * accepts any more, and open ones of devices that were put out, which may be in the hands of whoever has those.
 */
async function removeInvitations(replica: Replica, nowMs: number): Promise<void> {
  for (const { id } of closable(replica, nowMs))
    await replica.operate((parents) =>
      Promise.resolve(
        replica.state()?.invitations.get(id)?.open === true
          ? { op: 'remove', parents, target: { invitation: id } }
          : null,
      ),
    )
}

function closable(replica: Replica, nowMs: number): InvitationState[] {
  const state = replica.state()
  const me = replica.me()
  const role = me === null ? undefined : state?.members.get(me.member)?.role
  if (state === null || me === null || role === undefined) return []
  const isAdmin = roleAtLeast(role, 'admin')
  return [...state.invitations.values()].filter(
    ({ id, open, expires, by }) =>
      open &&
      (isAdmin || by === me.member) &&
      ((isAdmin && expires <= nowMs) || isOfSomebodyPutOut(replica, state, id)),
  )
}

/** Not of those who left, nor of a device that another took the place of: their links are as good as they were. */
function isOfSomebodyPutOut({ log }: Replica, state: MembershipState, invitation: OpId): boolean {
  const { membership } = log
  const author = membership.operation(invitation)?.author
  if (author === undefined) return false
  return membership.removalsOf(author).some((removal) => {
    const by = membership.operation(removal)?.author
    if (by === undefined || membership.removalsOf(by).includes(removal)) return false
    const join = membership.operation(state.devices.get(by)?.admittedBy ?? removal)?.operation
    const link = join?.op === 'join' ? membership.operation(join.invitation) : null
    return link?.author !== author
  })
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
    await replica.keep((now) => ({ ...now, invitationSeed: null }))
}

/**
 * How long to wait before doing it: nothing for the owner, up to `spreadMs` for others, and several times that where
 * it is not urgent, so that the owner has done it before. Where mending made two epochs again, on slow devices, the
 * pause doubles each time, so that it ends.
 */
export function dutyDelayMs(replica: Replica, spreadMs: number, random: () => number): number {
  const state = replica.state()
  const me = replica.me()
  if (state === null || me === null) return 0
  if (state.members.get(me.member)?.role === 'owner') return 0
  if (keyDuty(replica, state, me) !== 'none') return random() * spreadMs
  if (!lacksHistory(replica, state, me)) return 0
  return (5 + 5 * random()) * spreadMs * 2 ** mendedInVain(state)
}

/** How often, just now, epochs made to join others were two themselves. */
function mendedInVain(state: MembershipState): number {
  let times = 0
  let epochs = [newestClean(state)]
  while (times < maxDoublings && epochs.some((epoch) => (epoch?.previous.size ?? 0) > 1)) {
    times++
    const before = new Set(epochs.flatMap((epoch) => [...(epoch?.previous.keys() ?? [])]))
    epochs = [...before].map((key) => state.epochs.get(key))
  }
  return times
}

function boxHolders(state: MembershipState): Map<BoxHolder, Bytes> {
  const holders = new Map<BoxHolder, Bytes>()
  for (const device of state.devices.values()) holders.set(device.id, device.box)
  for (const invitation of state.invitations.values())
    if (invitation.open) holders.set(invitation.id, invitation.box)
  return holders
}
