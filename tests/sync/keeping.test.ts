/** What Sam and Ana keep on their phones: what they chose, as long as there is room, and always what is nowhere else. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BlobId } from '#lib/base/ids.ts'
import type { EngineParts } from '#lib/engine/engine-parts.ts'
import type { Tabs } from '#lib/engine/tabs.ts'
import { createLoneTab } from '#lib/engine/tabs.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk, type DiskStep } from '#lib/storage/memory-disk.ts'
import {
  eventually,
  simulatedPhoto,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { startFamily, type SimulatedGroup } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay
let family: SimulatedGroup
const others: SimulatedDevice[] = []

beforeEach(async () => {
  relay = await startRelay()
  family = await startFamily(relay)
})

afterEach(async () => {
  for (const device of [family.ana, ...others.splice(0)]) await device.close()
  await relay.dispose()
})

async function joining(
  name: string,
  parts: Partial<EngineParts> = {},
  disk = createMemoryDisk(),
): Promise<SimulatedDevice> {
  const device = await family.join(name, { disk }, parts)
  others.push(device)
  return device
}

async function add(
  device: SimulatedDevice,
  names: readonly string[],
  bytes?: number,
): Promise<void> {
  const { group, album } = family
  const files = names.map((name) => ({ file: simulatedPhoto(name, bytes) }))
  const added = await device.engine.addPhotos({ group, album, files })
  expect(added).toMatchObject({ ok: true, value: { taken: names.length, problem: null } })
}

async function allSent({ engine }: SimulatedDevice): Promise<void> {
  await eventually('everything is sent', async () => {
    const { safety } = await engine.overview()
    return safety.waiting === 0 && safety.importing === null
  })
}

async function sees({ engine }: SimulatedDevice, count: number): Promise<void> {
  await eventually(`${count} photos show`, async () => {
    const { groups } = await engine.overview()
    return groups[0]?.albums[0]?.count === count
  })
}

/** How many thumbnails, previews and originals are on the disk: the reader makes them of these sizes. */
async function heldBy({ disk }: SimulatedDevice): Promise<string> {
  const store = await createDeviceStore(disk.mount()).openGroup(family.group)
  const sizes = [...(await store.blobs.list()).values()].map(({ size }) => size)
  const between = (from: number, to: number) => sizes.filter((s) => s >= from && s < to).length
  await store.close()
  return `${between(0, 200)} thumbnails, ${between(200, 1000)} previews, ${between(1000, Infinity)} originals`
}

async function keeps(device: SimulatedDevice, what: string): Promise<void> {
  let held = ''
  await eventually(`what is here is ${what}`, async () => {
    held = await heldBy(device)
    return held === what
  }).catch(() => expect(held).toBe(what))
}

test('Sam keeps originals, then only thumbnails, and can open everything again', async () => {
  const { group, ana } = family
  const sam = await joining('Sam')
  await add(ana, ['a', 'b', 'c'])
  await allSent(ana)
  await sees(sam, 3)
  await keeps(sam, '3 thumbnails, 0 previews, 0 originals')

  expect(await sam.engine.setKeeping({ group, keeping: 'originals' })).toMatchObject({ ok: true })
  await keeps(sam, '3 thumbnails, 3 previews, 3 originals')
  await add(ana, ['d'])
  await keeps(sam, '4 thumbnails, 4 previews, 4 originals')
  expect((await sam.engine.storage()).groups).toMatchObject([
    { keeping: 'originals', wouldTake: { thumbnails: 4 * 64, originals: 4 * 1320 } },
  ])

  await sam.engine.setKeeping({ group, keeping: 'previews' })
  await keeps(sam, '4 thumbnails, 4 previews, 0 originals')
  await sam.engine.setKeeping({ group, keeping: 'thumbnails' })
  await keeps(sam, '4 thumbnails, 0 previews, 0 originals')
  await sam.crash()
  const { originals } = await filesOn(sam)
  for (const blob of originals) expect(await sam.engine.fetchBlob({ group, blob })).toBe(true)
  await keeps(sam, '4 thumbnails, 0 previews, 4 originals')
})

test('what only Ana has stays, whatever she chose, until a place has it', async () => {
  const { group, ana } = family
  await relay.kill('SIGKILL')
  await add(ana, ['a', 'b'])
  await sees(ana, 2)
  await ana.engine.setKeeping({ group, keeping: 'thumbnails' })
  await ana.crash()
  await sees(ana, 2)
  await keeps(ana, '2 thumbnails, 2 previews, 2 originals')
  await relay.restart()
  await allSent(ana)
  await keeps(ana, '2 thumbnails, 0 previews, 0 originals')
})

test('an original that the place has lost is not given up', async () => {
  const { group, ana } = family
  await add(ana, ['a', 'b', 'c'])
  await allSent(ana)
  const { originals } = await filesOn(ana)
  const [lost] = originals
  loseAtThePlace(lost)
  await ana.engine.setKeeping({ group, keeping: 'previews' })
  await keeps(ana, '3 thumbnails, 3 previews, 1 originals')
  expect(lost !== undefined && (await (await storeOf(ana)).blobs.has(lost))).toBe(true)
})

