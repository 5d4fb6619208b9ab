/** The part of the engine that screens ask about own devices: device-api.ts over the open groups. */
import type { DeviceId, GroupId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { changeDeviceWords, deviceWords } from '#lib/groups/member-devices.ts'
import { isMember } from '#lib/sync/connections.ts'
import { parseRelayOrigin } from '#lib/wire/link.ts'
import type { ChangeProblem, ReachProblem } from './api.ts'
import { arriveBy } from './arriving.ts'
import { isDelivered, isReachable } from './delivery.ts'
import type { DeviceApi, DeviceLinkProblem, OwnDeviceLink } from './device-api.ts'
import {
  deviceLinkStateOf,
  finishMovingOut,
  makeDeviceLink,
  onlyHere,
  withdraw,
} from './device-links.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { EngineParts } from './engine-parts.ts'
import { readRelayPlace } from './founding.ts'
import type { ActInGroup, GroupSession } from './group-session.ts'
import type { Told } from './member-api.ts'
import { ownDevicesIn, recoveriesIn } from './own-devices.ts'
import { isSheetKnownIn, letBackIn, makeSheet } from './recovery.ts'

export interface DeviceEngineParts {
  readonly parts: EngineParts
  readonly groups: EngineGroups
  readonly inGroup: ActInGroup
  /** Platform failures become words. */
  readonly guarded: <T, E extends { readonly kind: string }>(
    act: () => Promise<Result<T, E>>,
  ) => Promise<Result<T, E | { readonly kind: 'storage-full' | 'storage-unavailable' }>>
  readonly started: Promise<void>
}

export interface DeviceEngine extends DeviceApi {
  /** Something new is about to exist here alone: a link that would put this device out is taken back. */
  stay(): Promise<void>
}

const ownLinkMs = 10 * 60_000
const toldMs = 3000

/** Every call of device-api.ts. */
export function createDeviceEngine(engine: DeviceEngineParts): DeviceEngine {
  const { groups, guarded, inGroup, parts, started } = engine
  let leaving: OwnDeviceLink | null = null

  const joined = (wanted: readonly GroupId[] | null): GroupSession[] =>
    groups
      .sessions()
      .filter(({ replica }) => isMember(replica))
      .filter(({ group }) => wanted === null || wanted.includes(group))

  return {
    async ownDevices() {
      await started
      const each = await Promise.all(
        joined(null).map((session) => unlessGone(groups, session, () => ownDevicesIn(session))),
      )
      return each.filter((one) => one !== null)
    },
    linkDevice: ({ groups: wanted, app, replacing }) =>
      guarded<OwnDeviceLink, DeviceLinkProblem>(async () => {
        const sessions = joined(wanted)
        const photos = replacing ? await onlyHere(sessions) : null
        if (photos !== null) return err({ kind: 'still-waiting', photos })
        const expiresMs = parts.clock() + ownLinkMs
        const made = await makeDeviceLink(sessions, { app, replacing, expiresMs })
        if (made.ok && replacing) leaving = made.value
        return made
      }),
    async deviceLinkState(link) {
      await started
      return deviceLinkStateOf(groups, link, parts.clock())
    },
    async withdrawDeviceLink(link) {
      await started
      await withdraw(groups, link)
    },
    async finishMoving(link) {
      await started
      return finishMovingOut(groups, link)
    },
    arrive: (link) =>
      guarded(async () => {
        await parts.tabs.claim()
        return arriveBy({ parts, groups }, link)
      }),
    nameDevice: ({ group, device, name }) =>
      inGroup(group, (session) => nameDevice(session, device, name.trim())),
    removeDevice: ({ group, device }) => inGroup(group, (session) => removeDevice(session, device)),
    letBackIn: ({ group, member, app }) =>
      guarded<OwnDeviceLink, DeviceLinkProblem>(async () => {
        const [session] = joined([group])
        if (session === undefined) return err({ kind: 'not-allowed' })
        return letBackIn(session, { member, app }, parts.clock())
      }),
    makeRecoverySheet: ({ app }) =>
      guarded(() => makeSheet(joined(null), { app, nowMs: parts.clock() })),
    isSheetKnown: async ({ groups: of }) => {
      await started
      const known = await Promise.all(
        joined(of).map((session) => unlessGone(groups, session, () => isSheetKnownIn(session))),
      )
      return known.every((is) => is !== false)
    },
    async recoveries() {
      await started
      return joined(null).flatMap((session) => recoveriesIn(session, parts.clock()))
    },
    isMantelAt: (address) => guarded(() => isMantelAt(parts, address)),
    async stay() {
      const link = leaving
      leaving = null
      if (link !== null) await withdraw(groups, link)
    },
  }
}

/** Null where the group was closed or left while it was read. */
async function unlessGone<T>(
  groups: EngineGroups,
  session: GroupSession,
  read: () => Promise<T>,
): Promise<T | null> {
  try {
    return await read()
  } catch (cause) {
    if (groups.session(session.group) === session) throw cause
    return null
  }
}

async function nameDevice(
  { replica }: GroupSession,
  device: DeviceId,
  name: string,
): Promise<Result<null, ChangeProblem>> {
  if (name === '') return err({ kind: 'empty-name' })
  const member = replica.me()?.member
  if (member === undefined || replica.state()?.devices.get(device)?.member !== member)
    return err({ kind: 'unknown' })
  const known = deviceWords(replica.groupContent(), member, device)
  const words = { name, sinceMs: known?.sinceMs ?? null, isSheet: known?.isSheet ?? false }
  const changed = await replica.sayOfMyself(changeDeviceWords({ member, device }, words))
  return changed.ok ? ok(null) : changed
}

async function removeDevice(
  session: GroupSession,
  device: DeviceId,
): Promise<Result<Told, ChangeProblem>> {
  const { replica, connections } = session
  const me = replica.me()
  if (me === null || device === me.device) return err({ kind: 'not-allowed' })
  const owner = replica.state()?.devices.get(device)?.member
  if (owner === undefined) return ok({ isTold: true })
  if (owner !== me.member) return err({ kind: 'not-allowed' })
  const written = await replica.operate((parents) =>
    Promise.resolve({ op: 'remove', parents, target: { device } }),
  )
  if (!written.ok) return written
  if (written.value === null) return ok({ isTold: true })
  const patience = isReachable(connections.places()) ? toldMs : 0
  return ok({ isTold: await isDelivered(session, written.value.id, patience) })
}

/** An address as a person writes it, with or without its beginning. */
async function isMantelAt(
  parts: EngineParts,
  address: string,
): Promise<Result<{ origin: string }, ReachProblem>> {
  const written = address.trim()
  const origin = parseRelayOrigin(written.includes('://') ? written : `https://${written}`)
  if (origin === null) return err({ kind: 'unreachable', place: written })
  if (!parts.online()) return err({ kind: 'offline' })
  const found = await readRelayPlace(parts.fetch, origin)
  return found.ok ? ok({ origin }) : err({ kind: 'unreachable', place: new URL(origin).host })
}
