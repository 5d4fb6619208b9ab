/** What was prepared for a photo lies for a day before it can be written, and another tab tidies it up meanwhile. */
import { beforeAll, expect, test } from 'vitest'
import { err } from '#lib/base/result.ts'
import { dayMs, hourMs } from '#lib/base/time.ts'
import type { StagedBlob } from '#lib/ports/blob-store.ts'
import type { Replica } from '#lib/sync/replica.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import { prepareAutomerge, simulatedPhoto } from '#tests/support/simulated-device.ts'
import { samAlone } from '#tests/support/sam-alone.ts'
import { randomBytes, randomGroup, sampleEntry, sampleId } from '#tests/support/stored-samples.ts'

beforeAll(prepareAutomerge)

const filmBytes = 17 * 1024 * 1024
const author = sampleId('DeviceId', 1)
const blob = (n: number) => sampleId('BlobId', n)

for (const hours of [23, 25])
  test(`a film that was sealed ${hours} hours before its entry is there whole, or said not to be`, async () => {
    const disk = createMemoryDisk()
    let nowMs = Date.now()
    const tab = () => createDeviceStore(disk.mount(), { clock: () => nowMs })
    const group = randomGroup()
    const store = await tab().openGroup(group)
    const staged = await store.blobs.stage(blob(1), randomBytes(65_000))
    nowMs += hours * hourMs
    const other = await tab().openGroup(group)
    // Its first write tidies up.
    await other.blobs.put(blob(2), randomBytes(65_000))
    const commit = store.entries.commit({ entries: [sampleEntry(author, 1)], blobs: [staged!] })
    const isKept = await commit.then(
      () => true,
      () => false,
    )
    expect(isKept).toBe(hours * hourMs < dayMs)
    expect((await store.blobs.get(blob(1))) !== null).toBe(isKept)
  })

test('what a tab may be about to tidy up is kept no more either', async () => {
  let nowMs = Date.now()
  const devices = createDeviceStore(createMemoryDisk().mount(), { clock: () => nowMs })
  const store = await devices.openGroup(randomGroup())
  const staged = await store.blobs.stage(blob(1), randomBytes(65_000))
  nowMs += dayMs + 1
  const commit = store.entries.commit({ entries: [sampleEntry(author, 1)], blobs: [staged!] })
  await expect(commit).rejects.toMatchObject({ kind: 'unstaged' })
})

test('a film of which everything was tidied up before it could be written is prepared again, and is there', async () => {
  const { sam, importing, close } = await samAlone(21)
  const { blobs } = sam.store()
  const made: StagedBlob[] = []
  let isLocked = true
  const replica: Replica = {
    ...sam.replica(),
    change: (...change) =>
      isLocked ? Promise.resolve(err({ kind: 'not-ready' })) : sam.replica().change(...change),
  }
  const { pipeline, choose, items, originalOf } = importing({
    replica,
    blobs: {
      ...blobs,
      async stage(...one) {
        const staged = await blobs.stage(...one)
        if (staged !== null) made.push(staged)
        return staged
      },
    },
  })
  const [film, photo] = await choose([simulatedPhoto('film', filmBytes), simulatedPhoto('photo')])
  await pipeline.run()
  expect(items()).toEqual([])
  await blobs.discard(made)
  isLocked = false
  await pipeline.run()
  expect(items().sort()).toEqual([film!.item, photo!.item].sort())
  expect((await originalOf(film!.item))?.size).toBeGreaterThan(filmBytes)
  expect((await originalOf(photo!.item))?.size).toBeGreaterThan(0)
  expect(await sam.store().intake.list()).toEqual([])
  expect(pipeline.progress()).toBeNull()
  await close()
})
