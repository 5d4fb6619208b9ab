import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DocId, GroupId } from '#lib/base/ids.ts'
import { createLibrary } from '#lib/engine/create-library.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createBinStage, itemOf } from '#tests/support/bin-stage.ts'
import { eventually, type SimulatedDevice } from '#tests/support/simulated-device.ts'
import { cardIn } from '#tests/support/simulated-group.ts'

const stage = createBinStage()
const { add, albumsOn, allSent, atTheSameTime, binHolds, binOn, newAlbum, shows, tilesOn } = stage
let group: GroupId
let album: DocId
let ana: SimulatedDevice
let sam: SimulatedDevice

beforeEach(async () => {
  ;({ group, album, ana, sam } = await stage.start())
})
afterEach(stage.end)

test('Sam moves a photo of Ana’s to another album, and it is in that one alone, on both phones', async () => {
  await add(ana, 'a', 'b')
  const [tile] = await shows(sam, 2)
  const lake = await newAlbum(sam, 'Lake')
  const moved = await sam.engine.moveToAlbum({ group, items: [tile!.item], album: lake })
  expect(moved).toEqual({ ok: true, value: { from: [{ item: tile!.item, album }] } })
  const [there] = await shows(ana, 1, lake)
  expect(there?.item).toBe(tile!.item)
  await shows(ana, 1, album)
  await shows(ana, 2)
  await ana.engine.setCaption({ group, item: tile!.item, caption: 'Before the rain' })
  await eventually('Sam reads what Ana says of it', async () =>
    (await tilesOn(sam, lake)).some(({ caption }) => caption === 'Before the rain'),
  )
})

test('a photo that Ana and Sam move to two albums at once is in one of them, the same on both phones', async () => {
  await add(ana, 'a')
  const item = itemOf(await shows(sam, 1))
  const [lake, cats] = [await newAlbum(ana, 'Lake'), await newAlbum(ana, 'Cats')]
  await eventually('Sam has both', async () => 'Cats' in (await albumsOn(sam)))
  await atTheSameTime(async () => {
    await ana.engine.moveToAlbum({ group, items: [item], album: lake })
    await sam.engine.moveToAlbum({ group, items: [item], album: cats })
  })
  await eventually('both show the same', async () => {
    const [first, second] = [await albumsOn(ana), await albumsOn(sam)]
    const isOne = (first['Lake'] ?? 0) + (first['Cats'] ?? 0) === 1
    return isOne && JSON.stringify(first) === JSON.stringify(second)
  })
})

test('a copy shows in both albums, and once where all photos are', async () => {
  await add(ana, 'a')
  const item = itemOf(await shows(ana, 1))
  const best = await newAlbum(ana, 'Best')
  const copied = await ana.engine.copyToAlbum({ group, items: [item], album: best })
  expect(copied).toMatchObject({ ok: true, value: { copies: [expect.any(String)] } })
  expect(await ana.engine.copyToAlbum({ group, items: [item], album: best })).toMatchObject({
    value: { copies: [] },
  })
  await shows(sam, 1, best)
  await shows(sam, 1, album)
  await shows(sam, 1)

  await ana.engine.setBinned({ group, items: [item], binned: true })
  await ana.engine.emptyBin({ group })
  await binHolds(sam, 0)
  const [left] = await shows(sam, 1)
  expect(await sam.engine.openMedia({ group, blob: left!.original! })).not.toBeNull()
})

test('a photo moved to where a copy of it is, and back again, leaves the copy where it was', async () => {
  await add(ana, 'a')
  const item = itemOf(await shows(ana, 1))
  const lake = await newAlbum(ana, 'Lake')
  await ana.engine.copyToAlbum({ group, items: [item], album: lake })
  const moved = await ana.engine.moveToAlbum({ group, items: [item], album: lake })
  if (!moved.ok) throw new Error(moved.error.kind)
  const { from } = moved.value
  expect(from).toEqual([{ item, album }])
  await shows(sam, 0, album)
  expect(await ana.engine.moveBack({ group, from })).toEqual({ ok: true, value: null })
  for (const device of [ana, sam]) {
    expect((await shows(device, 1, album))[0]?.item).toBe(item)
    await shows(device, 1, lake)
  }
})

