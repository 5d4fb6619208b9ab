/** A file that a place does not take keeps none of the others from going up. */
import { expect, test } from 'vitest'
import { toHex } from '#lib/base/bytes.ts'
import type { BlobId } from '#lib/base/ids.ts'
import { err, ok } from '#lib/base/result.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { hourMs } from '#lib/base/time.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import type { BlobClient } from '#lib/sync/blob-client.ts'
import { outcomeOf, type BlobProblem } from '#lib/sync/blob-problem.ts'
import { createUploads } from '#lib/sync/uploads.ts'
import { eventually, simulatedPhoto } from '#tests/support/simulated-device.ts'
import { cardIn, startFamily } from '#tests/support/simulated-group.ts'
import { startRelay } from '#tests/support/start-relay.ts'
import { homeRelay, randomGroup, sampleTransfer } from '#tests/support/stored-samples.ts'

const bytes = new Uint8Array(10)
const soundName = toHex(sha256(bytes)) as BlobId

/** A preview that the place refuses so, before five originals; `isSound`: its bytes are what its name says. */
async function refusing(kind: BlobProblem['kind'], isSound: boolean) {
  const devices = createDeviceStore(createMemoryDisk().mount())
  const { entries: store, blobs } = await devices.openGroup(randomGroup())
  const preview = sampleTransfer(homeRelay, 1, 2)
  const refused = isSound ? { ...preview, blob: soundName } : preview
  const originals = [2, 3, 4, 5, 6].map((n) => sampleTransfer(homeRelay, n, 3))
  const all = [refused, ...originals]
  for (const { blob } of all) await blobs.put(blob, bytes)
  await store.addTransfers(all)
  const tried: BlobId[] = []
  const told: (readonly [string, BlobId | null])[] = []
  const state = { nowMs: Date.now(), isRefused: true }
  const client: Pick<BlobClient, 'put'> = {
    put(id) {
      tried.push(id)
      const answer = state.isRefused && id === refused.blob ? err({ kind }) : ok(null)
      return Promise.resolve(answer)
    },
  }
  const uploads = createUploads({
    ...{ relay: homeRelay, store, blobs, client: client as BlobClient, clock: () => state.nowMs },
    bring: () => Promise.resolve('never'),
    onSent: () => undefined,
    onProblem: (problem, blob) => told.push([problem.kind, blob]),
  })
  uploads.start()
  const left = async () => (await store.transfers(homeRelay, 10)).map(({ blob }) => blob)
  const timesTried = () => tried.filter((id) => id === refused.blob).length
  return { uploads, state, told, left, timesTried, refused: refused.blob }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 100))

for (const [kind, isSound, says] of [
  ['damaged', true, false],
  ['damaged', false, true],
  ['too-large', true, true],
] as const)
  test(`one preview is ${kind} there (${isSound ? 'sound' : 'not sound'} here): the originals go, and it is tried again later`, async () => {
    const { uploads, state, told, left, timesTried, refused } = await refusing(kind, isSound)
    await eventually('the others have gone', async () => (await left()).length === 1)
    for (let n = 0; n < 3; n++) {
      uploads.kick()
      await pause()
    }
    expect(await left()).toEqual([refused])
    expect(timesTried()).toBe(1)
    expect(told).toEqual(says ? [[kind, refused]] : [])
    state.nowMs += hourMs + 1
    state.isRefused = false
    uploads.kick()
    await eventually('it has gone, too', async () => (await left()).length === 0)
    uploads.stop()
  })

for (const kind of ['full', 'refused', 'unreachable'] as const)
  test(`a place that says ${kind} is sent nothing more for now`, async () => {
    const { uploads, told, left, timesTried } = await refusing(kind, true)
    await eventually('it is told', () => Promise.resolve(told.length > 0))
    expect(told[0]).toEqual([kind, null])
    expect(timesTried()).toBe(1)
    expect(await left()).toHaveLength(6)
    uploads.stop()
  })

test('only a place without room is full; a file too large for it is that file’s own problem', () => {
  expect(outcomeOf({ status: 507 })).toEqual(err({ kind: 'full' }))
  expect(outcomeOf({ status: 413 })).toEqual(err({ kind: 'too-large' }))
})

test('Ana is told that a photo is too large for the place until it has gone, and her others go meanwhile', async () => {
  const relay = await startRelay()
  let limit = 3000
  const limited: typeof fetch = (input, init) => {
    const isTooLarge = init?.body instanceof Blob && init.body.size > limit
    return isTooLarge ? Promise.resolve(new Response(null, { status: 413 })) : fetch(input, init)
  }
  let aheadMs = 0
  const parts = { fetch: limited, clock: () => Date.now() + aheadMs }
  const { ana, group, album } = await startFamily(relay, parts)
  const files = [{ file: simulatedPhoto('large', 5000) }, { file: simulatedPhoto('small') }]
  await ana.engine.addPhotos({ group, album, files })
  const safety = async () => (await ana.engine.overview()).safety
  await eventually('one is left', async () => {
    const { waiting, trouble } = await safety()
    return waiting === 1 && trouble === 'file-too-large'
  })
  expect((await cardIn(ana, group))?.albums[0]?.count).toBe(2)
  limit = Infinity
  aheadMs = hourMs + 1
  ana.engine.signalIsBack()
  await eventually('all is sent, and nothing is said any more', async () => {
    const { waiting, trouble } = await safety()
    return waiting === 0 && trouble === null
  })
  await ana.close()
  await relay.dispose()
})
