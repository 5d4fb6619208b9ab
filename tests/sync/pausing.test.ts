/** Ana adds many photos, puts it off, and goes on: how much is told, and how little is in memory. */
import { afterEach, expect, test } from 'vitest'
import type { DocId, GroupId } from '#lib/base/ids.ts'
import type { EngineParts } from '#lib/engine/engine-parts.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import { leadingTabs } from '#tests/support/leading-tabs.ts'
import {
  altered,
  eventually,
  plainReader,
  simulatedPhoto,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { startGroupOn } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay | null = null
let ana: SimulatedDevice | null = null

afterEach(async () => {
  await ana?.close()
  await relay?.dispose()
})

async function start(parts: Partial<EngineParts>, disk = createMemoryDisk()) {
  relay = await startRelay()
  const device = startDevice(parts, disk)
  ana = device
  return { device, ...(await startGroupOn(device, relay)) }
}

interface Place {
  readonly device: SimulatedDevice
  readonly group: GroupId
  readonly album: DocId
}

async function add({ device, group, album }: Place, names: readonly string[]): Promise<void> {
  const files = names.map((name) => ({ file: simulatedPhoto(name) }))
  const added = await device.engine.addPhotos({ group, album, files })
  expect(added).toMatchObject({ ok: true, value: { taken: names.length } })
}

async function importing({ engine }: SimulatedDevice) {
  return (await engine.overview()).safety.importing
}

async function shows({ engine }: SimulatedDevice, count: number): Promise<void> {
  await eventually(`${count} photos show`, async () => {
    const { groups } = await engine.overview()
    return groups[0]?.albums[0]?.count === count
  })
}

test('what Ana puts off stays put off through a restart, a new photo does not wait for it, and it goes on where it was', async () => {
  let gate = Promise.withResolvers<undefined>()
  let read = 0
  const reader: EngineParts['reader'] = {
    async read(...file) {
      await gate.promise
      read++
      return plainReader.read(...file)
    },
  }
  const at = await start({ reader, importLanes: 1 })
  const { device } = at
  await add(at, ['a', 'b', 'c', 'd', 'e'])
  expect(await importing(device)).toEqual({
    ...{ done: 0, total: 5, doneBytes: 0, totalBytes: 5000, isPaused: false },
  })

  // What is being read is finished.
  await device.engine.setImportPaused(true)
  expect(await importing(device)).toMatchObject({ total: 5, isPaused: true })
  gate.resolve(undefined)
  await eventually('it has stopped', async () => (await importing(device))?.done === read)
  const before = read
  expect(before).toBeLessThan(5)
  expect(await importing(device)).toEqual({
    ...{ done: before, total: 5, isPaused: true },
    ...{ doneBytes: before * 1000, totalBytes: 5000 },
  })

  // Until it is written, a kill has it read once more.
  await shows(device, before)
  await device.crash()
  await eventually('it is still put off', async () => (await importing(device))?.isPaused === true)
  await add(at, ['just taken'])
  await shows(device, before + 1)
  expect(read).toBe(before + 1)
  expect(await importing(device)).toMatchObject({ isPaused: true })

  gate = Promise.withResolvers()
  await device.engine.setImportPaused(false)
  expect(await importing(device)).toMatchObject({ isPaused: false })
  gate.resolve(undefined)
  await shows(device, 6)
  await eventually('all is added', async () => (await importing(device)) === null)
  expect(read).toBe(6)
})

test('what is put off can be dropped, and what is chosen next is added at once', async () => {
  let isHeld = true
  const reader: EngineParts['reader'] = {
    read: (file, signal) =>
      isHeld
        ? new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))
          })
        : plainReader.read(file, signal),
  }
  const at = await start({ reader, importLanes: 1 })
  await add(at, ['a', 'b', 'c'])
  await at.device.engine.setImportPaused(true)
  await at.device.engine.cancelImport()
  await eventually('nothing waits', async () => (await importing(at.device)) === null)
  isHeld = false
  await add(at, ['d'])
  await shows(at.device, 1)
})

/** A reader that waits until it is let go, or told to stop. */
function heldReader() {
  const gate = Promise.withResolvers<undefined>()
  let [isHeld, reading] = [true, 0]
  const reader: EngineParts['reader'] = {
    async read(file, signal) {
      reading++
      const stop = Promise.withResolvers<never>()
      stop.promise.catch(() => undefined)
      const end = (): void => stop.reject(new DOMException('', 'AbortError'))
      signal.addEventListener('abort', end)
      if (signal.aborted) end()
      if (isHeld) await Promise.race([gate.promise, stop.promise])
      return plainReader.read(file, signal)
    },
  }
  const release = (): void => {
    isHeld = false
    gate.resolve(undefined)
  }
  return { reader, release, reading: () => reading }
}

const shot = (name: string) => ({ file: simulatedPhoto(name), capturedMs: Date.now() })