test('what is deleted for good has no part in what becomes of the same photo, added again', async () => {
  for (let round = 0; round < 3; round++) {
    await add(ana, 'a')
    const [tile] = await shows(ana, 1)
    await allSent(ana)
    await ana.engine.setBinned({ group, items: [tile!.item], binned: true })
    expect((await binOn(ana)).photos).toMatchObject([{ item: tile!.item }])
    await ana.engine.setBinned({ group, items: [tile!.item], binned: false })
    expect(itemOf(await shows(ana, 1))).toBe(tile!.item)
    expect(await ana.engine.openMedia({ group, blob: tile!.original! })).not.toBeNull()
    await ana.engine.setBinned({ group, items: [tile!.item], binned: true })
    await ana.engine.emptyBin({ group })
    await shows(ana, 0)
  }
})

test('an album by hand is in the order that Ana gave it, on both phones, with the cover that Sam chose', async () => {
  await add(ana, 'a', 'b', 'c')
  const tiles = await shows(ana, 3, album)
  const last = itemOf(tiles, 2)
  await ana.engine.placeInAlbum({ group, album, items: [last], before: null })
  await eventually('Sam has it by hand', async () => {
    const card = (await cardIn(sam, group))?.albums.find(({ id }) => id === album)
    return card?.order === 'hand'
  })
  await sam.engine.setAlbumCover({ group, album, item: last })
  for (const device of [ana, sam]) {
    const library = createLibrary(createDeviceStore(device.disk.mount()), {
      isOffline: () => false,
    })
    await eventually('the order by hand shows', async () => {
      const shown = await library.timeline({ groups: [group], album, order: 'hand' })
      const inOrder = await library.tiles(shown, 0, shown.count)
      return inOrder.at(-1)?.item === last && (await library.indexOf(shown, group, last)) === 2
    })
    await eventually('the cover is the chosen one', async () => {
      const card = (await cardIn(device, group))?.albums.find(({ id }) => id === album)
      return card?.coverItem === last && card.cover === tiles[2]!.thumbnail
    })
  }
})

test('an album goes into the bin with all its photos, and comes back with them', async () => {
  await add(ana, 'a', 'b')
  await shows(sam, 2)
  await sam.engine.setAlbumBinned({ group, album, binned: true })
  await shows(ana, 0)
  const { photos, albums } = await binOn(ana)
  expect(photos).toEqual([])
  expect(albums).toMatchObject([{ album, count: 2, byName: 'Sam', daysLeft: 30, mayEmpty: true }])
  expect((await binOn(sam)).albums).toMatchObject([{ mayEmpty: false }])
  expect(await sam.engine.emptyBin({ group })).toEqual({ ok: true, value: { deleted: 0, left: 1 } })
  await ana.engine.setAlbumBinned({ group, album, binned: false })
  await shows(sam, 2)
})

test('Sam empties the bin of what he added, and only Ana, who looks after the group, of the rest', async () => {
  await add(ana, 'a')
  await add(sam, 'b')
  const tiles = await shows(sam, 2)
  await allSent(ana)
  await allSent(sam)
  await sam.engine.setBinned({ group, items: tiles.map(({ item }) => item), binned: true })
  await binHolds(ana, 2)
  const emptied = await sam.engine.emptyBin({ group })
  expect(emptied).toEqual({ ok: true, value: { deleted: 1, left: 1 } })
  const { photos } = await binHolds(ana, 1)
  expect(photos).toMatchObject([{ authorName: 'Ana', byName: 'Sam', mayEmpty: true }])
  await ana.engine.emptyBin({ group })
  await binHolds(sam, 0)
})

test('what Ana takes out of the bin while Sam empties it stays, with its picture', async () => {
  await add(sam, 'a')
  const [tile] = await shows(ana, 1)
  await allSent(sam)
  await sam.engine.setBinned({ group, items: [tile!.item], binned: true })
  await binHolds(ana, 1)
  await atTheSameTime(async () => {
    await sam.engine.emptyBin({ group })
    await ana.engine.setBinned({ group, items: [tile!.item], binned: false })
  })
  for (const device of [ana, sam]) {
    await shows(device, 1)
    await eventually('the picture is there', async () => {
      const picture = await device.engine.openMedia({ group, blob: tile!.original! })
      return picture !== null
    })
  }
})

test('what Sam says of a photo in the bin is there when Ana takes it out', async () => {
  await add(ana, 'a')
  const item = itemOf(await shows(sam, 1))
  await atTheSameTime(async () => {
    await ana.engine.setBinned({ group, items: [item], binned: true })
    await sam.engine.setCaption({ group, item, caption: 'Do keep this' })
  })
  await binHolds(sam, 1)
  await ana.engine.setBinned({ group, items: [item], binned: false })
  for (const device of [ana, sam])
    await eventually('it is there with what Sam said', async () =>
      (await tilesOn(device)).some(({ caption }) => caption === 'Do keep this'),
    )
})
