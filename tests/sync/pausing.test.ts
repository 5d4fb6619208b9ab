/** Ana adds many photos, puts it off, and goes on: how much is told, and how little is in memory. */
import { afterEach, expect, test } from 'vitest'
import type { DocId, GroupId } from '#lib/base/ids.ts'
import type { EngineParts } from '#lib/engine/engine-parts.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import {
  eventually,
  plainReader,
  simulatedPhoto,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
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
  const started = await device.engine.startGroup({
    ...{ groupName: 'Family', memberName: 'Ana', address: relay.origin },
    hostingCode: relay.hostingCode(),
  })
  if (!started.ok) throw new Error(started.error.kind)
  return { device, ...started.value }
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
