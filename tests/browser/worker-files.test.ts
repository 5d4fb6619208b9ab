import { expect, test } from 'vitest'
import { createBrowserDisk } from '#lib/storage/browser-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { randomGroup, sampleId } from '#tests/support/stored-samples.ts'

test('what the engine keeps in its worker, the page reads', async () => {
  const [group, blob] = [randomGroup(), sampleId('BlobId', 1)]
  const bytes = Uint8Array.from({ length: 9_000_001 }, (_, n) => (n * 13) % 255)
  const answer = await inWorker({ group, blob, file: new Blob([bytes]) })
  expect(answer).toEqual({ size: bytes.length, sum: sumOf(bytes) })
  const store = await createDeviceStore(createBrowserDisk()).openGroup(group)
  const kept = await (await store.blobs.get(blob))?.slice(8_999_990).arrayBuffer()
  expect(new Uint8Array(kept ?? new ArrayBuffer())).toEqual(bytes.slice(8_999_990))
})

test('a film whose line breaks goes on in the engine’s worker where it was', async () => {
  const bytes = Uint8Array.from({ length: 9_000_002 }, (_, n) => (n * 13) % 255)
  const answer = await inWorker({ group: randomGroup(), blob: null, file: new Blob([bytes]) })
  const outcomes = [0, 'further', bytes.length / 2, 'whole']
  expect(answer).toEqual({ outcomes, sum: sumOf(bytes) })
})

test('files are written and read however often the browser collects garbage meanwhile', async () => {
  const url = new URL('./collect-garbage.worker.ts', import.meta.url)
  const answer = await ofWorker(new Worker(url, { type: 'module' }), 200)
  expect(answer).toEqual({ written: 200, read: 200 })
})

test('a folder that another tab has removed is made again by whoever knew it', async () => {
  const [here, elsewhere] = [createBrowserDisk().files, createBrowserDisk().files]
  const folder = ['groups', randomGroup()]
  await here.write([...folder, 'blobs', 'one'], Uint8Array.of(1))
  await elsewhere.remove(folder)
  expect(await here.read([...folder, 'blobs', 'one'])).toBeNull()
  await here.write([...folder, 'blobs', 'two'], Uint8Array.of(2))
  await elsewhere.remove(folder)
  await here.write([...folder, 'blobs', 'three'], Uint8Array.of(3))
  expect(await (await elsewhere.read([...folder, 'blobs', 'three']))?.bytes()).toEqual(
    Uint8Array.of(3),
  )
  await here.remove([...folder, 'blobs', 'two'])
  await here.remove(folder)
})

/** What the worker says to a wish. */
function inWorker(wish: object): Promise<unknown> {
  const url = new URL('./write-in-worker.worker.ts', import.meta.url)
  return ofWorker(new Worker(url, { type: 'module' }), wish)
}

async function ofWorker(worker: Worker, wish: unknown): Promise<unknown> {
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data)
      worker.onerror = ({ message }) => reject(new Error(message))
      worker.postMessage(wish)
    })
  } finally {
    worker.terminate()
  }
}

const sumOf = (bytes: Uint8Array) => bytes.reduce((sum, byte) => (sum * 31 + byte) | 0, 7)
