/**
 * Coming back after a loss: an admin lets somebody in on a new device and puts the old ones out; a sheet of paper is
 * one more device.
 *
 * Both work offline and count once a relay has heard of them. A sheet is an own-device invitation and a join by the
 * sheet's key, written here in its name: its author is the sheet, and any of the group's devices may bring an entry.
 *
 * Source  docs/design.md §5 "Recovery"
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { idFromBytes, platformRandom, type DeviceId, type MemberId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { signMessage } from '#lib/base/ed25519.ts'
import { dayMs } from '#lib/base/time.ts'
import { deriveInvitationKeys, deriveSheetKeys } from '#lib/crypto/derive.ts'
import { groupName, memberName } from '#lib/groups/group-document.ts'
import { changeDeviceWords } from '#lib/groups/member-devices.ts'
import { encodeOperation, joinProofBytes } from '#lib/membership/operation.ts'
import { doEpochDuty } from '#lib/sync/duties.ts'
import { formatDeviceLink, type LinkedGroup } from '#lib/wire/device-link.ts'
import { signEntry } from '#lib/wire/entry.ts'
import { parseRelayOrigin } from '#lib/wire/link.ts'
import type { DeviceLinkProblem, OwnDeviceLink, RecoverySheet } from './device-api.ts'
import { unsentOf } from './delivery.ts'
import { canPassKeyOn, deviceTerms, makeDeviceLink } from './device-links.ts'
import type { GroupSession } from './group-session.ts'
import { relayToName, writeInvitation } from './inviting.ts'
import { isAllowed } from './members-view.ts'

const lettingInMs = 2 * dayMs
const joiningMs = 60_000
const sheetName = 'Recovery sheet'

/** Puts a member's devices out and makes a link for a new one. */
export async function letBackIn(
  session: GroupSession,
  wish: { readonly member: MemberId; readonly app: string },
  nowMs: number,
): Promise<Result<OwnDeviceLink, DeviceLinkProblem>> {
  const { replica } = session
  if (!mayLetBackIn(session, wish.member)) return err({ kind: 'not-allowed' })
  if (parseRelayOrigin(wish.app) === null) return err({ kind: 'not-an-address' })
  if (!canPassKeyOn(replica)) return err({ kind: 'not-ready' })
  for (const device of replica.state()?.members.get(wish.member)?.devices ?? [])
    await replica.operate((parents) =>
      Promise.resolve({ op: 'remove', parents, target: { device } }),
    )
  await doEpochDuty(replica)
  const expiresMs = nowMs + lettingInMs
  return makeDeviceLink([session], { ...wish, expiresMs, replacing: false })
}

/** Whether I am an admin who could put that member out. */
function mayLetBackIn({ replica }: GroupSession, member: MemberId): boolean {
  const state = replica.state()
  const me = replica.me()
  if (state === null || me === null || me.member === member || !state.members.has(member))
    return false
  const out = { op: 'remove', parents: state.heads, target: { member } } as const
  return isAllowed(replica.log.membership, me.device, out)
}

/** One more device in each group, with keys that follow from the sheet's secret. */
export async function makeSheet(
  sessions: readonly GroupSession[],
  wish: { readonly app: string; readonly nowMs: number },
): Promise<Result<RecoverySheet, DeviceLinkProblem>> {
  const app = parseRelayOrigin(wish.app)
  if (app === null) return err({ kind: 'not-an-address' })
  if (sessions.length === 0 || !sessions.every(({ replica }) => canPassKeyOn(replica)))
    return err({ kind: 'not-ready' })
  const seed = platformRandom(32)
  const groups: LinkedGroup[] = []
  for (const session of sessions) {
    const relay = relayToName(session.connections)
    if (relay === null || !(await admitSheet(session, seed, wish.nowMs)))
      return err({ kind: 'not-ready' })
    groups.push({ group: session.group, relay })
  }
  return ok({
    text: formatDeviceLink({ purpose: 'sheet', app, seed, groups, replaces: false }),
    madeMs: wish.nowMs,
    groups: sessions.map(({ group }) => group),
    ...namesIn(sessions),
  })
}

/** Whether nothing that a sheet needs is only here: its join, the key sealed to it, or what these build upon. */
export async function isSheetKnownIn(session: GroupSession): Promise<boolean> {
  const { entries } = await unsentOf(session)
  const { log } = session.replica
  return [...entries].every((id) => log.record(id)?.kind !== 'op')
}

async function admitSheet(session: GroupSession, seed: Bytes, nowMs: number): Promise<boolean> {
  const { replica, store, connections, group } = session
  const me = replica.me()
  const keys = deriveSheetKeys(seed, group)
  const device = idFromBytes('DeviceId', keys.signPublic)
  if (me === null || device === null) return false
  const entry = await joinInNameOf({ session, member: me.member, device, keys }, nowMs)
  if (entry === null) return false
  const outbox = [...(replica.state()?.relays.keys() ?? [])]
  await store.entries.commit({ entries: [entry], outbox })
  await replica.adopt([entry.id])
  await doEpochDuty(replica)
  const words = { name: sheetName, sinceMs: nowMs, isSheet: true }
  await replica.sayOfMyself(changeDeviceWords({ member: me.member, device }, words))
  connections.kick()
  return true
}

interface SheetInGroup {
  readonly session: GroupSession
  readonly member: MemberId
  readonly device: DeviceId
  readonly keys: ReturnType<typeof deriveSheetKeys>
}

/** An invitation by this device, and the sheet's own signed join by it. */
async function joinInNameOf({ session, member, device, keys }: SheetInGroup, nowMs: number) {
  const { replica, group } = session
  const seed = platformRandom(32)
  const invitation = await writeInvitation(replica, seed, deviceTerms(member, nowMs + joiningMs))
  if (invitation === null) return null
  const proof = signMessage(
    deriveInvitationKeys(seed).signSeed,
    joinProofBytes({ group, invitation, member, device, box: keys.boxPublic }),
  )
  const parents = replica.state()?.heads ?? []
  return signEntry(
    { group, kind: 'op', author: device, seq: 1, after: replica.log.graph.heads() },
    encodeOperation({ op: 'join', parents, invitation, member, box: keys.boxPublic, proof }),
    keys.signSeed,
  )
}

function namesIn(
  sessions: readonly GroupSession[],
): Pick<RecoverySheet, 'memberName' | 'groupNames'> {
  const each = sessions.map(({ replica }) => {
    const document = replica.groupContent()
    const member = replica.me()?.member
    return {
      group: groupName(document),
      member: member === undefined ? '' : memberName(document, member),
    }
  })
  return {
    memberName: each.find(({ member }) => member !== '')?.member ?? '',
    groupNames: each.map(({ group }) => group),
  }
}
