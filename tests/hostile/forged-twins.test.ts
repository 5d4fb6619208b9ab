/** Sam is a member and adds what names the content of Ana’s photo, her as its author, and the lowest of ids. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeToAddItems, readAlbumItem } from '#lib/albums/album-document.ts'
import { encodeItemCore, type ItemCore } from '#lib/albums/item-core.ts'
import { createItemId } from '#lib/base/item-id.ts'
import type { DocId, ItemId } from '#lib/base/ids.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { encodeBundle } from '#lib/sync/bundle.ts'
import type { Edit } from '#lib/sync/documents.ts'
import { takeOver, type HostileVoice } from '#tests/support/hostile-voice.ts'
import {
  eventually,
  prepareAutomerge,
  simulatedPhoto,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { cardIn, startFamily, type SimulatedGroup } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay
let family: SimulatedGroup
let luis: SimulatedDevice
let sam: HostileVoice
let other: DocId
let item: ItemId
let core: ItemCore

beforeAll(async () => {
  await prepareAutomerge()
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  family = await startFamily(relay)
  const { ana, group, album } = family
  luis = await family.join('Luis')
  const app = await family.join('Sam')
  await ana.engine.addPhotos({ group, album, files: [{ file: simulatedPhoto('lake') }] })
  const made = await ana.engine.createAlbum({ group, title: 'Lake' })
  if (!made.ok) throw new Error(made.error.kind)
  other = made.value.album
  for (const device of [app, luis])
    await eventually('it shows, and so does the other album', async () => {
      const [photos, albums] = [await shownOn(device), (await cardIn(device, group))?.albums]
      return photos.length === 1 && albums?.length === 2
    })
  sam = await takeOver(app, { group, origin: relay.origin })
  const [found] = Object.keys(sam.replica.documents.read(album)?.['items'] ?? {})
  item = found as ItemId
  const read = readAlbumItem(sam.replica.documents.read(album), album, item)
  if (read === null) throw new Error('Ana added a photo')
  core = read.core
})
afterAll(async () => {
  await sam.close()
  await family.ana.close()
  await luis.close()
  await relay.dispose()
})

/** What shows on a device: by its album, and whether all albums together leave it out. */
async function shownOn(device: SimulatedDevice) {
  const { index } = await createDeviceStore(device.disk.mount()).openGroup(family.group)
  const rows = await index.rows([...((await index.head())?.slots ?? [])])
  return rows.filter((row) => row !== null)
}

async function forge(album: DocId): Promise<ItemId> {
  const id = createItemId({ device: sam.id, doc: album }, (length) => new Uint8Array(length))
  const renditions = { ...core.renditions, thumbnail: null, preview: null }
  const forged = encodeItemCore({ ...core, kind: 'file', name: 'Sam’s', renditions })
  const edit: Edit = changeToAddItems([{ id, core: forged }])
  await sam.send('bundle', album, encodeBundle([sam.changeOf(album, edit)]))
  await eventually('Luis has it', async () => (await shownOn(luis)).some((row) => row.item === id))
  return id
}

test('Ana’s photo goes on showing, in its album and among all, and stays when the other is binned', async () => {
  const { group, ana } = family
  const [beside, elsewhere] = [await forge(family.album), await forge(other)]
  expect(beside < item && elsewhere < item).toBe(true)
  const rows = await shownOn(luis)
  expect(rows.map((row) => row.item).sort()).toEqual([beside, elsewhere, item].sort())
  expect(rows.find((row) => row.item === item)).toMatchObject({ isCopy: false, kind: 'photo' })

  const bin = await luis.engine.setBinned({ group, items: [beside, elsewhere], binned: true })
  expect(bin.ok).toBe(true)
  for (const device of [luis, ana])
    await eventually('Ana’s photo alone is left', async () => {
      const left = (await shownOn(device)).map((row) => row.item)
      return left.length === 1 && left[0] === item
    })
})

test('a copy of it stands for it where all albums are shown together, as ever', async () => {
  const { group } = family
  const copied = await luis.engine.copyToAlbum({ group, items: [item], album: other })
  expect(copied.ok && copied.value.copies).toHaveLength(1)
  const rows = await eventually('both show', async () => {
    const found = await shownOn(luis)
    return found.length === 2 ? found : null
  })
  expect(rows.map(({ isCopy }) => isCopy).sort()).toEqual([false, true])
  const again = await luis.engine.copyToAlbum({ group, items: [item], album: other })
  expect(again.ok && again.value.copies).toEqual([])
})
