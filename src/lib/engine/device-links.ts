/**
 * Links that let another installation in as the same member: making, watching and taking them back, and what an
 * installation does that moves away by one.
 *
 * Works offline; a link opens once its operations have reached a relay. A link that puts this device out is made
 * only when nothing exists here alone, and taken back when something new does.
 *
 * Source  docs/design.md §4 "Move to another address", §5 "Second device"
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { platformRandom, type MemberId, type OpId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { deriveGroupSeed } from '#lib/crypto/derive.ts'
import { groupName } from '#lib/groups/group-document.ts'
import { isMember } from '#lib/sync/connections.ts'
import type { Replica } from '#lib/sync/replica.ts'
import { formatDeviceLink, type LinkedGroup } from '#lib/wire/device-link.ts'
import type { EntryKind } from '#lib/wire/entry.ts'
import { parseRelayOrigin } from '#lib/wire/link.ts'
import { isDelivered, unsentOf } from './delivery.ts'
import type { DeviceLinkProblem, DeviceLinkState, OwnDeviceLink } from './device-api.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { GroupSession } from './group-session.ts'
import { isShutOut } from './standing.ts'
import { relayToName, writeInvitation, type InvitationTerms } from './inviting.ts'

export interface DeviceLinkWish {
  readonly app: string
  readonly replacing: boolean
  readonly expiresMs: number
  /** Whose device it will be; this device's own member where it is not said. */
  readonly member?: MemberId
}

const answerMs = 10_000
const lookMs = 200

/** What an own-device invitation says; its role means nothing. */
export function deviceTerms(member: MemberId, expiresMs: number): InvitationTerms {
  return { for: 'device', member, role: 'viewer', uses: 1, expires: expiresMs }
}

/** One invitation per group, all from one seed. */
export async function makeDeviceLink(
  sessions: readonly GroupSession[],
  wish: DeviceLinkWish,
): Promise<Result<OwnDeviceLink, DeviceLinkProblem>> {
  const app = parseRelayOrigin(wish.app)
  if (app === null) return err({ kind: 'not-an-address' })
  const ready = sessions.every(({ replica }) => canPassKeyOn(replica))
  if (sessions.length === 0 || !ready) return err({ kind: 'not-ready' })
  const seed = platformRandom(32)
  const made: OwnDeviceLink['groups'][number][] = []
  const linked: LinkedGroup[] = []
  for (const session of sessions) {
    const one = await inviteDevice(session, seed, wish)
    if (one === null) return err({ kind: 'not-allowed' })
    made.push(one.made)
    linked.push(one.linked)
  }
  const link = formatDeviceLink({
    ...{ purpose: 'device', app, seed, groups: linked },
    replaces: wish.replacing,
  })
  return ok({ link, expiresMs: wish.expiresMs, groups: made })
}

async function inviteDevice(
  { replica, connections, group }: GroupSession,
  seed: Bytes,
  wish: DeviceLinkWish,
): Promise<{ made: OwnDeviceLink['groups'][number]; linked: LinkedGroup } | null> {
  const member = wish.member ?? replica.me()?.member
  const relay = relayToName(connections)
  if (member === undefined || relay === null) return null
  const terms = deviceTerms(member, wish.expiresMs)
  const invitation = await writeInvitation(replica, deriveGroupSeed(seed, group), terms)
  if (invitation === null) return null
  const name = groupName(replica.groupContent())
  return { made: { group, name, invitation }, linked: { group, relay } }
}

/** Whether this device has the key that a newcomer would need. */
export function canPassKeyOn(replica: Replica): boolean {
  const key = replica.state()?.cleanEpoch ?? null
  return key !== null && replica.ring.has(key)
}

/** Photos that exist only on this device, or null where nothing does. */
export async function onlyHere(sessions: readonly GroupSession[]): Promise<number | null> {
  const each = await Promise.all(sessions.map((session) => contentOnlyIn(session)))
  const found = each.filter((photos) => photos !== null)
  return found.length === 0 ? null : found.reduce((total, photos) => total + photos, 0)
}

/** What a person made: operations, marks and snapshots are the group's own housekeeping. */
const madeByPeople: ReadonlySet<EntryKind> = new Set(['bundle', 'talk'])

async function contentOnlyIn(session: GroupSession): Promise<number | null> {
  const { items, unread, entries } = await unsentOf(session)
  const { log } = session.replica
  const words = [...entries].some((id) => {
    const kind = log.record(id)?.kind
    return kind !== undefined && madeByPeople.has(kind)
  })
  const photos = items.size + unread
  return photos > 0 || words ? photos : null
}

/** How far the link got; a group that is not here any more has been left by it. */
export async function deviceLinkStateOf(
  groups: EngineGroups,
  { groups: linked, expiresMs }: OwnDeviceLink,
  nowMs: number,
): Promise<DeviceLinkState> {
  const states = await Promise.all(
    linked.map(async ({ group, invitation }): Promise<DeviceLinkState> => {
      const session = groups.session(group)
      const found = session?.replica.state()?.invitations.get(invitation)
      if (session === null || (found?.joins.length ?? 0) > 0) return 'used'
      if (found?.open !== true || expiresMs <= nowMs) return 'closed'
      return isMember(session.replica) && (await unsentOf(session)).entries.has(invitation)
        ? 'sending'
        : 'open'
    }),
  )
  if (states.every((state) => state === 'used')) return 'used'
  if (states.includes('closed')) return 'closed'
  return states.includes('sending') ? 'sending' : 'open'
}

/** Takes back what is still open of a link. */
export async function withdraw(groups: EngineGroups, link: OwnDeviceLink): Promise<void> {
  for (const { group, invitation } of link.groups) {
    const session = groups.session(group)
    if (session !== null && isMember(session.replica)) await takeBack(session.replica, invitation)
  }
}

async function takeBack(replica: Replica, invitation: OpId): Promise<void> {
  await replica.operate((parents) =>
    Promise.resolve(
      replica.state()?.invitations.get(invitation)?.open === true
        ? { op: 'remove', parents, target: { invitation } }
        : null,
    ),
  )
}

/** Puts this device out of the groups where its successor is in, and forgets them here. Answers how many are left. */
export async function finishMovingOut(groups: EngineGroups, link: OwnDeviceLink): Promise<number> {
  let left = 0
  for (const { group, invitation } of link.groups) {
    const session = groups.session(group)
    if (session === null) continue
    if (isReplacedBy(session, invitation) && (await stepOut(session))) await groups.forget(group)
    else left++
  }
  return left
}

/** Its successor may have been quicker: whoever is put out by it hears no more of the group, only refusals. */
function isReplacedBy({ replica, connections }: GroupSession, invitation: OpId): boolean {
  const joins = replica.state()?.invitations.get(invitation)?.joins ?? []
  return joins.length > 0 || isShutOut(connections.places())
}

/** True once a relay knows that this device is out and nothing exists only here. */
async function stepOut(session: GroupSession): Promise<boolean> {
  const { replica, connections } = session
  if ((await contentOnlyIn(session)) !== null) return false
  const device = replica.me()?.device
  if (device === undefined || !isMember(replica) || isShutOut(connections.places())) return true
  const written = await replica.operate((parents) =>
    Promise.resolve({ op: 'remove', parents, target: { device } }),
  )
  if (!written.ok || written.value === null) return !isMember(replica)
  for (let waitedMs = 0; waitedMs < answerMs; waitedMs += lookMs)
    if (isShutOut(connections.places()) || (await isDelivered(session, written.value.id, lookMs)))
      return true
  return false
}
