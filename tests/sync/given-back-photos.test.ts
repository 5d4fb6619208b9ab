/** A relay loses a group with its files, and what a device is to give back outlasts whatever comes between. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { BlobId, DocId, GroupId, ItemId } from '#lib/base/ids.ts'
import type { EntryStore } from '#lib/ports/entry-store.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import {
  altered,
  eventually,
  simulatedPhoto,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { cardIn, linkOf, startGroupOn } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

type AddTransfers = EntryStore['addTransfers']

let relay: RunningRelay
const devices: SimulatedDevice[] = []

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  await relay.dispose()
})

interface Ana {
  readonly ana: SimulatedDevice
  readonly group: GroupId
  readonly album: DocId
}

/** Ana has sent a photo; what she is to give back goes through `queue`. */
async function anaWithPhoto(
  queue: (add: AddTransfers) => AddTransfers = (add) => add,
): Promise<Ana> {
  relay = await startRelay()
  const disk = createMemoryDisk()
  const store = altered(createDeviceStore(disk.mount()), (group) => ({
    ...group,
    entries: { ...group.entries, addTransfers: queue(group.entries.addTransfers) },
  }))
  const ana = startDevice({ devices: store }, disk)
  const { group, album } = await startGroupOn(ana, relay)
  await ana.engine.addPhotos({ group, album, files: [{ file: simulatedPhoto('lake') }] })
  await eventually('the photo is sent', async () => (await isSent(ana)) && hasPhoto(ana, group))
  return { ana, group, album }
}

const isSent = async ({ engine }: SimulatedDevice) => (await engine.overview()).safety.waiting === 0

const hasPhoto = async (device: SimulatedDevice, group: GroupId) =>
  (await cardIn(device, group))?.albums[0]?.count === 1

async function loseAll(): Promise<void> {
  await relay.kill()
  await rm(join(relay.dataDir, 'groups'), { recursive: true })
  await relay.restart()
}

function givenBack(device: SimulatedDevice, group: GroupId): Promise<unknown> {
  return eventually('the place has all of it again', async () => {
    device.engine.signalIsBack()
    const place = (await cardIn(device, group))?.places[0]
    return place?.state === 'connected' && !place.catchingUp && (await isSent(device))
  })
}

async function photoOn(
  device: SimulatedDevice,
  group: GroupId,
): Promise<{ item: ItemId; original: BlobId }> {
  const { index } = await createDeviceStore(device.disk.mount()).openGroup(group)
  const [row] = await index.rows([...((await index.head())?.slots ?? [])])
  if (!row?.original) throw new Error('there is no original')
  return { item: row.item, original: row.original.blob }
}

/** Somebody who joins now has nothing but what the place has. */
async function sizeForLate({ ana, group }: Ana, original: BlobId): Promise<number | undefined> {
  const late = startDevice()
  devices.push(late)
  const link = await linkOf(ana, { group, role: 'contributor' })
  await eventually('Late sees the group', async () => (await late.engine.openInvitation(link)).ok)
  await late.engine.joinGroup({ group, memberName: 'Late', agreement: '' })
  await eventually('Late sees the photo', () => hasPhoto(late, group))
  return (await late.engine.openMedia({ group, blob: original }))?.size
}

test('Ana’s phone dies while it looks through what it holds, and gives the photo back all the same', async () => {
  let begun = false
  let isDying = false
  const { ana, group, album } = await anaWithPhoto((add) => (transfers) => {
    begun ||= isDying
    return isDying ? new Promise(() => undefined) : add(transfers)
  })
  const { original } = await photoOn(ana, group)
  isDying = true
  await loseAll()
  await eventually('it is about to give back', async () => {
    ana.engine.signalIsBack()
    return begun
  })
  // Long enough for the relay to send all it has, if it were asked.
  await new Promise((resolve) => setTimeout(resolve, 500))
  ana.disk.crash()
  await ana.engine.close().catch(() => undefined)
  const again = startDevice({}, ana.disk)
  devices.push(again)
  await givenBack(again, group)
  expect(await sizeForLate({ ana: again, group, album }, original)).toBe(1000)
})

test('Ana’s phone has no room to note what it is to give back, and does so when it has', async () => {
  let isFull = false
  let refused = 0
  const { ana, group, album } = await anaWithPhoto((add) => async (transfers) => {
    if (isFull) {
      refused++
      throw new StorageProblem('full')
    }
    await add(transfers)
  })
  devices.push(ana)
  const { original } = await photoOn(ana, group)
  isFull = true
  await loseAll()
  await eventually('there is no room', async () => {
    ana.engine.signalIsBack()
    return refused > 1
  })
  isFull = false
  await givenBack(ana, group)
  expect(await sizeForLate({ ana, group, album }, original)).toBe(1000)
})

test('what lies in the bin while the relay loses everything can be taken out again, for all', async () => {
  const { ana, group, album } = await anaWithPhoto()
  devices.push(ana)
  const { item, original } = await photoOn(ana, group)
  const items = [item]
  expect((await ana.engine.setBinned({ group, items, binned: true })).ok).toBe(true)
  await loseAll()
  await givenBack(ana, group)
  expect((await ana.engine.setBinned({ group, items, binned: false })).ok).toBe(true)
  expect(await sizeForLate({ ana, group, album }, original)).toBe(1000)
})
