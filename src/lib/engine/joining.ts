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
import { memberIdOfDevice } from '#lib/membership/member-id.ts'
import { joinProofBytes } from '#lib/membership/operation.ts'
import { isMember } from '#lib/sync/connections.ts'
import type { GroupSecrets } from '#lib/ports/key-store.ts'
import type { Me, Replica } from '#lib/sync/replica.ts'
import type { JoinProblem } from './api.ts'
import type { Hello } from './greeting.ts'
import type { GroupSession } from './group-session.ts'

/** What joining needs of an open group. */
export type JoiningSession = Pick<GroupSession, 'replica' | 'connections' | 'greeting'>

const answerMs = 15_000
const lookMs = 25
/** A newcomer's words may have to wait for the feed; the newcomer need not. */
export const greetingMs = 1500

/** Joins the visited group, in these words; `visiting` is connected, or will be soon. */
export async function joinVisited(
  visiting: JoiningSession,
  hello: Hello,
): Promise<Result<{ group: GroupId }, JoinProblem>> {
  const { replica, greeting } = visiting
  await greeting.keep(hello)
  const joined = await becomeMember(visiting)
  if (!joined.ok) return joined
  await greeting.said(greetingMs)
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
