/** A relay’s files are overwritten by an older copy of them; whoever had read further brings back what it lost. */
import { existsSync, readdirSync } from 'node:fs'
import { copyFile, cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import {
  eventually,
  simulatedPhoto,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { cardIn, createSignal, startFamily } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay | null = null
const devices: SimulatedDevice[] = []

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  await relay?.dispose()
})

test('Sam’s app is the first to come, and Ana’s originals are offered all the same', async () => {
  relay = await startRelay()
  const signal = createSignal()
  const family = await startFamily(relay, { openLink: signal.openLink })
  const { ana, group, album } = family
  const sam = await family.join('Sam')
  devices.push(ana, sam)
  const folder = join(relay.dataDir, 'groups', group)
  const backup = join(relay.dataDir, 'backup')
  const isConnected = async (device: SimulatedDevice) => {
    device.engine.signalIsBack()
    return (await cardIn(device, group))?.places[0]?.state === 'connected'
  }
  const isSent = async (device: SimulatedDevice) =>
    (await isConnected(device)) && (await device.engine.overview()).safety.waiting === 0
  for (const device of devices) await eventually('all is sent', () => isSent(device))
  await relay.kill()
  await cp(folder, backup, { recursive: true })
  await relay.restart()

  for (const [n, device] of devices.entries()) {
    const files = [{ file: simulatedPhoto(`of ${n}`) }]
    expect((await device.engine.addPhotos({ group, album, files })).ok).toBe(true)
  }
  const photosOn = async (device: SimulatedDevice) =>
    (await cardIn(device, group))?.albums[0]?.count
  for (const device of devices)
    await eventually(
      'both have both photos, and sent theirs',
      async () => (await isSent(device)) && (await photosOn(device)) === 2,
    )
  const stored = blobsIn(folder)
  const entries = endOf(folder)
  signal.lose()

  await relay.kill()
  // The same file as before, by its place on the disk and its age.
  await copyFile(join(backup, 'feed.sqlite'), join(folder, 'feed.sqlite'))
  await rm(join(folder, 'blobs'), { recursive: true })
  await relay.restart()
  await eventually('Sam has brought all entries, and what he has of the pictures', async () => {
    return (await isSent(sam)) && endOf(folder) >= entries && blobsIn(folder).length > 0
  })
  expect(blobsIn(folder).length).toBeLessThan(stored.length)
  signal.find()
  await eventually('Ana has brought her original', async () => {
    return (await isSent(ana)) && blobsIn(folder).length === stored.length
  })
  expect(blobsIn(folder)).toEqual(stored)
})

test('it has grown since beyond what Ana had read, and what only she wrote is brought all the same', async () => {
  relay = await startRelay()
  const signal = createSignal()
  const { ana, group, album, join: letIn } = await startFamily(relay, { openLink: signal.openLink })
  const hers = createSignal()
  const sam = await letIn('Sam', {}, { openLink: hers.openLink })
  devices.push(ana, sam)
  const folder = join(relay.dataDir, 'groups', group)
  const backup = join(relay.dataDir, 'backup.sqlite')
  const add = async (device: SimulatedDevice, name: string) => {
    const files = [{ file: simulatedPhoto(name) }]
    expect((await device.engine.addPhotos({ group, album, files })).ok).toBe(true)
  }
  const isSent = async (device: SimulatedDevice) => {
    device.engine.signalIsBack()
    const { safety } = await device.engine.overview()
    const [place] = (await cardIn(device, group))?.places ?? []
    return place?.state === 'connected' && safety.waiting === 0
  }
  const photosOn = async (device: SimulatedDevice) =>
    (await cardIn(device, group))?.albums[0]?.count
  for (const device of devices) await eventually('all is sent', () => isSent(device))
  hers.lose()
  await relay.kill()
  await copyFile(join(folder, 'feed.sqlite'), backup)
  await relay.restart()

  await add(ana, 'of Ana alone')
  await eventually('Ana has sent hers', () => isSent(ana))
  const readTo = endOf(folder)
  signal.lose()
  await relay.kill()
  await copyFile(backup, join(folder, 'feed.sqlite'))
  await relay.restart()
  hers.find()
  for (let n = 1; endOf(folder) <= readTo; n++) {
    await add(sam, `of Sam ${n}`)
    await eventually('Sam has sent his', () => isSent(sam))
  }
  const his = (await photosOn(sam)) ?? 0
  signal.find()
  for (const device of devices)
    await eventually('both have all', async () => {
      device.engine.signalIsBack()
      return (await photosOn(device)) === his + 1
    })
})

function blobsIn(folder: string): string[] {
  if (!existsSync(join(folder, 'blobs'))) return []
  const names = readdirSync(join(folder, 'blobs'), { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.length > 64).sort()
}

/** How many entries the relay keeps. */
function endOf(folder: string): number {
  const feed = new DatabaseSync(join(folder, 'feed.sqlite'), { readOnly: true })
  const row = feed.prepare('SELECT count(*) AS n FROM entry').get()
  feed.close()
  return Number(row?.n)
}
