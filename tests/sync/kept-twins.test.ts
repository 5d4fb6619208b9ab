/** A photo that is there already is dropped only where its file is kept: an item may show whose file never arrived. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sealedSize } from '#lib/crypto/blob-format.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import {
  eventually,
  simulatedPhoto,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import {
  cardIn,
  createSignal,
  startFamily,
  type SimulatedGroup,
} from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

const originalBytes = 5000
const lake = () => ({ file: simulatedPhoto('lake', originalBytes) })
const signal = createSignal()

let relay: RunningRelay
let family: SimulatedGroup
let isOnline = true
const devices: SimulatedDevice[] = []

beforeEach(async () => {
  isOnline = true
  signal.find()
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  const line: typeof fetch = (...request) =>
    isOnline ? fetch(...request) : Promise.reject(new TypeError('no signal'))
  family = await startFamily(relay, { openLink: signal.openLink, fetch: line })
  devices.push(family.ana)
})
afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  await relay.dispose()
})

/** Adds a file, and answers what was told of it. */
async function add({ engine }: SimulatedDevice): Promise<string> {
  const told: string[] = []
  await engine.subscribe((event) => {
    if (event.kind === 'import') told.push(event.notice.outcome.kind)
  })
  await engine.addPhotos({ group: family.group, album: family.album, files: [lake()] })
  await eventually('it is told', () => Promise.resolve(told.length > 0))
  return told[0] ?? ''
}

const showsPhoto = async (device: SimulatedDevice) =>
  ((await cardIn(device, family.group))?.albums[0]?.count ?? 0) > 0

const waiting = async ({ engine }: SimulatedDevice) => (await engine.overview()).safety.waiting

/** How many originals the place has. */
function originalsThere(): number {
  const folder = join(relay.dataDir, 'groups', family.group, 'blobs')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const sizes = names.map((name) => statSync(join(folder, name)).size)
  return sizes.filter((size) => size === sealedSize(originalBytes)).length
}

/** Sam, whose line lets no original through. */
async function samWithoutOriginals(): Promise<SimulatedDevice> {
  const cut: typeof fetch = (input, init) =>
    init?.method === 'PUT' && init.body instanceof Blob && init.body.size > 500
      ? Promise.reject(new TypeError('cut'))
      : fetch(input, init)
  const sam = await family.join('Sam', {}, { fetch: cut })
  devices.push(sam)
  await sam.engine.addPhotos({ group: family.group, album: family.album, files: [lake()] })
  await eventually('Ana sees it', () => showsPhoto(family.ana))
  return sam
}

test('Sam’s photo shows and its original never arrived: Ana’s file of it is kept, and sent', async () => {
  const { ana } = family
  await samWithoutOriginals()
  expect(await add(ana)).toBe('added')
  await eventually('all of hers is sent', async () => (await waiting(ana)) === 0)
  expect(originalsThere()).toBe(1)
  expect(await add(ana)).toBe('duplicate')
})

test('Sam’s photo is at the place: Ana’s file of it is dropped where she can ask, and kept where not', async () => {
  const { ana } = family
  const sam = await family.join('Sam')
  devices.push(sam)
  await sam.engine.addPhotos({ group: family.group, album: family.album, files: [lake()] })
  await eventually('all of his is sent', async () => (await waiting(sam)) === 0)
  await eventually('Ana sees it', () => showsPhoto(ana))
  expect(await add(ana)).toBe('duplicate')
  isOnline = false
  signal.lose()
  expect(await add(ana)).toBe('added')
  isOnline = true
  signal.find()
  await eventually('it is sent when there is signal', async () => {
    ana.engine.signalIsBack()
    return (await waiting(ana)) === 0
  })
  expect(originalsThere()).toBe(2)
})

test('Sam’s photo shows and its original never arrived: Ana copies hers from another group all the same', async () => {
  const { ana, group, album } = family
  await samWithoutOriginals()
  const place = { address: relay.origin, hostingCode: null }
  const started = await ana.engine.startGroup({ groupName: 'Club', memberName: 'Ana', ...place })
  if (!started.ok) throw new Error(started.error.kind)
  const club = started.value
  await ana.engine.addPhotos({ ...club, files: [lake()] })
  const item = await eventually('hers is added', async () => {
    const { index } = await createDeviceStore(ana.disk.mount()).openGroup(club.group)
    const [row] = await index.rows([...((await index.head())?.slots ?? [])])
    return row?.item
  })
  const wish = { group: club.group, items: [item], to: { group, album } }
  expect(await ana.engine.copyItems(wish)).toMatchObject({ value: { copied: 1, duplicates: 0 } })
  await eventually('it is sent', async () => (await waiting(ana)) === 0)
  expect(originalsThere()).toBe(1)
  expect(await ana.engine.copyItems(wish)).toMatchObject({ value: { copied: 0, duplicates: 1 } })
})
