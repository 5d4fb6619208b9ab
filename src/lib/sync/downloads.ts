/**
 * Brings blobs to this device, from whichever relay has them: on demand at once, ahead of need in batches.
 *
 * A blob is stored only if it hashes to its name. Someone else's photo may be on its way still, so "absent"
 * is asked again for a while, soon at first. Two asking for the same blob share one transfer.
 *
 * Errors  `fetch` answers false where it cannot be had now
 * Source  docs/design.md §8
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId } from '#lib/base/ids.ts'
import { inOneRun } from '#lib/base/one-run.ts'
import { markStep } from '#lib/base/steps.ts'
import type { BlobStore } from '#lib/ports/blob-store.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import type { BlobClient, ComingFile } from './blob-client.ts'
import { askPatiently } from './patience.ts'

export interface Downloads {
  /** Makes sure the blob is on this device; asks again for `patienceMs` while it is absent everywhere. */
  fetch(id: BlobId, patienceMs: number): Promise<boolean>
  /** Fetches small blobs in batches, in this order, without hurry. */
  prefetch(ids: readonly BlobId[]): void
  stop(): void
}

export interface DownloadsParts {
  readonly blobs: BlobStore
  /** Relays to ask, the best first. */
  readonly clients: () => readonly BlobClient[]
  readonly clock: () => number
}

const batchBlobs = 48

/** Downloads of one group. */
export function createDownloads(parts: DownloadsParts): Downloads {
  const { blobs, clock } = parts
  const stopped = new AbortController()
  const underWay = new Map<BlobId, Promise<boolean>>()
  const batched = new Map<BlobId, Promise<boolean>>()
  let queue: BlobId[] = []

  /** False where a long one broke off, or turned out to be another. */
  const store = async (id: BlobId, got: Bytes | ComingFile): Promise<boolean> => {
    if (got instanceof Uint8Array) {
      await blobs.put(id, got)
      return true
    }
    try {
      await blobs.put(() => (got.isWhole() ? id : null), got)
    } catch (cause) {
      if (cause instanceof StorageProblem) throw cause
    }
    return got.isWhole()
  }

  const tryOnce = async (id: BlobId): Promise<boolean> => {
    for (const client of parts.clients()) {
      const got = await client.get(id, stopped.signal)
      if (!got.ok || !(await store(id, got.value))) continue
      markStep('thumbnail here')
      return true
    }
    return false
  }

  const fetchPatiently = async (id: BlobId, untilMs: number): Promise<boolean> => {
    if (await blobs.has(id)) return true
    if ((await batched.get(id)) === true) return true
    markStep('thumbnail asked for')
    const patience = { untilMs, clock, signal: stopped.signal }
    const isHere = async () => (await blobs.has(id)) || (await tryOnce(id)) || null
    return (await askPatiently(patience, isHere)) ?? false
  }

  /** Whoever asks for one of these meanwhile waits for it to come instead of asking as well. */
  const fetchBatch = async (wanted: readonly BlobId[]): Promise<boolean> => {
    const coming = new Map(wanted.map((id) => [id, Promise.withResolvers<boolean>()]))
    for (const [id, { promise }] of coming) batched.set(id, promise)
    const take = async (id: BlobId, bytes: Bytes): Promise<void> => {
      await blobs.put(id, bytes)
      markStep('thumbnail here')
      coming.get(id)?.resolve(true)
      coming.delete(id)
    }
    try {
      for (const client of parts.clients())
        if (coming.size > 0) await client.batch([...coming.keys()], take, stopped.signal)
      return coming.size === 0
    } finally {
      for (const { resolve } of coming.values()) resolve(false)
      for (const id of wanted) batched.delete(id)
    }
  }

  const prefetchBatch = async (): Promise<boolean> => {
    const wanted: BlobId[] = []
    while (wanted.length < batchBlobs && queue.length > 0) {
      const id = queue.shift()
      if (id !== undefined && !underWay.has(id) && !(await blobs.has(id))) wanted.push(id)
    }
    return fetchBatch(wanted)
  }

  const prefetchAll = inOneRun(async () => {
    while (queue.length > 0 && !stopped.signal.aborted) {
      if (!(await prefetchBatch())) return
    }
  })

  return {
    fetch(id, patienceMs) {
      const running =
        underWay.get(id) ??
        fetchPatiently(id, clock() + patienceMs).finally(() => underWay.delete(id))
      underWay.set(id, running)
      return running
    },
    prefetch(ids) {
      const queued = new Set(queue)
      queue = [...ids.filter((id) => !queued.has(id)), ...queue]
      void prefetchAll().catch(() => undefined)
    },
    stop() {
      stopped.abort()
      queue = []
    },
  }
}
