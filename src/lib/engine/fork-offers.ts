/**
 * Telling the people of a group of the new one that was made out of it, and reading such news.
 *
 * Each chosen person gets an invitation of their own into the new group, and each other device of one's own one for
 * devices. The link is sealed for each of their devices and said by `talk` in the old group. Seeds follow from the
 * fork's, so that after a kill the same invitations are found again and nobody is told twice.
 *
 * Source  docs/design.md §5 "Forking"; groups/talk.ts, crypto/sealed-offer.ts
 */
import { equalBytes, type Bytes } from '#lib/base/bytes.ts'
import type { DeviceId, MemberId, OpId } from '#lib/base/ids.ts'
import { dayMs } from '#lib/base/time.ts'
import {
  deriveForkId,
  deriveForkInvitation,
  deriveInvitationKeys,
  groupDocId,
} from '#lib/crypto/derive.ts'
import { openOffer, sealOffer } from '#lib/crypto/sealed-offer.ts'
import { groupName, memberName } from '#lib/groups/group-document.ts'
import { deviceWords } from '#lib/groups/member-devices.ts'
import { encodeTalk, maxForkBoxes } from '#lib/groups/talk.ts'
import { formatInvitationLink, parseInvitationLink } from '#lib/wire/link.ts'
import { NotNow, type Fork } from './carrying.ts'
import { isDelivered } from './delivery.ts'
import { deviceTerms } from './device-links.ts'
import type { ForkInvitation } from './fork-api.ts'
import type { GroupSession } from './group-session.ts'
import { relayToName, writeInvitation, type InvitationTerms } from './inviting.ts'

const offerDays = 30
const answerMs = 5000

/** An invitation to write, and the devices of the old group that get it. */
interface Offered {
  readonly seed: Bytes
  readonly terms: InvitationTerms
  readonly devices: readonly DeviceId[]
}

/** Invites whoever was chosen and not told yet, then tells them; throws `NotNow` while no place has the invitations. */
export async function offerFork(fork: Fork): Promise<void> {
  const told = new Set(
    newsOf(fork.from, fork.record.seed).flatMap(({ talk }) => [...talk.boxes.keys()]),
  )
  const offered = offersOf(fork).filter(({ devices }) => !devices.every((id) => told.has(id)))
  for (const { seed, terms } of offered) {
    const invitation =
      invitationBy(fork.to, seed) ?? (await writeInvitation(fork.to.replica, seed, terms))
    if (invitation === null || !(await isDelivered(fork.to, invitation, answerMs)))
      throw new NotNow()
  }
  const boxes = await sealedFor(fork, offered, told)
  for (let at = 0; at < boxes.length; at += maxForkBoxes) {
    const id = deriveForkId(fork.record.seed)
    const some = new Map(boxes.slice(at, at + maxForkBoxes))
    const { replica, group } = fork.from
    const plaintext = encodeTalk({ type: 'fork', id, boxes: some })
    const said = await replica.writeSealed('talk', groupDocId(group), plaintext)
    if (!said.ok) throw new NotNow()
  }
}

/** Offers for this device of groups that are not on it yet. */
export async function offersIn(
  session: GroupSession,
  isHere: (group: ForkInvitation['group']) => boolean,
): Promise<ForkInvitation[]> {
  const { replica, group } = session
  const me = replica.me()
  const boxSecret = replica.secrets().device?.boxSecret
  if (me === null || boxSecret === undefined) return []
  const found = new Map<string, ForkInvitation>()
  for (const { author, talk } of replica.forkNews()) {
    const box = author === me.device ? undefined : talk.boxes.get(me.device)
    const offer = box && (await openOffer(box, { group, device: me.device }, boxSecret))
    const link = offer ? parseInvitationLink(offer.link) : null
    if (!offer || link === null || isHere(link.group)) continue
    const member = memberOf(session, author)
    found.set(link.group, {
      ...{ from: group, group: link.group, name: offer.name, link: offer.link },
      by: member === null ? '' : memberName(replica.groupContent(), member),
      isMine: member === me.member,
    })
  }
  return [...found.values()]
}

/** Also of a device that is out by now. */
function memberOf({ replica }: GroupSession, device: DeviceId): MemberId | null {
  const living = replica.state()?.devices.get(device)?.member
  if (living !== undefined) return living
  for (const record of replica.log.records()) {
    const operation =
      record.kind === 'op' && record.author === device
        ? replica.log.membership.operation(record.id)?.operation
        : undefined
    if (operation?.op === 'genesis' || operation?.op === 'join') return operation.member
  }
  return null
}

function newsOf({ replica }: GroupSession, forkSeed: Bytes) {
  const id = deriveForkId(forkSeed)
  const me = replica.me()?.device
  return replica.forkNews().filter(({ author, talk }) => author === me && equalBytes(talk.id, id))
}

function offersOf({ from, to, record, clock }: Fork): Offered[] {
  const state = from.replica.state()
  const [was, is] = [from.replica.me(), to.replica.me()]
  if (state === null || was === null || is === null) throw new NotNow()
  const expires = clock() + offerDays * dayMs
  const document = from.replica.groupContent()
  const isPhone = (member: MemberId, id: DeviceId) =>
    id !== was.device && deviceWords(document, member, id)?.isSheet !== true
  const people = record.people.flatMap((member): Offered[] => {
    const known = member === was.member ? undefined : state.members.get(member)
    if (known === undefined) return []
    const role = known.role === 'owner' ? 'admin' : known.role
    const devices = known.devices.filter((id) => isPhone(member, id))
    const terms = { for: 'person', role, uses: 1, expires } as const
    return [{ seed: deriveForkInvitation(record.seed, member), terms, devices }]
  })
  const own = (state.members.get(was.member)?.devices ?? [])
    .filter((id) => isPhone(was.member, id))
    .map((id) => ({
      seed: deriveForkInvitation(record.seed, id),
      terms: deviceTerms(is.member, expires),
      devices: [id],
    }))
  return [...people, ...own].filter(({ devices }) => devices.length > 0)
}

/** The invitation that was written with this seed before. */
function invitationBy({ replica }: GroupSession, seed: Bytes): OpId | null {
  const { signPublic } = deriveInvitationKeys(seed)
  for (const invitation of replica.state()?.invitations.values() ?? [])
    if (equalBytes(invitation.sign, signPublic)) return invitation.id
  return null
}

async function sealedFor(
  { from, to }: Fork,
  offered: readonly Offered[],
  told: ReadonlySet<DeviceId>,
): Promise<[DeviceId, Bytes][]> {
  const relay = relayToName(to.connections)
  if (relay === null) throw new NotNow()
  const name = groupName(to.replica.groupContent())
  const boxes: [DeviceId, Bytes][] = []
  for (const { seed, devices } of offered) {
    const link = formatInvitationLink({ relay, group: to.group, seed })
    for (const device of devices) {
      const key = from.replica.state()?.devices.get(device)?.box
      const context = { group: from.group, device }
      const box = key && (await sealOffer({ name, link }, context, key))
      if (box && !told.has(device)) boxes.push([device, box])
    }
  }
  return boxes
}
