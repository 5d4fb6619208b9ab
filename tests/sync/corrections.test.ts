/** When and where a photo was taken, as members say; and copies of photos in another group. */
import { afterEach, describe, expect, test } from 'vitest'
import type { DocId, GroupId, ItemId } from '#lib/base/ids.ts'
import { createLibrary } from '#lib/engine/create-library.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createSignal, startFamily } from '#tests/support/simulated-group.ts'
import {
  eventually,
  simulatedPhoto,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay | null = null
const devices: SimulatedDevice[] = []

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  await relay?.dispose()
})

const lake = { latitudeE7: 432_617_230, longitudeE7: -29_253_110 }
const summer = { takenMs: Date.UTC(1987, 6, 14, 12), offsetMinutes: 120 }

/** Adds photos and answers with their ids, newest first. */
async function addPhotos(
  device: SimulatedDevice,
  place: { readonly group: GroupId; readonly album: DocId },
  names: readonly string[],
): Promise<ItemId[]> {
  const files = names.map((name) => ({ file: simulatedPhoto(name) }))
  await device.engine.addPhotos({ ...place, files })
  return eventually('the photos show', async () => {
    const items = await shownOn(device, place)
    return items.length === names.length ? items : null
  })
}

async function shownOn(
  device: SimulatedDevice,
  { group, album }: { readonly group: GroupId; readonly album: DocId },
): Promise<ItemId[]> {
  const store = createDeviceStore(device.disk.mount())
  const library = createLibrary(store, { isOffline: () => false })
  const timeline = await library.timeline({ groups: [group], album })
  const tiles = await library.tiles(timeline, 0, timeline.count)
  return tiles.flatMap((tile) => (tile === null ? [] : [tile.item]))
}

test('Ana and Sam correct two photos without signal; both see them there and then, and in that order', async () => {
  relay = await startRelay()
  const anaSignal = createSignal()
  const samSignal = createSignal()
  const family = await startFamily(relay, { openLink: anaSignal.openLink })
  const { ana, group, album } = family
  devices.push(ana)
  const sam = await family.join('Sam', {}, { openLink: samSignal.openLink })
  devices.push(sam)
  const [newest, oldest] = await addPhotos(ana, { group, album }, ['one', 'two'])
  if (newest === undefined || oldest === undefined) throw new Error('two photos')
  await eventually('Sam sees them', async () => {
    return (await shownOn(sam, { group, album })).length === 2
  })

  anaSignal.lose()
  samSignal.lose()
  const corrections = [{ item: newest, ...summer }]
  expect(await ana.engine.setTaken({ group, items: corrections })).toMatchObject({ ok: true })
  const items = [newest, oldest]
  expect(await sam.engine.setPlace({ group, items, place: lake })).toMatchObject({ ok: true })
  expect(await sam.engine.setPlace({ group, items: [oldest], place: null })).toMatchObject({
    ok: true,
  })
  anaSignal.find()
  samSignal.find()

  for (const device of [ana, sam]) {
    await eventually('both corrections are there', async () => {
      const details = await device.engine.details({ group, item: newest })
      return details?.place?.latitudeE7 === lake.latitudeE7 && details.takenMs === summer.takenMs
    })
    expect(await device.engine.details({ group, item: newest })).toMatchObject(summer)
    expect(await device.engine.details({ group, item: oldest })).toMatchObject({ place: null })
    await eventually('the corrected one is the oldest now', async () => {
      return (await shownOn(device, { group, album })).join() === [oldest, newest].join()
    })
  }
})

describe('photos of the family in the Cat Club', () => {
  test('are copied with all that was said of them, once, and reach the others there', async () => {
    relay = await startRelay({ MANTEL_HOSTING: 'open' })
    const { ana, group, album } = await startFamily(relay)
    devices.push(ana)
    const club = await ana.engine.startGroup({
      ...{ groupName: 'Cat Club', memberName: 'Ana Rivera', address: relay.origin },
      hostingCode: null,
    })
    if (!club.ok) throw new Error(club.error.kind)
    const items = await addPhotos(ana, { group, album }, ['cat', 'dog'])
    const [item] = items
    if (item === undefined) throw new Error('a photo')
    await ana.engine.setCaption({ group, item, caption: 'Minka' })
    await ana.engine.setTaken({ group, items: [{ item, ...summer }] })
    await ana.engine.setPlace({ group, items: [item], place: lake })

    const copy = () => ana.engine.copyItems({ group, items, to: club.value })
    expect(await copy()).toEqual({ ok: true, value: { copied: 2, duplicates: 0, missing: 0 } })
    expect(await copy()).toEqual({ ok: true, value: { copied: 0, duplicates: 2, missing: 0 } })
    const copies = await eventually('both show there', async () => {
      const shown = await shownOn(ana, club.value)
      return shown.length === 2 ? shown : null
    })
    const details = await Promise.all(
      copies.map((id) => ana.engine.details({ group: club.value.group, item: id })),
    )
    expect(details.find((each) => each?.caption === 'Minka')).toMatchObject({
      ...summer,
      ...{ place: lake, author: 'Ana Rivera', from: { group: 'Family', by: 'Ana' } },
    })
    await eventually('the club has them too', async () => {
      return (await ana.engine.overview()).safety.waiting === 0
    })
  })
})
