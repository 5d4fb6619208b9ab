/**
 * Devices as bare replicas (entries, membership, keys, documents, feeds) over memory disks and one bad relay:
 * fast enough for hundreds of stories.
 */
import { changeToAddItems, readAlbumItem, albumItemIds } from '#lib/albums/album-document.ts'
import { encodeItemCore } from '#lib/albums/item-core.ts'
import { type DocId, type GroupId, type ItemId, type MemberId } from '#lib/base/ids.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { idFromBytes } from '#lib/base/ids.ts'
import { parseHex } from '#lib/base/bytes.ts'
import { inviteTo } from '#lib/engine/inviting.ts'
import { foundGroup } from '#lib/engine/founding.ts'
import { createGreeting } from '#lib/engine/greeting.ts'
import { joinVisited } from '#lib/engine/joining.ts'
import type { GroupStore } from '#lib/ports/group-store.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import { createConnections, type Connections } from '#lib/sync/connections.ts'
import { openSetbacks } from '#lib/sync/setbacks.ts'
import { openReplica, type Replica } from '#lib/sync/replica.ts'
import { parseInvitationLink } from '#lib/wire/link.ts'
import {
  createUnreliableRelay,
  seededRandom,
  unreliableAddress,
  type UnreliableRelay,
} from './unreliable-relay.ts'

export interface SimulatedReplica {
  readonly name: string
  readonly replica: () => Replica
  readonly connections: () => Connections
  readonly store: () => GroupStore
  /** Dies without a goodbye and starts again on what is durable. */
  crash(): Promise<void>
  /** Remembers its disk as it is now; the returned act brings it back to that. */
  backUp(): Promise<() => Promise<void>>
  setOnline(online: boolean): void
  close(): Promise<void>
}

/** How a device reaches a relay. */
export type RelayInReach = Pick<UnreliableRelay, 'openLink' | 'fetch'>

export interface Family {
  readonly group: GroupId
  readonly album: DocId
  readonly devices: readonly SimulatedReplica[]
}

/** Long enough for a busy machine; a story that never ends is told apart by `until`. */
const patienceMs = 90_000

/** A group of `count` members, founded and joined over a relay that behaves meanwhile. */
export async function simulateFamily(
  relay: RelayInReach,
  count: number,
  address = unreliableAddress,
): Promise<Family> {
  const disk = createMemoryDisk()
  const devices = createDeviceStore(disk.mount())
  const founded = await foundGroup(
    { devices, fetch: relay.fetch, clock: Date.now },
    { ...founding, address },
  )
  if (!founded.ok) throw new Error(founded.error.kind)
  const { group, album } = founded.value
  await devices.close()
  const founder = await openSimulated('Sam', { relay, group, disk })
  await until('the founder is live', () => founder.connections().places()[0]?.state === 'live')
  const joined = [founder]
  for (let n = 1; n < count; n++) joined.push(await joinFamily(`member ${n}`, { relay, founder }))
  return { group, album, devices: joined }
}

/** A family that plays many stories, each from the same beginning: founding it takes longer than a story. */
export interface Cast {
  readonly family: Family
  readonly relay: UnreliableRelay
  /** Everybody is as they were when they had met; the relay draws from `random`. */
  begin(random: () => number): Promise<void>
  close(): Promise<void>
}

/** A cast of `count` members and one relay. */
export async function assembleCast(count: number): Promise<Cast> {
  let draw = seededRandom(count)
  const relay = createUnreliableRelay(() => draw())
  const family = await simulateFamily(relay, count)
  const backups = await Promise.all(family.devices.map((device) => device.backUp()))
  const restoreFeed = relay.backUp()
  return {
    family,
    relay,
    async begin(random) {
      draw = random
      relay.setTrouble(0)
      for (const device of family.devices) await device.close()
      restoreFeed()
      for (const restore of backups) await restore()
    },
    async close() {
      for (const device of family.devices) await device.close()
      await relay.close()
    },
  }
}

/** Tells every story of a batch by the casts it needs; `castFor` draws the number of members. */
export async function tellStories(
  seeds: Iterable<number>,
  castFor: (random: () => number) => number,
  tell: (cast: Cast, seed: number, random: () => number) => Promise<void>,
): Promise<void> {
  const casts = new Map<number, Cast>()
  for (const seed of seeds) {
    const random = seededRandom(seed)
    const count = castFor(random)
    const cast = casts.get(count) ?? (await assembleCast(count))
    casts.set(count, cast)
    await cast.begin(random)
    await tell(cast, seed, random)
  }
  for (const cast of casts.values()) await cast.close()
}

/** `count` seeds from `first` on. */
export function seedsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => first + at)
}

const founding = {
  groupName: 'Family',
  deviceName: 'Simulated phone',
  memberName: 'Sam',
  hostingCode: null,
  albumTitle: 'Our photos',
}

