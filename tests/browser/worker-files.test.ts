import { expect, test } from 'vitest'
import { createBrowserDisk } from '#lib/storage/browser-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { randomGroup, sampleId } from '#tests/support/stored-samples.ts'

test('what the engine keeps in its worker, the page reads', async () => {
  const [group, blob] = [randomGroup(), sampleId('BlobId', 1)]
  const bytes = Uint8Array.from({ length: 9_000_001 }, (_, n) => (n * 13) % 255)
  const worker = new Worker(new URL('./write-in-worker.worker.ts', import.meta.url), {
    type: 'module',
  })
  const answer = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = ({ message }) => reject(new Error(message))
    worker.postMessage({ group, blob, file: new Blob([bytes]) })
  })
  worker.terminate()
  const sum = bytes.reduce((so, byte) => (so * 31 + byte) | 0, 7)
  expect(answer).toEqual({ size: bytes.length, sum })
  const store = await createDeviceStore(createBrowserDisk()).openGroup(group)
  const kept = await (await store.blobs.get(blob))?.slice(8_999_990).arrayBuffer()
  expect(new Uint8Array(kept ?? new ArrayBuffer())).toEqual(bytes.slice(8_999_990))
})