test('an original that is on its way to the place still holds up none that is there', async () => {
  const { group, ana } = family
  const sam = await joining('Sam')
  await add(ana, ['a', 'b', 'c'])
  await allSent(ana)
  await sees(sam, 3)
  // Kept from the newest on.
  const [newest] = (await filesOn(ana)).originals
  loseAtThePlace(newest)
  await sam.engine.setKeeping({ group, keeping: 'originals' })
  await keeps(sam, '3 thumbnails, 3 previews, 2 originals')
  const { fetching } = (await sam.engine.overview()).safety
  expect(fetching).toEqual({ doneBytes: 2 * 1000, totalBytes: 3 * 1000 })
})

test('a tab that does not lead and cannot take the lead gives up nothing', async () => {
  const { group, ana } = family
  await add(ana, ['a'])
  await allSent(ana)
  const follower: Tabs = { ...createLoneTab(), leading: () => false, onLead: () => undefined }
  const second = startDevice({ tabs: follower }, ana.disk)
  others.push(second)
  await sees(second, 1)
  await second.engine.setKeeping({ group, keeping: 'thumbnails' })
  await second.engine.setKeeping({ group, keeping: 'thumbnails' })
  expect(await heldBy(second)).toBe('1 thumbnails, 1 previews, 1 originals')
})

test('on a phone that is full, what can be fetched again makes room for new photos', async () => {
  const { group, album } = family
  let room = Infinity
  const isBlobOrIntake = ({ step }: DiskStep) => step === 'file-write'
  const disk = createMemoryDisk((step) => {
    if (isBlobOrIntake(step) && disk.paths().length >= room) throw new StorageProblem('full')
  })
  const sam = await joining('Sam', {}, disk)
  await add(family.ana, ['a', 'b', 'c'], 100_000)
  await allSent(family.ana)
  await sees(sam, 3)
  await sam.engine.setKeeping({ group, keeping: 'originals' })
  await keeps(sam, '3 thumbnails, 3 previews, 3 originals')

  // Smaller ones are rows.
  room = disk.paths().length
  expect(room).toBe(3)
  const files = [{ file: simulatedPhoto('own', 100_000) }]
  const added = await sam.engine.addPhotos({ group, album, files })
  expect(added).toMatchObject({ ok: true, value: { taken: 1, problem: null } })
  await sees(sam, 4)
  await allSent(sam)
  expect((await sam.engine.overview()).safety.trouble).toBeNull()
  // It sends what it gave up to nobody, and lost nothing of its own.
  await sees(family.ana, 4)
})

test('where nothing can be given up, a full phone says so, and stops saying so when there is room', async () => {
  const { group, album } = family
  let isFull = false
  const disk = createMemoryDisk(({ step }) => {
    if (isFull && step === 'file-write') throw new StorageProblem('full')
  })
  const sam = await joining('Sam', {}, disk)
  await sees(sam, 0)
  isFull = true
  const files = [{ file: simulatedPhoto('own') }]
  const refused = await sam.engine.addPhotos({ group, album, files })
  expect(refused).toMatchObject({ ok: true, value: { taken: 0, problem: 'storage-full' } })
  expect((await sam.engine.overview()).safety.trouble).toBe('storage-full')
  isFull = false
  await sam.engine.addPhotos({ group, album, files })
  await sees(sam, 1)
  expect((await sam.engine.overview()).safety.trouble).toBeNull()
})

test('before a phone is full, room is made from what was opened longest ago', async () => {
  const { group, ana } = family
  let quotaBytes = 0
  let phone: SimulatedDevice | null = null
  const sam = await joining('Sam', {
    storageEstimate: async () => {
      const usedBytes = phone === null ? 0 : await bytesOn(phone)
      return { usedBytes, quotaBytes, persisted: true }
    },
  })
  phone = sam
  await add(ana, ['a', 'b', 'c'])
  await allSent(ana)
  await sees(sam, 3)
  for (const blob of (await filesOn(sam)).originals) await sam.engine.fetchBlob({ group, blob })
  await keeps(sam, '3 thumbnails, 0 previews, 3 originals')
  // More than nine tenths are in use.
  quotaBytes = 3500
  await add(ana, ['d'])
  await sees(sam, 4)
  await keeps(sam, '4 thumbnails, 0 previews, 2 originals')
})

function loseAtThePlace(blob: BlobId | undefined): void {
  for (const path of readdirSync(relay.dataDir, { recursive: true, encoding: 'utf8' }))
    if (blob !== undefined && path.includes(blob)) rmSync(join(relay.dataDir, path))
}

async function storeOf({ disk }: SimulatedDevice) {
  return createDeviceStore(disk.mount()).openGroup(family.group)
}

async function bytesOn(device: SimulatedDevice): Promise<number> {
  const held = await (await storeOf(device)).blobs.list()
  return [...held.values()].reduce((sum, { size }) => sum + size, 0)
}

async function filesOn(device: SimulatedDevice) {
  const { index } = await storeOf(device)
  const rows = await index.rows([...((await index.head())?.slots ?? [])])
  return { originals: rows.flatMap((row) => row?.original?.blob ?? []) }
}
