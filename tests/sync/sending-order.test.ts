/** What goes up when: originals one after another, and whatever is small before the next of them. */
import { expect, test } from 'vitest'
import type { BlobId } from '#lib/base/ids.ts'
import { ok } from '#lib/base/result.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import type { BlobClient } from '#lib/sync/blob-client.ts'
import { createUploads } from '#lib/sync/uploads.ts'
import { homeRelay, randomGroup, sampleTransfer } from '#tests/support/stored-samples.ts'
import { eventually } from '#tests/support/simulated-device.ts'

const atOnce = 4

/** Uploads over a line on which a blob is gone when the test says so. */
async function uploadsInHand(originals: number) {
  const devices = createDeviceStore(createMemoryDisk().mount())
  const { entries: store, blobs } = await devices.openGroup(randomGroup())
  const transferOf = (n: number, rank: 1 | 3) => sampleTransfer(homeRelay, n, rank)
  const waiting = Array.from({ length: originals }, (_, n) => transferOf(n + 1, 3))
  const add = async (transfers: typeof waiting) => {
    for (const { blob } of transfers) await blobs.put(blob, new Uint8Array(10))
    await store.addTransfers(transfers)
  }
  await add(waiting)
  const begun: BlobId[] = []
  const ends = new Map<BlobId, () => void>()
  const client: Pick<BlobClient, 'put'> = {
    put(id) {
      begun.push(id)
      return new Promise((resolve) => ends.set(id, () => resolve(ok(null))))
    },
  }
  const uploads = createUploads({
    ...{ relay: homeRelay, store, blobs, client: client as BlobClient, clock: Date.now },
    bring: () => Promise.resolve('never'),
    onSent: () => undefined,
    onProblem: ({ kind }) => expect.unreachable(kind),
  })
  uploads.start()
  return {
    ...{ uploads, begun, store, add, transferOf },
    end: (id: BlobId | undefined) => id !== undefined && ends.get(id)?.(),
    untilBegun: (count: number) =>
      eventually(`${count} have begun`, () => Promise.resolve(begun.length >= count)),
  }
}

test('the slowest of four originals keeps nobody waiting', async () => {
  const { uploads, begun, store, end, untilBegun } = await uploadsInHand(10)
  await untilBegun(atOnce)
  while (begun.length < 10) {
    const before = begun.length
    // The first is the slow one.
    end(begun.at(-1))
    await untilBegun(before + 1)
    expect(begun).toHaveLength(before + 1)
  }
  expect(new Set(begun).size).toBe(10)
  for (const id of begun) end(id)
  await eventually('all have gone', async () => (await store.waiting()).blobs === 0)
  expect(begun).toHaveLength(10)
  uploads.stop()
})

test('a thumbnail that comes while originals go up goes before the next of them', async () => {
  const { uploads, begun, store, end, untilBegun, add, transferOf } = await uploadsInHand(8)
  await untilBegun(atOnce)
  const thumbnail = transferOf(99, 1)
  await add([thumbnail])
  uploads.kick()
  for (const id of begun.slice(0, atOnce)) end(id)
  await untilBegun(atOnce + 1)
  expect(begun[atOnce]).toBe(thumbnail.blob)
  end(thumbnail.blob)
  await untilBegun(2 * atOnce + 1)
  for (const id of begun) end(id)
  await eventually('all have gone', async () => (await store.waiting()).blobs === 0)
  expect(begun).toHaveLength(9)
  uploads.stop()
})
