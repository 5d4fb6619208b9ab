/** A phone that becomes full while its photos go up: the rest follows as soon as there is room, without anybody’s doing. */
import { expect, test } from 'vitest'
import type { BlobId } from '#lib/base/ids.ts'
import { ok } from '#lib/base/result.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk, type DiskStep } from '#lib/storage/memory-disk.ts'
import type { BlobClient } from '#lib/sync/blob-client.ts'
import { createUploads } from '#lib/sync/uploads.ts'
import { homeRelay, randomGroup, sampleTransfer } from '#tests/support/stored-samples.ts'
import { eventually } from '#tests/support/simulated-device.ts'

test('Sam’s phone cannot even note what has gone up: with room again the rest goes by itself, and nothing twice over', async () => {
  let isFull = false
  let refused = 0
  const disk = createMemoryDisk(({ step }: DiskStep) => {
    if (step !== 'commit' || !isFull) return
    refused++
    throw new StorageProblem('full')
  })
  const { entries: store, blobs } = await createDeviceStore(disk.mount()).openGroup(randomGroup())
  const transfers = [1, 2, 3, 4, 5].map((n) => sampleTransfer(homeRelay, n, 3))
  for (const { blob } of transfers) await blobs.put(blob, new Uint8Array(10))
  await store.addTransfers(transfers)
  const sent: BlobId[] = []
  const told: string[] = []
  const client: Pick<BlobClient, 'put'> = {
    put(id) {
      sent.push(id)
      return Promise.resolve(ok(null))
    },
  }
  const uploads = createUploads({
    ...{ relay: homeRelay, store, blobs, client: client as BlobClient, clock: Date.now },
    bring: () => Promise.resolve('never'),
    onSent: () => undefined,
    onProblem: ({ kind }) => told.push(kind),
  })

  isFull = true
  uploads.start()
  await eventually('it was refused, and said', () => Promise.resolve(told.length > 1))
  expect(refused).toBeGreaterThan(0)
  expect(await store.transfers(homeRelay, 10)).toHaveLength(transfers.length)
  isFull = false
  const before = sent.length
  await eventually('all have gone', async () => (await store.waiting()).blobs === 0)
  expect(sent.length - before).toBeLessThanOrEqual(transfers.length)
  expect(new Set(sent)).toEqual(new Set(transfers.map(({ blob }) => blob)))
  uploads.stop()
})
