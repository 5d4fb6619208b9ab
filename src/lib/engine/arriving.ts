/**
 * This device becomes one of a person's devices: by an own-device link, or by a recovery sheet, which lets itself in,
 * invites this device with its own key, and stays as it is.
 *
 * Needs the network. Groups are entered one after another; what is in stays in where a later one cannot be reached,
 * and the same link goes on from there. Where the link replaces the device that made it, that device is put out in
 * each group right after this one is in.
 *
 * Source  docs/design.md §4 "Move to another address", §5 "Second device", "Recovery"
 */
import { idFromBytes, platformRandom, type DeviceId, type MemberId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { deriveGroupSeed, deriveSheetKeys } from '#lib/crypto/derive.ts'
import { groupName, memberName } from '#lib/groups/group-document.ts'
import { isMember } from '#lib/sync/connections.ts'
import { doEpochDuty } from '#lib/sync/duties.ts'
import { parseDeviceLink, type DeviceLink, type LinkedGroup } from '#lib/wire/device-link.ts'
import type { JoinProblem, LinkProblem } from './api.ts'
import { isDelivered } from './delivery.ts'
import type { DeviceArrival } from './device-api.ts'
import { deviceTerms } from './device-links.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { EngineParts } from './engine-parts.ts'
import type { GroupSession } from './group-session.ts'
import { writeInvitation } from './inviting.ts'
import { becomeMember, greetingMs, ownInvitation } from './joining.ts'
import { lookIn } from './visiting.ts'

interface ArrivingParts {
  readonly parts: EngineParts
  readonly groups: EngineGroups
}
type Arrived = DeviceArrival['groups'][number]
type Entering = Promise<Result<GroupSession, JoinProblem>>

const answerMs = 10_000
const inviteForMs = 10 * 60_000

/** Enters every group of the link; an error where it led into none. */
export async function arriveBy(
  to: ArrivingParts,
  text: string,
): Promise<Result<DeviceArrival, LinkProblem>> {
  const link = parseDeviceLink(text)
  if (link === null) return err({ kind: 'not-a-link' })
  const arrived: Arrived[] = []
  let problem: LinkProblem = { kind: 'not-valid-any-more' }
  for (const at of link.groups) {
    const one = await arriveIn(to, link, at)
    if (one.ok) arrived.push(one.value)
    else {
      problem = asLinkProblem(one.error)
      const outcome = problem.kind === 'not-valid-any-more' ? problem.kind : 'offline'
      arrived.push({ group: at.group, name: '', memberName: '', outcome })
    }
  }
  const isIn = arrived.some(({ outcome }) => outcome === 'joined' || outcome === 'here')
  return isIn ? ok({ groups: arrived }) : err(problem)
}

async function arriveIn(
  to: ArrivingParts,
  link: DeviceLink,
  at: LinkedGroup,
): Promise<Result<Arrived, JoinProblem>> {
  const present = to.groups.session(at.group)
  if (present !== null && isMember(present.replica)) return ok(arrivedIn(present, 'here'))
  const entered =
    link.purpose === 'device' ? await enterByLink(to, link, at) : await enterBySheet(to, link, at)
  if (!entered.ok) return entered
  const session = entered.value
  const invitation = ownInvitation(session.replica)
  const maker = makerOf(session, invitation)
  const { deviceName, clock } = to.parts
  await session.greeting.keep({ name: null, sinceMs: clock(), agreement: '', deviceName })
  const joined = await becomeMember(session)
  if (!joined.ok) {
    await to.groups.forget(at.group)
    return joined
  }
  await to.groups.list(at.group)
  await session.greeting.said(greetingMs)
  if (link.replaces && maker !== null) await putOut(session, maker)
  return ok(arrivedIn(session, 'joined'))
}

function enterByLink(to: ArrivingParts, { seed }: DeviceLink, at: LinkedGroup): Entering {
  const invitationSeed = deriveGroupSeed(seed, at.group)
  return lookIn(to, at, { device: null, invitationSeed, epochKeys: new Map() })
}

/**
 * The sheet's own key opens the group and signs an invitation for this device, which then comes in anew by it: two
 * installations never keep one key.
 */
async function enterBySheet(to: ArrivingParts, { seed }: DeviceLink, at: LinkedGroup): Entering {
  const { signSeed, signPublic, boxSecret } = deriveSheetKeys(seed, at.group)
  const sheet = idFromBytes('DeviceId', signPublic)
  const device = { signSeed, boxSecret, member: unknownMember, admitted: true }
  const looked = await lookIn(to, at, { device, invitationSeed: null, epochKeys: new Map() })
  if (!looked.ok) return looked
  const session = looked.value
  const member = sheet === null ? undefined : session.replica.state()?.devices.get(sheet)?.member
  const invitationSeed = platformRandom(32)
  const invitation =
    member === undefined ? null : await inviteBySheet(session, { member, invitationSeed }, to.parts)
  await to.groups.forget(at.group)
  return invitation === null
    ? err({ kind: 'not-valid-any-more' })
    : lookIn(to, at, { device: null, invitationSeed, epochKeys: new Map() })
}

async function inviteBySheet(
  session: GroupSession,
  of: { readonly member: MemberId; readonly invitationSeed: Uint8Array<ArrayBuffer> },
  { clock }: EngineParts,
) {
  await doEpochDuty(session.replica)
  const terms = deviceTerms(of.member, clock() + inviteForMs)
  const invitation = await writeInvitation(session.replica, of.invitationSeed, terms)
  if (invitation === null) return null
  return (await isDelivered(session, invitation, answerMs)) ? invitation : null
}

const unknownMember = '00'.repeat(16) as MemberId

/** The device that signed the invitation. */
function makerOf(
  { replica }: GroupSession,
  invitation: ReturnType<typeof ownInvitation>,
): DeviceId | null {
  if (invitation === null) return null
  return replica.log.membership.operation(invitation)?.author ?? null
}

async function putOut(session: GroupSession, device: DeviceId): Promise<void> {
  const { replica } = session
  const written = await replica.operate((parents) =>
    Promise.resolve(
      replica.state()?.devices.has(device) === true
        ? { op: 'remove', parents, target: { device } }
        : null,
    ),
  )
  if (written.ok && written.value !== null) await isDelivered(session, written.value.id, answerMs)
}

function arrivedIn({ replica, group }: GroupSession, outcome: Arrived['outcome']): Arrived {
  const document = replica.groupContent()
  const member = replica.me()?.member
  return {
    ...{ group, outcome, name: groupName(document) },
    memberName: member === undefined ? '' : memberName(document, member),
  }
}

function asLinkProblem(problem: JoinProblem): LinkProblem {
  return problem.kind === 'empty-name' || problem.kind === 'unknown-group'
    ? { kind: 'not-valid-any-more' }
    : problem
}
