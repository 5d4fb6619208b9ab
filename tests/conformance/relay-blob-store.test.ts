import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { createFileBlobStore } from '#relay/blobs/file-blob-store.ts'
import { createMemoryBlobStore } from '#relay/blobs/memory-blob-store.ts'
import { describeBlobStore } from './relay-blob-store.suite.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mantel-blobs-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

describeBlobStore('a folder', async () => {
  const folder = await mkdtemp(join(root, 'store-'))
  const folders = {
    ...{ blobs: join(folder, 'blobs'), aside: join(folder, 'aside') },
    incoming: join(folder, 'incoming'),
  }
  return { store: createFileBlobStore(folders), folder }
})
describeBlobStore('memory', async () => ({
  store: createMemoryBlobStore(),
  folder: await mkdtemp(join(root, 'memory-')),
}))
