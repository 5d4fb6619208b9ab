/** A family of real devices on a real relay process, with some history, for others to attack. */
import { changeCaption, changeToNewAlbum } from '#lib/albums/album-document.ts'
import { publicKeyOfSeed } from '#lib/base/ed25519.ts'
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import { randomId, type DeviceId, type DocId } from '#lib/base/ids.ts'
import { changeToListAlbum } from '#lib/groups/group-document.ts'
import { groupDocId } from '#lib/crypto/derive.ts'
import { openRelayLink } from '#lib/sync/relay-link.ts'
import {
  addItem,
  itemsOf,
  simulateFamily,
  until,
  type Family,
  type SimulatedReplica,
} from './simulated-replicas.ts'
import type { RunningRelay } from './start-relay.ts'

export interface AttackedFamily extends Family {
  readonly secondAlbum: DocId
  readonly ana: SimulatedReplica
  readonly sam: SimulatedReplica
  readonly luis: SimulatedReplica
}

/** What somebody may speak with: a device's key, and the number of their last entry. */
export interface Voice {
  readonly id: DeviceId
  readonly seed: Bytes
  seq: number
}

/** Ana, Sam and Luis, two albums, items and captions by each of them, and everything known everywhere. */
export async function startAttackedFamily(relay: RunningRelay): Promise<AttackedFamily> {
  const family = await simulateFamily({ openLink: openRelayLink, fetch }, 3, relay.origin)
  const [ana, sam, luis] = family.devices
  if (ana === undefined || sam === undefined || luis === undefined) throw new Error('three joined')
  const secondAlbum = randomId('DocId')
  await ana.replica().change(secondAlbum, changeToNewAlbum('Second album'))
  await ana.replica().change(groupDocId(family.group), changeToListAlbum(secondAlbum, 2))
  await settled(family.devices)
  for (const device of family.devices) {
    for (const album of [family.album, secondAlbum]) {
      const item = await addItem(device, album)
      if (item === null) throw new Error('items are added')
      await device.replica().change(album, changeCaption(item, `by ${device.name}`))
    }
  }
  await settled(family.devices)
  return { ...family, secondAlbum, ana, sam, luis }
}

/** Waits until all of them have sent everything and hold the same entries and documents. */
export async function settled(devices: readonly SimulatedReplica[]): Promise<void> {
  await until('everything has arrived everywhere', async () => {
    for (const device of devices) if ((await device.store().entries.outboxCount()) > 0) return false
    const held = devices.map(
      (device) => new Set([...device.replica().log.records()].map((r) => r.id)),
    )
    const known = new Set(held.flatMap((ids) => [...ids]))
    if (!held.every((ids) => ids.size === known.size)) return false
    return new Set(devices.map((device) => documentHeads(device))).size === 1
  })
}

/**
 * Waits until the newest key leads to all others and nobody is busy making another: two devices that make one at once
 * mend that some time later (sync/duties.ts), and until then there is a newer key to come.
 */
export async function keysSettled(devices: readonly SimulatedReplica[]): Promise<void> {
  await until('one key leads to all others', async () => {
    if (!devices.every(hasOneNewestKey)) return false
    // Whatever was being written before this turn is written after it.
    for (const device of devices) await device.replica().operate(() => Promise.resolve(null))
    const newest = new Set(devices.map((device) => device.replica().state()?.cleanEpoch))
    return newest.size === 1 && devices.every(hasOneNewestKey)
  })
  await settled(devices)
}

function hasOneNewestKey(device: SimulatedReplica): boolean {
  const state = device.replica().state()
  const within = new Set([state?.cleanEpoch ?? null])
  for (const key of within)
    for (const older of (key === null ? undefined : state?.epochs.get(key))?.previous.keys() ?? [])
      within.add(older)
  return [...(state?.epochs.keys() ?? [])].every((key) => within.has(key))
}

function documentHeads(device: SimulatedReplica): string {
  const { documents, log } = device.replica()
  const docs = new Set([...log.records()].flatMap(({ doc }) => doc ?? []))
  return [...docs]
    .sort()
    .flatMap((doc) => [...documents.heads(doc)].sort())
    .join()
}

/** All that a device shows and believes: members, albums, items and captions. */
export function shownBy(device: SimulatedReplica, family: AttackedFamily): unknown {
  const state = device.replica().state()
  return {
    members: [...(state?.members ?? [])]
      .map(([id, { role, devices }]) => [id, role, devices])
      .sort(),
    invitations: [...(state?.invitations.values() ?? [])].filter(({ open }) => open).length,
    relays: [...(state?.relays.keys() ?? [])],
    epoch: state?.cleanEpoch,
    group: device.replica().documents.read(groupDocId(family.group)),
    albums: [family.album, family.secondAlbum].map((album) => itemsOf(device, album)),
  }
}

/** The voice of that device, as whoever stole its keys has it. */
export function voiceOf(device: SimulatedReplica): Voice {
  const seed = device.replica().secrets().device?.signSeed
  if (seed === undefined) throw new Error(`${device.name} is a member`)
  const id = toHex(publicKeyOfSeed(seed)) as DeviceId
  return { id, seed, seq: device.replica().log.graph.authors().get(id) ?? 0 }
}
