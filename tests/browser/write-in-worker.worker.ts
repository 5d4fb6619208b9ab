/** Keeps and reads a blob where sync access handles are: in a dedicated worker, at once or with a break in the middle. */
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import { sha256 } from '#lib/base/sha256.ts'
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import { createBrowserDisk } from '#lib/storage/browser-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'

interface Wish {
  readonly group: GroupId
  /** Null where the file comes from elsewhere, over a line that breaks. */
  readonly blob: BlobId | null
  readonly file: Blob
}

addEventListener('message', ({ data }: MessageEvent<Wish>) => {
  if (data.blob === null) void receive(data)
  else void keep({ ...data, blob: data.blob })
})

async function receive({ group, file }: Wish): Promise<void> {
  const { blobs } = await createDeviceStore(createBrowserDisk()).openGroup(group)
  const bytes = new Uint8Array(await file.arrayBuffer())
  const id = toHex(sha256(bytes)) as BlobId
  const outcomes = []
  for (const end of [bytes.length / 2, bytes.length]) {
    const pieces = async function* (from: number): AsyncGenerator<Bytes> {
      outcomes.push(from)
      yield await Promise.resolve(bytes.slice(from, end))
      if (end < bytes.length) throw new Error('the line broke')
    }
    outcomes.push(await blobs.receive(id, { size: bytes.length, pieces }))
  }
  const kept = await blobs.get(id)
  postMessage({ outcomes, sum: sumOf(await kept?.arrayBuffer()) })
}

async function keep({ group, blob, file }: Wish & { readonly blob: BlobId }): Promise<void> {
  const store = await createDeviceStore(createBrowserDisk()).openGroup(group)
  await store.blobs.put(blob, file)
  const kept = await store.blobs.get(blob)
  postMessage({ size: kept?.size, sum: sumOf(await kept?.arrayBuffer()) })
}

function sumOf(buffer: ArrayBuffer | undefined): number {
  return new Uint8Array(buffer ?? new ArrayBuffer()).reduce((sum, byte) => (sum * 31 + byte) | 0, 7)
}
