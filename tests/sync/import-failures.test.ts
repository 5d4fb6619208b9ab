/** Sam chooses files of which one makes the app fail: all others are added, and that one is not lost. */
import { beforeAll, expect, test } from 'vitest'
import type { ImportNotice } from '#lib/engine/api.ts'
import type { PhotoReader, ReadPhoto } from '#lib/ports/photo-reader.ts'
import type { Replica } from '#lib/sync/replica.ts'
import { plainReader, prepareAutomerge, simulatedPhoto } from '#tests/support/simulated-device.ts'
import { samAlone } from '#tests/support/sam-alone.ts'
import { until } from '#tests/support/simulated-replicas.ts'

beforeAll(prepareAutomerge)

const oddBytes = 2000
const odd = () => simulatedPhoto('odd', oddBytes)

/** Reads the odd file as the test wants. */
const readerOf = (readOdd: (file: Parameters<PhotoReader['read']>[0]) => Promise<ReadPhoto>) => ({
  read: (...[file, signal]: Parameters<PhotoReader['read']>) =>
    file.size === oddBytes ? readOdd(file) : plainReader.read(file, signal),
})

function listening() {
  const told: ImportNotice[] = []
  const outcomeOf = (item: unknown) =>
    told.flatMap(({ file, outcome }) => (file === item ? [outcome] : []))
  return { onNotice: (one: ImportNotice) => void told.push(one), outcomeOf }
}

test('a name that has an emoji where it is cut keeps neither its photo nor others from being added', async () => {
  const { importing, close } = await samAlone(11)
  const { pipeline, choose, items, itemOf } = importing({})
  const name = `${'a'.repeat(254)}😀.jpg`
  const long = new File([await odd().arrayBuffer()], name, { type: 'image/jpeg' })
  const halved = new File([await simulatedPhoto('halved').arrayBuffer()], 'b\ud83d.jpg')
  const records = await choose([simulatedPhoto('before'), long, halved, simulatedPhoto('after')])
  await pipeline.run()
  expect(items().sort()).toEqual(records.map(({ item }) => item).sort())
  expect(itemOf(records[1]!.item)?.core.name).toBe('a'.repeat(254))
  expect(itemOf(records[2]!.item)?.core.name).toBe('b\ufffd.jpg')
  await close()
})

test('a film whose header says absurd things shows, with what is absurd left unknown', async () => {
  const { sam, importing, close } = await samAlone(12)
  const absurd = {
    ...{ width: 5e9, height: NaN, durationMs: 1e17, place: { latitudeE7: 91e7, longitudeE7: 0.5 } },
    ...{ taken: { wallMs: Infinity, offsetMinutes: 1e6 }, thumbhash: new Uint8Array(40) },
    camera: 'x'.repeat(2000),
  }
  const reader = readerOf(async (file) => ({
    ...(await plainReader.read(file, new AbortController().signal)),
    ...absurd,
  }))
  const { pipeline, choose, itemOf } = importing({ reader })
  const [record] = await choose([odd()])
  await pipeline.run()
  const core = itemOf(record!.item)?.core
  expect(core).toMatchObject({ width: 0, height: 0, durationMs: 0, offsetMinutes: null })
  expect(core).toMatchObject({ takenMs: 0, place: null })
  expect(core?.camera?.length).toBe(255)
  expect(await sam.store().intake.list()).toEqual([])
  await close()
})

test('a file at which reading fails is tried again, then kept as it is; the others go on meanwhile', async () => {
  const { sam, importing, close } = await samAlone(13)
  const { onNotice, outcomeOf } = listening()
  let tries = 0
  const reader = readerOf(() => Promise.reject(new TypeError(`a bug, ${++tries}`)))
  const notices = { onNotice, leads: () => true, retryMs: 10 }
  const { pipeline, choose, items, originalOf } = importing({ reader, ...notices, lanes: 1 })
  const [first, ...others] = await choose([odd(), simulatedPhoto('a'), simulatedPhoto('b')])
  await pipeline.run()
  expect(items()).toEqual(expect.arrayContaining(others.map(({ item }) => item)))
  await until('it is kept', () => outcomeOf(first!.item).length > 0)
  expect(tries).toBe(3)
  expect(outcomeOf(first!.item)).toMatchObject([{ kind: 'kept-as-file' }])
  expect((await originalOf(first!.item))?.size).toBeGreaterThan(oddBytes)
  expect(await sam.store().intake.list()).toEqual([])
  await close()
})

test('a file that cannot even be kept as it is stays on the phone, is said to have failed, and stops nobody', async () => {
  const { sam, importing, close } = await samAlone(14)
  const { onNotice, outcomeOf } = listening()
  const { intake } = sam.store()
  const failing = {
    ...intake,
    open: (id: string) =>
      id === record?.id ? Promise.reject(new TypeError('a bug')) : intake.open(id),
  }
  const { pipeline, choose, items } = importing({
    ...{ intake: failing, onNotice, leads: () => true, retryMs: 10, lanes: 1 },
  })
  const [record, ...others] = await choose([odd(), simulatedPhoto('a'), simulatedPhoto('b')])
  await pipeline.run()
  await until('it is told', () => outcomeOf(record!.item).length > 0)
  expect(outcomeOf(record!.item)).toEqual([{ kind: 'failed', why: 'unreadable' }])
  await choose([simulatedPhoto('later')])
  await pipeline.run()
  expect(items()).toHaveLength(others.length + 1)
  expect((await intake.list()).map(({ id }) => id)).toEqual([record!.id])
  expect(outcomeOf(record!.item)).toHaveLength(1)
  expect(pipeline.progress()).toBeNull()
  await close()
})

test('a file that cannot be written leaves the batch, and the others are written', async () => {
  const { sam, importing, close } = await samAlone(15)
  const { onNotice, outcomeOf } = listening()
  const replica: Replica = {
    ...sam.replica(),
    change(...change) {
      const { finishedIntake = [] } = change[2] ?? {}
      if (finishedIntake.includes(records[1]?.id ?? '')) throw new TypeError('a bug')
      return sam.replica().change(...change)
    },
  }
  const { pipeline, choose, items } = importing({ replica, onNotice })
  const files = ['a', 'b', 'c'].map((name) => simulatedPhoto(name))
  const records = await choose(files)
  await pipeline.run()
  expect(items().sort()).toEqual([records[0]!.item, records[2]!.item].sort())
  expect(outcomeOf(records[1]!.item)).toEqual([{ kind: 'failed', why: 'unreadable' }])
  // The next start has all that it needs for trying once more.
  const again = importing({})
  await again.pipeline.run()
  expect(items()).toHaveLength(3)
  expect(await again.originalOf(records[1]!.item)).not.toBeNull()
  await close()
})
