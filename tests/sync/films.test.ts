/** A film on another device: read where it is, in part. */
import { afterEach, expect, test } from 'vitest'
import type { GroupId } from '#lib/base/ids.ts'
import { blobHeaderBytes, recordBytes } from '#lib/crypto/blob-format.ts'
import type { IndexRow } from '#lib/ports/index-store.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import {
  eventually,
  simulatedPhoto,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { joinAndFind } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay | null = null
const devices: SimulatedDevice[] = []

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  await relay?.dispose()
  relay = null
})

const size = 3_000_000
/** Sealed while it is written. */
const long = 17_500_000
const middle = { from: 1_500_000, to: 1_500_010 }

test('Ana jumps into the middle of Sam’s film, and two records are all that she fetches of it', async () => {
  const { ana, film, contents, ranges } = await samFilms()
  const opened = await ana.engine.openPart({ ...film, ...middle })
  expect(opened).toEqual(contents.slice(middle.from, middle.to))
  expect(ranges()).toHaveLength(2)
  const { waiting } = (await ana.engine.overview()).safety
  expect(waiting).toBe(0)

  const next = { from: middle.to, to: middle.to + 100_000 }
  expect(await ana.engine.openPart({ ...film, ...next })).toEqual(
    contents.slice(next.from, next.to),
  )
  const start = { from: 0, to: 2 }
  expect(await ana.engine.openPart({ ...film, ...start })).toEqual(contents.slice(0, 2))
  // What opens all parts of it was fetched once.
  expect(ranges().filter((range) => range === `bytes=0-${blobHeaderBytes - 1}`)).toHaveLength(1)
  expect(ranges()).toHaveLength(4)
  const end = { from: size - 1, to: size }
  expect(await ana.engine.openPart({ ...film, ...end })).toEqual(contents.slice(-1))
  expect(await ana.engine.openPart({ ...film, from: size - 1, to: size + 1 })).toBeNull()
})

test('the first bytes of a film come in one request with what opens them', async () => {
  const { ana, film, contents, ranges } = await samFilms()
  expect(await ana.engine.openPart({ ...film, from: 0, to: 2 })).toEqual(contents.slice(0, 2))
  expect(ranges()).toEqual([`bytes=0-${blobHeaderBytes + recordBytes - 1}`])
})

test('a relay that answers with other bytes, or with all of them, shows Ana nothing', async () => {
  const { ana, film, contents, ranges, lie } = await samFilms()
  const ask = ana.engine.openPart({ ...film, ...middle })
  lie(async (answer) => {
    const bytes = new Uint8Array(await answer.arrayBuffer())
    bytes[bytes.length - 1]! ^= 1
    return new Response(bytes, { status: 206, headers: answer.headers })
  })
  await eventually('it was asked again', () => Promise.resolve(ranges().length > 4))
  lie((answer) => Promise.resolve(new Response(answer.body, { headers: answer.headers })))
  const before = ranges().length
  await eventually('it was asked again', () => Promise.resolve(ranges().length > before + 2))
  lie((answer) => Promise.resolve(answer))
  expect(await ask).toEqual(contents.slice(middle.from, middle.to))
})

test('a clip that Ana watched to its end is kept, and opens without signal', async () => {
  const { ana, film, contents, ranges } = await samFilms()
  await ana.engine.keepWatched(film)
  await relay?.kill()
  expect(await ana.engine.openPart({ ...film, ...middle })).toEqual(
    contents.slice(middle.from, middle.to),
  )
  expect(ranges()).toEqual([])
})

test('Sam copies a long film into another group, where it is the very same', async () => {
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  const sam = startDevice()
  devices.push(sam)
  const family = await startGroup(sam, 'Family')
  const club = await startGroup(sam, 'Club')
  const file = simulatedPhoto('film', long)
  await sam.engine.addPhotos({ ...family, files: [{ file }] })
  const { item, original } = await firstRow(sam, family.group)
  const copied = await sam.engine.copyItems({ group: family.group, items: [item], to: club })
  expect(copied).toEqual({ ok: true, value: { copied: 1, duplicates: 0, missing: 0 } })
  const copy = await firstRow(sam, club.group)
  expect(copy.original?.blob).not.toBe(original?.blob)
  const blob = copy.original!.blob
  const opened = await sam.engine.openMedia({ group: club.group, blob })
  const contents = Buffer.from(await file.arrayBuffer())
  expect(contents.equals(Buffer.from(await opened!.arrayBuffer()))).toBe(true)
})

async function startGroup(device: SimulatedDevice, groupName: string) {
  const started = await device.engine.startGroup({
    ...{ groupName, memberName: 'Sam' },
    ...{ address: relay!.origin, hostingCode: null },
  })
  if (!started.ok) throw new Error(started.error.kind)
  return started.value
}

async function samFilms() {
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  const sam = startDevice()
  let change = (answer: Response): Promise<Response> => Promise.resolve(answer)
  const asked: string[] = []
  const ana = startDevice({
    fetch: async (input, init) => {
      const range = new Headers(init?.headers).get('range')
      const answer = await fetch(input, init)
      if (range === null) return answer
      asked.push(range)
      return change(answer)
    },
  })
  devices.push(sam, ana)
  const family = await startGroup(sam, 'Family')
  const { group } = family
  const file = simulatedPhoto('film', size)
  await sam.engine.addPhotos({ ...family, files: [{ file }] })
  await eventually('it is sent', async () => (await sam.engine.overview()).safety.waiting === 0)
  const blob = await joinAndFind(sam, ana, group)
  return {
    ana,
    film: { group, blob },
    contents: new Uint8Array(await file.arrayBuffer()),
    ranges: () => asked,
    lie: (next: typeof change) => (change = next),
  }
}

async function firstRow(device: SimulatedDevice, group: GroupId): Promise<IndexRow> {
  return eventually('there is a photo', async () => {
    const { index } = await createDeviceStore(device.disk.mount()).openGroup(group)
    const rows = await index.rows([...((await index.head())?.slots ?? [])])
    return rows[0]
  })
}
