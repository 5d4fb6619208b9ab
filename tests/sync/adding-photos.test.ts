import { afterEach, expect, test } from 'vitest'
import { sealedSize } from '#lib/crypto/blob-format.ts'
import type { PhotoReader } from '#lib/ports/photo-reader.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk, type DiskStep } from '#lib/storage/memory-disk.ts'
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
  relay = ana = null
})

const chosen = [1, 2, 3].map((n) => ({ file: simulatedPhoto(`ana-${n}`) }))

/** Whether a chosen file is copied; its pictures are smaller. */
const isCopy = ({ step, size }: DiskStep): boolean =>
  step === 'file-write' && size === sealedSize(chosen[0]?.file.size ?? 0)

test('from the choice of files on, Ana is told of every one of them that is nowhere but here', async () => {
  const told: number[] = []
  let isLooking = false
  const look = (): void => {
    if (!isLooking || ana === null) return
    isLooking = false
    void ana.engine.overview().then(({ safety }) => {
      told.push(safety.waiting)
      isLooking = true
    })
  }
  const { engine, place } = await startGroup(look)
  await relay?.kill()

  isLooking = true
  const adding = engine.addPhotos({ ...place, files: chosen })
  const first = await engine.overview()
  expect(first.safety).toMatchObject({ waiting: 3, importing: { done: 0, total: 3 } })
  expect(await adding).toEqual({ ok: true, value: { taken: 3, problem: null } })
  await eventually('all are read', async () => (await photosIn(engine)) === 3)

  isLooking = false
  expect(told.length).toBeGreaterThan(10)
  expect(new Set(told)).toEqual(new Set([3]))

  await relay?.restart()
  engine.signalIsBack()
  await eventually('all are sent', async () => (await engine.overview()).safety.waiting === 0)
})

test('a screen that begins to listen is told of photos that came before', async () => {
  const { engine, place } = await startGroup(() => undefined)
  await engine.addPhotos({ ...place, files: chosen })
  await eventually('all are read', async () => (await photosIn(engine)) === 3)
  const changed: string[] = []
  await engine.subscribe((event) => {
    if (event.kind === 'index') changed.push(event.group)
  })
  expect(changed).toEqual([place.group])
})

test('a slow phone counts no file twice while it copies them', async () => {
  relay = await startRelay()
  const devices = altered(createDeviceStore(createMemoryDisk().mount()), (store) => ({
    ...store,
    intake: {
      ...store.intake,
      async add(...chosenFile) {
        await store.intake.add(...chosenFile)
        await new Promise((resolve) => setTimeout(resolve, 30))
      },
    },
  }))
  ana = startDevice({ devices })
  const { engine } = ana
  const totals = new Set<number | undefined>()
  await engine.subscribe(() => {
    void engine.overview().then(({ safety }) => totals.add(safety.importing?.total))
  })
  await engine.addPhotos({ ...(await startGroupOn(ana, relay)), files: chosen })
  await eventually('all are read', async () => (await photosIn(engine)) === 3)
  expect(totals).toEqual(new Set([undefined, 3]))
})

test.each([
  ['cannot be kept', 'unavailable', 'storage-unavailable'],
  ['cannot be read', 'broken', 'unreadable'],
] as const)('a file that %s is said so, and does not wait for ever', async (_, kind, problem) => {
  let copied = 0
  const { engine, place } = await startGroup((step) => {
    if (isCopy(step) && ++copied === 2) throw new StorageProblem(kind)
  })
  const added = await engine.addPhotos({ ...place, files: chosen })
  expect(added).toEqual({ ok: true, value: { taken: 2, problem } })
  await eventually('nothing waits', async () => {
    const { safety } = await engine.overview()
    return safety.waiting === 0 && safety.importing === null
  })
  expect(await photosIn(engine)).toBe(2)
})

test('Ana stops adding while files are still being copied, and none of the rest comes later', async () => {
  let copied = 0
  const { engine, place } = await startGroup((step) => {
    if (isCopy(step) && ++copied === 2) void engine.cancelImport()
  })
  await relay?.kill()
  await engine.addPhotos({ ...place, files: chosen })
  await eventually('nothing is read any more', async () => {
    const { safety } = await engine.overview()
    return safety.importing === null && safety.waiting === (await photosIn(engine))
  })
  expect(copied).toBe(2)
})

test('a thumbnail of Ana’s is on its way before there is an entry to tell of it, and goes once', async () => {
  const sent: string[] = []
  const underWay = Promise.withResolvers<null>()
  const { engine, place } = await startGroup(
    // No picture is stored, so no entry can be written, before the relay is sent something.
    (step) => (step.step === 'file-write' && !isCopy(step) ? underWay.promise : null),
    (input, init) => {
      if (init?.method === 'PUT') {
        sent.push(new URL(input as URL).pathname)
        underWay.resolve(null)
      }
      return fetch(input, init)
    },
  )
  await engine.addPhotos({ ...place, files: chosen.slice(0, 1) })
  await eventually('all is sent', async () => {
    const { safety } = await engine.overview()
    return (await photosIn(engine)) === 1 && safety.waiting === 0
  })
  expect(sent).toHaveLength(3)
  expect(new Set(sent).size).toBe(3)
})

test('of one file that is chosen twice, and read twice at the same moment, one photo comes', async () => {
  let reading = 0
  const both = Promise.withResolvers<null>()
  const reader: PhotoReader = {
    read: async (...asked) => {
      if (++reading === 2) both.resolve(null)
      await both.promise
      return plainReader.read(...asked)
    },
  }
  relay = await startRelay()
  ana = startDevice({ reader })
  const { engine } = ana
  const place = await startGroupOn(ana, relay)
  await engine.addPhotos({ ...place, files: [chosen[0]!, chosen[0]!] })
  await eventually('all is sent', async () => {
    const { safety } = await engine.overview()
    return safety.waiting === 0 && (await photosIn(engine)) > 0
  })
  expect(reading).toBe(2)
  expect(await photosIn(engine)).toBe(1)
})

async function startGroup(
  before: (step: DiskStep) => unknown,
  fetchBlobs: typeof fetch = (input, init) => fetch(input, init),
) {
  relay = await startRelay()
  ana = startDevice(
    { fetch: fetchBlobs },
    createMemoryDisk(async (step) => {
      await before(step)
    }),
  )
  return { engine: ana.engine, place: await startGroupOn(ana, relay) }
}

async function photosIn(engine: SimulatedDevice['engine']): Promise<number> {
  return (await engine.overview()).groups[0]?.albums[0]?.count ?? 0
}
