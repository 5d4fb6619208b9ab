import { expect, test } from 'vitest'
import type { GroupId, ItemId } from '#lib/base/ids.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import {
  album,
  homeRelay,
  randomGroup,
  sampleId,
  sampleRow,
  sampleTransfer,
} from '#tests/support/stored-samples.ts'
import type { GroupCard } from './api.ts'
import { createLibrary } from './create-library.ts'
import { changeFavourites } from './favourites.ts'

const minuteMs = 60_000
const startMs = 1_700_000_000_000

test('Ana sees the photos of both groups by time, and each group or album alone', async () => {
  const { library, family, club } = await anaInTwoGroups()
  const all = await library.timeline({})
  expect([...all.takenMs].map((ms) => (ms - startMs) / minuteMs)).toEqual([5, 4, 3, 2, 1, 0])
  expect((await namesOf(library, all)).slice(0, 2)).toEqual(['IMG_5.jpg', 'IMG_4.jpg'])
  expect((await library.timeline({ groups: [club] })).count).toBe(3)
  const trip = await library.timeline({ groups: [family], album: sampleId('DocId', 7) })
  expect(await namesOf(library, trip)).toEqual(['IMG_2.jpg'])
})

test('an item is found where it is shown, also among photos of the same moment', async () => {
  const { library, device, family, club } = await anaInTwoGroups()
  const burst = [20, 21, 22, 23].map((n) => sampleRow(n, startMs + 2 * minuteMs))
  await (await device.openGroup(family)).index.apply({ put: burst, remove: [] })
  const all = await library.timeline({})
  const found = await Promise.all(burst.map(({ item }) => library.indexOf(all, family, item)))
  const tiles = await library.tiles(all, 0, all.count)
  expect(found.map((position) => tiles[position]?.item)).toEqual(burst.map(({ item }) => item))
  expect(await library.indexOf(all, club, sampleRow(20).item)).toBe(-1)
})

test('where all photos are together a copy does not show, and in its album it does', async () => {
  const { library, device, family } = await anaInTwoGroups()
  const copy = { ...sampleRow(8), isCopy: true, album: sampleId('DocId', 7) }
  await (await device.openGroup(family)).index.apply({ put: [copy], remove: [] })
  expect((await library.timeline({ groups: [family] })).count).toBe(3)
  const trip = await library.timeline({ groups: [family], album: sampleId('DocId', 7) })
  expect(await namesOf(library, trip)).toEqual(['IMG_8.jpg', 'IMG_2.jpg'])
})

test('an album shows oldest first, or as it was placed by hand', async () => {
  const { library, device, family } = await anaInTwoGroups()
  const ranked = [10, 11, 12].map((n) => ({ ...sampleRow(n), rank: n === 12 ? null : 50 - n }))
  await (await device.openGroup(family)).index.replaceAll(ranked)
  const oldest = await library.timeline({ groups: [family], album, order: 'oldest' })
  expect(await namesOf(library, oldest)).toEqual(['IMG_10.jpg', 'IMG_11.jpg', 'IMG_12.jpg'])
  const byHand = await library.timeline({ groups: [family], album, order: 'hand' })
  expect(await namesOf(library, byHand)).toEqual(['IMG_11.jpg', 'IMG_10.jpg', 'IMG_12.jpg'])
  expect(await library.indexOf(byHand, family, sampleRow(12).item)).toBe(2)
})

test('a tile whose photo went meanwhile is null, and names come from the cards', async () => {
  const { library, device, family } = await anaInTwoGroups()
  const all = await library.timeline({ groups: [family] })
  const gone: ItemId = sampleRow(2).item
  await (await device.openGroup(family)).index.apply({ put: [], remove: [gone] })
  const tiles = await library.tiles(all, 0, 99)
  expect(tiles.map((tile) => tile?.authorName)).toEqual(['Ana', undefined, 'Ana'])
})

test('photos whose storage is lost for a moment show, and a group that cannot be read hides no other', async () => {
  let failures = 0
  let failing = ''
  const disk = createMemoryDisk(({ step, place }) => {
    if (step !== 'read' || !place.includes(failing) || failures === 0) return
    failures--
    throw new StorageProblem('unavailable')
  })
  const { library, family } = await anaInTwoGroups(disk)
  failing = family
  failures = 1
  const all = await library.timeline({})
  expect(all.count).toBe(6)
  failures = 1
  expect((await library.tiles(all, 0, 6)).filter((tile) => tile !== null)).toHaveLength(6)
  failures = Infinity
  expect((await library.timeline({})).count).toBe(3)
})

