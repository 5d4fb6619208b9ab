/** Blobs in memory: for tests and as the plain statement of what `BlobStore` means. */
import { readFile, rm } from 'node:fs/promises'
import { concatBytes, plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { idFromBytes, type BlobId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { digestSha256 } from '#lib/base/sha256.ts'
import type { BlobProblem, BlobStore, ListedBlob, Stored } from './blob-store.ts'

const CHUNK_BYTES = 256 * 1024

/** An empty store. */
export function createMemoryBlobStore(): BlobStore {
  const blobs = new Map<BlobId, Bytes>()
  const aside = new Map<BlobId, Bytes>()
  const keep = async (id: BlobId, bytes: Bytes): Promise<Result<Stored, BlobProblem>> => {
    if (idFromBytes('BlobId', await digestSha256(bytes)) !== id) return err({ kind: 'mismatch' })
    if (blobs.has(id)) return ok('known')
    blobs.set(id, bytes)
    return ok('stored')
  }
  return {
    put: async (id, source, maxBytes) => {
      const bytes = await collect(source, maxBytes)
      return bytes === null ? err({ kind: 'too-large' }) : keep(id, bytes)
    },
    adopt: async (id, file) => {
      const bytes = plainBytes(await readFile(file))
      await rm(file)
      return keep(id, bytes)
    },
    size: (id) => Promise.resolve(blobs.get(id)?.length ?? null),
    read: (id, start, end) => chunks(blobs.get(id), start, end),
    list: (after, limit) => Promise.resolve(listed(blobs, after, limit)),
    byteLength: () => Promise.resolve(lengthOf(blobs)),
    setAside: (id) => Promise.resolve(move(id, blobs, aside)),
    bringBack: (id) => Promise.resolve(move(id, aside, blobs)),
    removeAside: (id) => Promise.resolve(void aside.delete(id)),
    listAside: (after, limit) => Promise.resolve(listed(aside, after, limit)),
    asideByteLength: () => Promise.resolve(lengthOf(aside)),
  }
}

type Blobs = Map<BlobId, Bytes>

function move(id: BlobId, from: Blobs, to: Blobs): boolean {
  const bytes = from.get(id)
  if (bytes === undefined) return false
  to.set(id, bytes)
  return from.delete(id)
}

function listed(blobs: Blobs, after: BlobId | null, limit: number): ListedBlob[] {
  const ids = [...blobs.keys()].sort().filter((id) => after === null || id > after)
  return ids.slice(0, limit).map((id) => ({ id, size: blobs.get(id)?.length ?? 0 }))
}

function lengthOf(blobs: Blobs): number {
  return [...blobs.values()].reduce((sum, each) => sum + each.length, 0)
}

async function collect(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Bytes | null> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of source) {
    length += part.length
    if (length > maxBytes) return null
    parts.push(part)
  }
  return concatBytes(...parts)
}

async function* chunks(bytes: Bytes | undefined, start: number, end: number): AsyncIterable<Bytes> {
  if (bytes === undefined) throw new Error('no such blob')
  for (let at = start; at < end; at += CHUNK_BYTES) {
    yield await Promise.resolve(bytes.slice(at, Math.min(end, at + CHUNK_BYTES)))
  }
}
