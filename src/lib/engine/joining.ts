/**
 * Turns a visitor into a member: new device keys, a signed proof of the invitation, one `join` operation.
 *
 * Needs the network: the relay decides whether the invitation still counts. Secrets and the operation are
 * stored before it is sent, so a kill between the two is repaired at the next start.
 *
 * Source  docs/design.md §5 `join`
 */
import { idFromBytes, type DeviceId, type GroupId, type OpId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { signMessage } from '#lib/base/ed25519.ts'
import {
  createDeviceKeys,
  deriveInvitationKeys,
  deviceKeysOf,
  type DeviceKeys,
} from '#lib/crypto/derive.ts'
import { changeToArrive, type GroupDocument } from '#lib/groups/group-document.ts'
import { changeDeviceWords } from '#lib/groups/member-devices.ts'
import { memberIdOfDevice } from '#lib/membership/member-id.ts'
import { joinProofBytes } from '#lib/membership/operation.ts'
import { doEpochDuty } from '#lib/sync/duties.ts'
import { isMember } from '#lib/sync/connections.ts'
import type { GroupSecrets } from '#lib/ports/key-store.ts'
import type { Me, Replica } from '#lib/sync/replica.ts'
import type { JoinProblem } from './api.ts'
import type { GroupSession } from './group-session.ts'

/** What joining needs of an open group. */
export type JoiningSession = Pick<GroupSession, 'replica' | 'connections'>

const answerMs = 15_000
const lookMs = 25

/** What a newcomer says of themself; `agreement` is the text they said yes to, if any. */
export interface Arrival {
  readonly name: string
  readonly joinedMs: number
  readonly agreement: string
  readonly deviceName: string
}

/** Joins the visited group under this name; `visiting` is connected, or will be soon. */
export async function joinVisited(
  visiting: JoiningSession,
  arrival: Arrival,
): Promise<Result<{ group: GroupId }, JoinProblem>> {
  const { replica } = visiting
  const joined = await becomeMember(visiting)
  if (!joined.ok) return joined
  const me = joined.value
  await sayHello(replica, (draft: GroupDocument) => {
    changeToArrive(me.member, arrival)(draft)
    const words = { name: arrival.deviceName, sinceMs: arrival.joinedMs, isSheet: false }
    changeDeviceWords(me, words)(draft)
  })
  return ok({ group: replica.group })
}

/** The device's part: keys, the operation, a relay's word for it. Done again after a kill it goes on where it was. */
export async function becomeMember(visiting: JoiningSession): Promise<Result<Me, JoinProblem>> {
  const { replica, connections } = visiting
  if (!isMember(replica)) {
    const before = connections.refusals()
    const prepared = await prepare(replica)
    if (!prepared.ok) return prepared
    connections.kick()
    const answer = await relayAnswer(visiting, before)
    if (!answer.ok) return answer
    await replica.keep(admitted)
    connections.kick()
  }
  const me = replica.me()
  return me === null ? err({ kind: 'not-valid-any-more' }) : ok(me)
}

/**
 * A used-up link leaves no clean epoch: the newcomer makes the next one, and can write at once. While the feed is
 * still coming the words wait for it.
 */
export async function sayHello(
  replica: Replica,
  edit: (draft: GroupDocument) => void,
): Promise<void> {
  for (let waitedMs = 0; waitedMs < answerMs; waitedMs += lookMs) {
    await doEpochDuty(replica)
    const said = await replica.sayOfMyself(edit)
    if (said.ok || said.error.kind !== 'not-ready') return
    await new Promise((resolve) => setTimeout(resolve, lookMs))
  }
}

/** Keys first, then the operation: whoever was killed between the two, or joins in two tabs, goes on with those keys. */
async function prepare(replica: Replica): Promise<Result<null, JoinProblem>> {
  const { invitationSeed } = replica.secrets()
  const invitation = ownInvitation(replica)
  if (invitationSeed === null || invitation === null) return err({ kind: 'not-valid-any-more' })
  const fresh = createDeviceKeys()
  const invited = replica.state()?.invitations.get(invitation)?.member
  await replica.keep((now) => ({
    ...now,
    device: now.device ?? {
      signSeed: fresh.signSeed,
      boxSecret: fresh.boxSecret,
      member: invited ?? memberIdOfDevice(deviceOf(fresh)),
      admitted: false,
    },
  }))
  const { device: kept } = replica.secrets()
  if (kept === null) throw new Error('the keys were just stored')
  const { member } = kept
  const { boxPublic: box, ...keys } = deviceKeysOf(kept.signSeed, kept.boxSecret)
  const device = deviceOf(keys)
  const proof = signMessage(
    deriveInvitationKeys(invitationSeed).signSeed,
    joinProofBytes({ group: replica.group, invitation, member, device, box }),
  )
  const written = await replica.operate((parents) => {
    const isWritten = replica.log.graph.authors().has(device)
    return Promise.resolve(
      isWritten ? null : { op: 'join', parents, invitation, member, box, proof },
    )
  })
  return written.ok ? ok(null) : err({ kind: 'not-valid-any-more' })
}

function deviceOf({ signPublic }: Pick<DeviceKeys, 'signPublic'>): DeviceId {
  const device = idFromBytes('DeviceId', signPublic)
  if (device === null) throw new Error('a key has 32 bytes')
  return device
}

/** The invitation op whose key the link's seed gives; null while it is not read. */
export function ownInvitation(replica: Replica): OpId | null {
  const seed = replica.secrets().invitationSeed
  if (seed === null) return null
  const sign = idFromBytes('DeviceId', deriveInvitationKeys(seed).signPublic)
  for (const invitation of replica.state()?.invitations.values() ?? [])
    if (idFromBytes('DeviceId', invitation.sign) === sign) return invitation.id
  return null
}

function admitted(secrets: GroupSecrets): GroupSecrets {
  return {
    ...secrets,
    device: secrets.device && { ...secrets.device, admitted: true },
  }
}

/**
 * Waits until a relay knows this device, which is the one proof that it has the join: the answer to the join itself
 * may be lost, and a link that is used up by this very join ends the connection with a refusal. `refused` means that
 * a relay knows neither the link nor the device (sync/speaker.ts).
 */
async function relayAnswer(
  { connections }: JoiningSession,
  refusalsBefore: number,
): Promise<Result<null, JoinProblem>> {
  for (let waitedMs = 0; waitedMs < answerMs; waitedMs += lookMs) {
    const places = connections.places()
    if (places.some(({ knownAs }) => knownAs === 'device')) return ok(null)
    if (places.length > 0 && places.every(({ state }) => state === 'refused'))
      return err({ kind: 'not-valid-any-more' })
    await new Promise((resolve) => setTimeout(resolve, lookMs))
  }
  const refused = connections.refusals() > refusalsBefore
  return err({ kind: refused ? 'not-valid-any-more' : 'offline' })
}