test('the overview tells what waits, and is null on a new device', async () => {
  const { library, device, family } = await anaInTwoGroups()
  const { entries } = await device.openGroup(family)
  await entries.addTransfers(([1, 2] as const).map((rank) => sampleTransfer(homeRelay, 1, rank)))
  const overview = await library.overview()
  expect(overview?.groups.map((group) => group.name)).toEqual(['Family', 'Cat Club'])
  expect(overview?.safety).toMatchObject({ waiting: 1, offline: true, places: 1 })
  const fresh = createDeviceStore(createMemoryDisk().mount())
  expect(await createLibrary(fresh, { isOffline: () => false }).overview()).toBeNull()
})

type Library = ReturnType<typeof createLibrary>

async function namesOf(library: Library, timeline: Awaited<ReturnType<Library['timeline']>>) {
  return (await library.tiles(timeline, 0, timeline.count)).map((tile) => tile?.name)
}

async function anaInTwoGroups(disk = createMemoryDisk()) {
  const device = createDeviceStore(disk.mount())
  const [family, club] = [randomGroup(), randomGroup()]
  await device.putGroup({
    group: family,
    standing: 'joined',
    addedMs: 1,
    card: card(family, 'Family'),
  })
  await device.putGroup({
    group: club,
    standing: 'joined',
    addedMs: 2,
    card: card(club, 'Cat Club'),
  })
  const trip = { ...sampleRow(2), album: sampleId('DocId', 7) }
  const families = await device.openGroup(family)
  await families.index.replaceAll([sampleRow(0), trip, sampleRow(4)])
  await (await device.openGroup(club)).index.replaceAll([1, 3, 5].map((n) => sampleRow(n)))
  return { library: createLibrary(device, { isOffline: () => true }), device, family, club }
}

function card(id: GroupId, name: string): GroupCard {
  const author = sampleRow(0).author
  return {
    ...{
      id,
      name,
      standing: 'joined',
      me: author,
      role: 'owner',
      agreement: '',
      continuedIn: null,
      asks: [],
      inBin: 0,
      doubled: [],
    },
    members: [{ id: author, name: 'Ana', role: 'owner' }],
    albums: [
      {
        id: album,
        title: 'All',
        count: 3,
        cover: null,
        coverItem: null,
        order: 'newest',
        newestMs: startMs,
      },
    ],
    places: [{ name: 'home', address: 'https://home', state: 'connected', lastSeenMs: null }],
  }
}

test('Ana finds photos by caption, album, name, file and month in both groups, and what she holds dear', async () => {
  const { library, device, family } = await anaInTwoGroups()
  const found = async (text: string) => namesOf(library, await library.timeline({ text }))
  expect(await found('cafe')).toEqual(['IMG_5.jpg', 'IMG_3.jpg', 'IMG_1.jpg'])
  expect(await found('CAFÉ 3')).toEqual(['IMG_3.jpg'])
  expect(await found('november 2023 ana')).toHaveLength(6)
  expect(await found('giraffe')).toEqual([])
  const fresh = { ...sampleRow(6), caption: 'Giraffe' }
  const store = await device.openGroup(family)
  await store.index.apply({ put: [fresh], remove: [] })
  expect(await found('gir')).toEqual(['IMG_6.jpg'])
  await changeFavourites(store, [fresh.item, sampleRow(0).item], true)
  await changeFavourites(store, [sampleRow(0).item], false)
  const dear = await library.timeline({ favourites: true })
  expect(await namesOf(library, dear)).toEqual(['IMG_6.jpg'])
  expect((await library.tiles(dear, 0, 1))[0]?.isFavourite).toBe(true)
  // As a viewer does, which keeps its timeline while the person changes what it shows.
  await changeFavourites(store, [fresh.item], false)
  expect((await library.tiles(dear, 0, 1, 'renewed'))[0]?.isFavourite).toBe(false)
})