test('Ana stops adding, and what she took with the camera meanwhile is added all the same', async () => {
  const held = heldReader()
  const at = await start({ reader: held.reader, importLanes: 1 })
  const { device, group, album } = at
  await add(at, ['a', 'b', 'c'])
  await device.engine.addPhotos({ group, album, files: [shot('just taken')] })
  expect(await device.engine.cancelImport()).toEqual({ shots: 1 })
  expect(await importing(device)).toMatchObject({ done: 0, total: 1 })
  held.release()
  await shows(device, 1)
  await eventually('nothing waits', async () => (await importing(device)) === null)
  await shows(device, 1)
  expect(await device.engine.cancelImport()).toEqual({ shots: 0 })
})

test('a shot that was put off is not dropped with the rest, not after a restart either, and goes on', async () => {
  const held = heldReader()
  const at = await start({ reader: held.reader, importLanes: 1 })
  const { device, group, album } = at
  await add(at, ['a', 'b'])
  await device.engine.addPhotos({ group, album, files: [shot('just taken')] })
  await device.engine.setImportPaused(true)
  await device.crash()
  await eventually('it is put off', async () => (await importing(device))?.isPaused === true)
  await device.engine.cancelImport()
  expect(await importing(device)).toMatchObject({ total: 1, isPaused: false })
  held.release()
  await shows(device, 1)
  await eventually('nothing waits', async () => (await importing(device)) === null)
})

test('a shot that is just being copied is not dropped', async () => {
  const copying = Promise.withResolvers<undefined>()
  const goOn = Promise.withResolvers<undefined>()
  const disk = createMemoryDisk()
  const devices = altered(createDeviceStore(disk.mount()), (store) => ({
    ...store,
    intake: {
      ...store.intake,
      async add(...file) {
        copying.resolve(undefined)
        await goOn.promise
        return store.intake.add(...file)
      },
    },
  }))
  const { device, group, album } = await start({ devices }, disk)
  const added = device.engine.addPhotos({ group, album, files: [shot('just taken')] })
  await copying.promise
  expect(await device.engine.cancelImport()).toEqual({ shots: 1 })
  goOn.resolve(undefined)
  expect(await added).toMatchObject({ ok: true, value: { taken: 1 } })
  await shows(device, 1)
})

/** Ana’s whole holiday, with SLOW=1. */
const count = process.env.SLOW === '1' ? 1000 : 200

test('of many files at once, few are read and one is copied at a time', async () => {
  let [reading, mostRead, copying, mostCopied] = [0, 0, 0, 0]
  const reader: EngineParts['reader'] = {
    async read(...file) {
      mostRead = Math.max(mostRead, ++reading)
      const photo = await plainReader.read(...file)
      await new Promise((resolve) => setTimeout(resolve))
      reading--
      return photo
    },
  }
  const disk = createMemoryDisk()
  const plain = createDeviceStore(disk.mount())
  const devices: EngineParts['devices'] = {
    ...plain,
    openGroup: async (group) => {
      const store = await plain.openGroup(group)
      const add: typeof store.intake.add = async (...file) => {
        mostCopied = Math.max(mostCopied, ++copying)
        await store.intake.add(...file).finally(() => copying--)
      }
      return { ...store, intake: { ...store.intake, add } }
    },
  }
  const at = await start({ reader, devices }, disk)
  // Sending is not what is looked at.
  await relay?.kill('SIGKILL')
  await add(
    at,
    Array.from({ length: count }, (_, n) => `photo ${n}`),
  )
  await eventually('all are in', async () => (await importing(at.device)) === null, 50_000)
  await shows(at.device, count)
  expect(mostCopied).toBe(1)
  // Two lines, and as many that are read while they are copied.
  expect(mostRead).toBeLessThanOrEqual(4)
}, 60_000)

test('photos that Ana adds one by one, at whatever moment, are all there in the end', async () => {
  const reader: EngineParts['reader'] = {
    async read(...file) {
      await new Promise((resolve) => setTimeout(resolve, 3))
      return plainReader.read(...file)
    },
  }
  const at = await start({ reader, importLanes: 3 })
  for (let n = 0; n < 40; n++) {
    await new Promise((resolve) => setTimeout(resolve, (n * 7) % 23))
    await add(at, [`photo ${n}`])
  }
  await shows(at.device, 40)
  expect(await importing(at.device)).toBeNull()
})

test('what Ana puts off in one tab rests in the tab that reads it, and goes on', async () => {
  const held = heldReader()
  const disk = createMemoryDisk()
  const nextTabs = leadingTabs()
  const at = await start({ reader: held.reader, importLanes: 1, tabs: nextTabs() }, disk)
  const other = startDevice({ tabs: nextTabs() }, disk)
  try {
    await eventually('the other tab has the group', async () => {
      return (await other.engine.overview()).groups.length === 1
    })
    await add(at, ['a', 'b', 'c'])
    await eventually('the first is read', () => Promise.resolve(held.reading() === 1))
    await other.engine.setImportPaused(true)
    held.release()
    await shows(at.device, 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(held.reading()).toBe(1)
    await other.engine.setImportPaused(false)
    await shows(at.device, 3)
  } finally {
    await other.close()
  }
})