async function joinFamily(
  name: string,
  met: { relay: RelayInReach; founder: SimulatedReplica },
): Promise<SimulatedReplica> {
  const device = await visitFamily(name, met)
  await until(
    'the visitor sees the group',
    () => device.connections().places()[0]?.state === 'live',
  )
  const [replica, connections] = [device.replica(), device.connections()]
  const greeting = createGreeting({ replica, notes: device.store().notes, retryMs: 20 })
  const outcome = await joinVisited(
    { replica, connections, greeting },
    { name, sinceMs: 0, agreement: '', deviceName: 'Simulated phone' },
  )
  await greeting.said(patienceMs)
  greeting.stop()
  if (!outcome.ok) throw new Error(outcome.error.kind)
  return device
}

/** A new device with an invitation link in its hand, just connecting. */
export async function visitFamily(
  name: string,
  { relay, founder }: { relay: RelayInReach; founder: SimulatedReplica },
): Promise<SimulatedReplica> {
  const inviting = { replica: founder.replica(), connections: founder.connections() }
  const wish = { role: 'contributor', uses: 0, days: 7 } as const
  const invitation = await inviteTo(inviting, wish, Date.now())
  const link = invitation.ok ? parseInvitationLink(invitation.value.link) : null
  if (link === null) throw new Error('no invitation')
  const sent = async () => (await founder.store().entries.outboxCount()) === 0
  await until('the invitation is sent', sent)
  const disk = createMemoryDisk()
  const devices = createDeviceStore(disk.mount())
  const store = await devices.openGroup(link.group)
  await store.keys.save({ device: null, invitationSeed: link.seed, epochKeys: new Map() })
  await devices.close()
  const place = founder.connections().places()[0]?.place ?? null
  return openSimulated(name, { relay, group: link.group, disk, place })
}

interface Opening {
  readonly relay: RelayInReach
  readonly group: GroupId
  readonly disk: ReturnType<typeof createMemoryDisk>
  readonly place?: Parameters<typeof createConnections>[0]['firstPlace']
}

async function openSimulated(name: string, opening: Opening): Promise<SimulatedReplica> {
  const { relay, group, disk, place = null } = opening
  const open = async () => {
    const store = await createDeviceStore(disk.mount()).openGroup(group)
    const { entries, documents, keys } = store
    const replica = await openReplica({ group, entries, documents, keys })
    const connections = createConnections({
      replica,
      blobs: store.blobs,
      notes: store.notes,
      setbacks: await openSetbacks(store.notes),
      firstPlace: place,
      openLink: relay.openLink,
      fetch: relay.fetch,
      clock: Date.now,
      random: Math.random,
      dutySpreadMs: 20,
      snapshotSpreadMs: 1,
      snapshotEvery: 20,
      onState: () => undefined,
      onSent: () => undefined,
      onTrouble: () => undefined,
      onNewFeed: () => Promise.resolve(),
    })
    connections.lead(true)
    return { store, replica, connections }
  }
  let now = await open()
  return {
    name,
    replica: () => now.replica,
    connections: () => now.connections,
    store: () => now.store,
    async crash() {
      now.connections.stop()
      disk.crash()
      now = await open()
    },
    async backUp() {
      const { restore } = await disk.backUp()
      return async () => {
        now.connections.stop()
        restore()
        now = await open()
      }
    },
    setOnline: (online) => {
      now.connections.lead(online)
    },
    async close() {
      now.connections.stop()
      await now.replica.close()
    },
  }
}

/** Adds one item to an album; its id once it is durable on the device, null if it was not. */
export async function addItem(device: SimulatedReplica, album: DocId): Promise<ItemId | null> {
  const [id] = await addItems(device, album, [0])
  return id ?? null
}

/** Adds an item for each of these moments in one change; their ids once they are durable, none if they were not. */
export async function addItems(
  device: SimulatedReplica,
  album: DocId,
  takenMs: readonly number[],
): Promise<ItemId[]> {
  const member = device.replica().me()?.member
  if (member === undefined) throw new Error('only members add')
  const items = takenMs.map((moment) => {
    const id = device.replica().newItemId(album)
    return { id, core: encodeItemCore({ ...coreOf(member, id), takenMs: moment }) }
  })
  const outcome = await device.replica().change(album, changeToAddItems(items))
  return outcome.ok ? items.map(({ id }) => id) : []
}

function coreOf(author: MemberId, id: ItemId): Parameters<typeof encodeItemCore>[0] {
  const content = idFromBytes('ContentHash', sha256(parseHex(id) ?? new Uint8Array()))
  if (content === null) throw new Error('a digest has 32 bytes')
  return {
    ...{ kind: 'photo', mime: 'image/jpeg', name: 'p.jpg', takenMs: 0, offsetMinutes: null },
    ...{ width: 4, height: 3, durationMs: 0, thumbhash: new Uint8Array(), place: null },
    ...{ camera: null, author, content },
    renditions: { thumbnail: null, preview: null, original: null, motion: null },
    film: null,
  }
}

/** Every item of an album as this device shows it, with its caption. */
export function itemsOf(device: SimulatedReplica, album: DocId): Record<ItemId, string> {
  const document = device.replica().documents.read(album)
  return Object.fromEntries(
    albumItemIds(document)
      .sort()
      .map((id) => [id, readAlbumItem(document, album, id)?.caption ?? 'malformed']),
  )
}

/** Waits for a condition; fails with the sentence. */
export async function until(
  sentence: string,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const endMs = Date.now() + patienceMs
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`never: ${sentence}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
