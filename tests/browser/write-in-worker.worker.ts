/** Keeps and reads a blob where sync access handles are: in a dedicated worker. */
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import { createBrowserDisk } from '#lib/storage/browser-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'

addEventListener('message', (event: MessageEvent<{ group: GroupId; blob: BlobId; file: Blob }>) => {
  void keep(event.data)
})

async function keep({ group, blob, file }: { group: GroupId; blob: BlobId; file: Blob }) {
  const store = await createDeviceStore(createBrowserDisk()).openGroup(group)
  await store.blobs.put(blob, file)
  const kept = await store.blobs.get(blob)
  postMessage({ size: kept?.size, sum: sumOf(await kept?.arrayBuffer()) })
}

function sumOf(buffer: ArrayBuffer | undefined): number {
  return new Uint8Array(buffer ?? new ArrayBuffer()).reduce((sum, byte) => (sum * 31 + byte) | 0, 7)
}
