/** Ana makes a new group out of the family's, without Sam: what everybody sees, and what a kill in the middle does. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { GroupId } from '#lib/base/ids.ts'
import { createLibrary } from '#lib/engine/create-library.ts'
import type { Library } from '#lib/engine/library.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import {
  eventually,
  simulatedPhoto,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import {
  cardIn,
  memberNamed,
  peopleOf,
  startFamily,
  type SimulatedGroup,
} from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay
let family: SimulatedGroup
let old: GroupId
let ana: SimulatedDevice
let luis: SimulatedDevice
let sam: SimulatedDevice
const devices: SimulatedDevice[] = []

beforeEach(async () => {
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  family = await startFamily(relay)
  ;({ group: old, ana } = family)
  devices.push(ana)
  luis = await family.join('Luis')
  sam = await family.join('Sam')
  devices.push(luis, sam)
})

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  await relay.dispose()
})

async function addPhotos(device: SimulatedDevice, names: readonly string[]) {
  const files = names.map((name) => ({ file: simulatedPhoto(name, 5000) }))
  await device.engine.addPhotos({ group: old, album: family.album, files })
}

async function countOn(device: SimulatedDevice, group: GroupId): Promise<number> {
  return (await cardIn(device, group))?.albums[0]?.count ?? 0
}

function libraryOf(device: SimulatedDevice): Library {
  return createLibrary(createDeviceStore(device.disk.mount()), { isOffline: () => false })
}

/** What one sees of the photos of a group: who took each, its caption, and whether its original opens. */
async function photosOn(device: SimulatedDevice, group: GroupId) {
  const library = libraryOf(device)
  const timeline = await library.timeline({ groups: [group] })
  const tiles = await library.tiles(timeline, 0, timeline.count)
  const seen = await Promise.all(
    tiles.map(async (tile) => {
      if (tile === null) return null
      const details = await device.engine.details({ group, item: tile.item })
      const opened =
        tile.original && (await device.engine.openMedia({ group, blob: tile.original }))
      const { name = '', author = '', caption = '' } = details ?? {}
      return { name, author, caption, bytes: opened?.size ?? 0 }
    }),
  )
  return seen.filter((one) => one !== null).sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function forkWithoutSam(): Promise<GroupId> {
  const forked = await ana.engine.forkGroup({
    ...{ group: old, name: 'Family again', people: [await memberNamed(ana, old, 'Luis')] },
    ...{ address: relay.origin, hostingCode: null },
  })
  if (!forked.ok) throw new Error(forked.error.kind)
  return forked.value.group
}

async function allThrough(): Promise<void> {
  await eventually('everything is copied', async () => {
    const { underWay } = await ana.engine.forks()
    return underWay.length === 0 && (await ana.engine.overview()).safety.waiting === 0
  })
}

/** Two photos by Ana, one by Luis with a caption, two by Sam, one of them in the bin. */
async function fillAlbum(): Promise<void> {
  await addPhotos(ana, ['a1', 'a2'])
  await addPhotos(luis, ['b1'])
  await addPhotos(sam, ['c1', 'c2', 'c3'])
  for (const device of [ana, luis, sam]) {
    await eventually('everybody sees all', async () => (await countOn(device, old)) === 6)
    await eventually('all is sent', async () => {
      return (await device.engine.overview()).safety.waiting === 0
    })
  }
  const item = async (name: string) => {
    const timeline = await libraryOf(sam).timeline({ groups: [old] })
    const tiles = await libraryOf(sam).tiles(timeline, 0, timeline.count)
    return tiles.find((tile) => tile?.name === `${name}.jpg`)?.item ?? expect.fail(name)
  }
  const captioned = { group: old, item: await item('b1'), caption: 'The old boat' }
  // Somebody may just be making the group's next key, after the last one-use link.
  await eventually('Sam writes it', async () => (await sam.engine.setCaption(captioned)).ok)
  const binned = { group: old, items: [await item('c3')], binned: true }
  await eventually('Sam bins it', async () => (await sam.engine.setBinned(binned)).ok)
  await eventually('Ana has seen both', async () => {
    const details = await ana.engine.details({ group: old, item: captioned.item })
    return (await countOn(ana, old)) === 5 && details?.caption === captioned.caption
  })
}

const whole = [
  { name: 'a1.jpg', author: 'Ana', caption: '', bytes: 5000 },
  { name: 'a2.jpg', author: 'Ana', caption: '', bytes: 5000 },
  { name: 'b1.jpg', author: 'Luis', caption: 'The old boat', bytes: 5000 },
  { name: 'c1.jpg', author: 'Sam', caption: '', bytes: 5000 },
  { name: 'c2.jpg', author: 'Sam', caption: '', bytes: 5000 },
]

test('Ana makes a new group without Sam: Luis joins by one tap and finds every photo, caption and name', async () => {
  await fillAlbum()
  const group = await forkWithoutSam()
  expect((await cardIn(ana, old))?.continuedIn).toBe(group)
  const offer = await eventually('Luis is told', async () => (await luis.engine.forks()).offers[0])
  expect(offer).toMatchObject({ from: old, group, name: 'Family again', by: 'Ana', isMine: false })
  expect(await luis.engine.joinFork({ from: old, group })).toEqual({ ok: true, value: { group } })
  expect((await luis.engine.forks()).offers).toEqual([])
  await eventually('Luis sees all', async () => (await countOn(luis, group)) === 5)
  await allThrough()
  expect(await photosOn(luis, group)).toEqual(whole)
  expect((await ana.engine.forks()).offers).toEqual([])
  const { members = [] } = (await cardIn(luis, group)) ?? {}
  expect(members.map(({ name, role }) => `${name} ${role}`).sort()).toEqual([
    'Ana owner',
    'Luis contributor',
  ])

  expect((await sam.engine.forks()).offers).toEqual([])
  expect((await sam.engine.overview()).groups.map(({ id }) => id)).toEqual([old])
  expect(await sam.engine.joinFork({ from: old, group })).toMatchObject({ ok: false })
  expect((await photosOn(sam, old)).map(({ name }) => name)).toHaveLength(5)
})

test('Ana’s phone dies again and again while it copies: each time it goes on, and nothing is there twice', async () => {
  await fillAlbum()
  const group = await forkWithoutSam()
  for (const afterMs of [0, 60, 200, 400]) {
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    await ana.crash()
    expect((await cardIn(ana, old))?.continuedIn).toBe(group)
  }
  await allThrough()
  expect(await photosOn(ana, group)).toEqual(whole)
  expect((await peopleOf(ana, group)).invitations).toHaveLength(1)
  const offer = await eventually('Luis is told', async () => (await luis.engine.forks()).offers[0])
  expect((await luis.engine.joinFork(offer)).ok).toBe(true)
  await eventually('Luis sees all', async () => (await countOn(luis, group)) === 5)
  expect(await photosOn(luis, group)).toEqual(whole)
  const wish = { group: old, name: 'Once more', people: [], address: relay.origin }
  expect(await ana.engine.forkGroup({ ...wish, hostingCode: null })).toEqual({
    ok: true,
    value: { group },
  })
})

test('a photo whose file is still on Marta’s phone alone comes along when it has arrived', async () => {
  let isBlocked = true
  const marta = await family.join(
    'Marta',
    {},
    {
      fetch: (input, init) =>
        isBlocked && init?.method === 'PUT'
          ? Promise.reject(new TypeError('no signal'))
          : fetch(input, init),
    },
  )
  devices.push(marta)
  await addPhotos(marta, ['m1'])
  await addPhotos(ana, ['a1'])
  await eventually('Ana sees both', async () => (await countOn(ana, old)) === 2)
  const group = await forkWithoutSam()
  await eventually('only Marta’s photo is missing', async () => {
    return (await ana.engine.overview()).safety.waiting === 1
  })
  isBlocked = false
  marta.engine.signalIsBack()
  await allThrough()
  expect((await photosOn(ana, group)).map(({ author, bytes }) => [author, bytes])).toEqual([
    ['Ana', 5000],
    ['Marta', 5000],
  ])
})

test('the old group stays as it is, and leaves this phone only when nothing of it is wanted any more', async () => {
  await fillAlbum()
  const [before, group] = [await photosOn(sam, old), await forkWithoutSam()]
  await ana.engine.forgetGroup(old)
  expect((await cardIn(ana, old))?.standing).toBe('joined')
  await allThrough()
  await ana.engine.forgetGroup(old)
  expect((await ana.engine.overview()).groups.map(({ id }) => id)).toEqual([group])
  expect(await photosOn(ana, group)).toEqual(whole)
  expect(await photosOn(sam, old)).toEqual(before)
  expect((await peopleOf(sam, old)).members.map(({ name }) => name)).toContain('Ana')
})

test('without signal nothing is made, and nothing is left of the attempt', async () => {
  await relay.kill('SIGTERM')
  const forked = await ana.engine.forkGroup({
    ...{ group: old, name: 'Family again', people: [] },
    ...{ address: relay.origin, hostingCode: null },
  })
  expect(forked).toMatchObject({ ok: false, error: { kind: 'unreachable' } })
  expect((await ana.engine.overview()).groups.map(({ id }) => id)).toEqual([old])
  expect((await cardIn(ana, old))?.continuedIn).toBeNull()
})
