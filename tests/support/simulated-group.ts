/** Simulated devices of named people in one group on one real relay. */
import type { BlobId, DocId, GroupId, MemberId } from '#lib/base/ids.ts'
import type { GroupCard } from '#lib/engine/api.ts'
import type { MembersOverview } from '#lib/engine/member-api.ts'
import type { EngineParts } from '#lib/engine/engine-parts.ts'
import type { MemoryDisk } from '#lib/storage/memory-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { openRelayLink, type OpenRelayLink } from '#lib/sync/relay-link.ts'
import { eventually, startDevice, type SimulatedDevice } from './simulated-device.ts'
import type { RunningRelay } from './start-relay.ts'

export interface SimulatedGroup {
  readonly group: GroupId
  readonly album: DocId
  /** Ana, who founded it. */
  readonly ana: SimulatedDevice
  /** Lets somebody in by a fresh link. */
  join(name: string, wish?: Wish, parts?: Partial<EngineParts>): Promise<SimulatedDevice>
}

interface Wish {
  readonly by?: SimulatedDevice
  readonly role?: 'viewer' | 'contributor' | 'admin'
  readonly agreement?: string
  /** What the device keeps things on. */
  readonly disk?: MemoryDisk
}

/** A device's connection to the world, to be cut and mended. */
export interface Signal {
  readonly openLink: OpenRelayLink
  lose(): void
  find(): void
}

/** Signal that is there at first. */
export function createSignal(): Signal {
  let isThere = true
  const cut = new Set<() => void>()
  return {
    openLink(place, events) {
      const link = isThere ? openRelayLink(place, events) : null
      const end = () => {
        cut.delete(end)
        link?.close()
        events.onClosed('closed')
      }
      if (link === null) setTimeout(end)
      else cut.add(end)
      return {
        send: (frame) => link?.send(frame),
        close() {
          cut.delete(end)
          link?.close()
        },
      }
    },
    lose() {
      isThere = false
      for (const end of [...cut]) end()
    },
    find() {
      isThere = true
    },
  }
}

/** Somebody, Ana by name, starts a group at this relay. */
export async function startGroupOn(
  { engine }: SimulatedDevice,
  relay: RunningRelay,
): Promise<{ group: GroupId; album: DocId }> {
  const started = await engine.startGroup({
    ...{ groupName: 'Family', memberName: 'Ana', address: relay.origin },
    hostingCode: relay.hostingCode(),
  })
  if (!started.ok) throw new Error(started.error.kind)
  return started.value
}

/** Ana starts a group. */
export async function startFamily(
  relay: RunningRelay,
  parts: Partial<EngineParts> = {},
): Promise<SimulatedGroup> {
  const ana = startDevice(parts)
  const { group, album } = await startGroupOn(ana, relay)
  return {
    ...{ group, album, ana },
    async join(name, { by = ana, role = 'contributor', agreement = '', disk } = {}, parts = {}) {
      const link = await linkOf(by, { group, role })
      const device = startDevice(parts, disk)
      await eventually(`${name} sees the group`, async () => {
        const opened = await device.engine.openInvitation(link)
        return opened.ok
      })
      const joined = await device.engine.joinGroup({ group, memberName: name, agreement })
      if (!joined.ok) throw new Error(joined.error.kind)
      const me = (await cardIn(device, group))?.me
      await eventually(`${name} is known to whoever invited them`, async () =>
        (await peopleOf(by, group)).members.some(
          (member) => member.id === me && member.name === name,
        ),
      )
      return device
    },
  }
}

/** A fresh link for one person. */
export async function linkOf(
  device: SimulatedDevice,
  { group, role }: { group: GroupId; role: 'viewer' | 'contributor' | 'admin' },
): Promise<string> {
  const invited = await eventually('a link is made', async () => {
    const made = await device.engine.invite({ group, role, uses: 1, days: 7 })
    return made.ok ? made.value : null
  })
  return invited.link
}

/** What the device's members screen shows. */
export async function peopleOf(device: SimulatedDevice, group: GroupId): Promise<MembersOverview> {
  const members = await device.engine.members(group)
  if (members === null) throw new Error('this device is no member')
  return members
}

/** The id of whoever is called so. */
export async function memberNamed(
  device: SimulatedDevice,
  group: GroupId,
  name: string,
): Promise<MemberId> {
  const { members } = await peopleOf(device, group)
  const found = members.find((member) => member.name === name)
  if (found === undefined) throw new Error(`nobody is called ${name}`)
  return found.id
}

/** Joins by a fresh link, and waits for the original of the first photo to be known there. */
export async function joinAndFind(
  by: SimulatedDevice,
  device: SimulatedDevice,
  group: GroupId,
): Promise<BlobId> {
  await device.engine.openInvitation(await linkOf(by, { group, role: 'contributor' }))
  await device.engine.joinGroup({ group, memberName: 'Ana' })
  return eventually('the photo shows', async () => {
    const { index } = await createDeviceStore(device.disk.mount()).openGroup(group)
    const [row] = await index.rows([...((await index.head())?.slots ?? [])])
    return row?.original?.blob
  })
}

/** The group's card on this device. */
export async function cardIn(
  device: SimulatedDevice,
  group: GroupId,
): Promise<GroupCard | undefined> {
  return (await device.engine.overview()).groups.find(({ id }) => id === group)
}
