/**
 * Brings blobs to this device, from whichever relay has them: on demand at once, ahead of need in batches.
 *
 * A blob is stored only if it hashes to its name. Someone else's photo may be on its way still, so "absent"
 * is asked again for a while. Two asking for the same blob share one transfer.
 *
 * Errors  `fetch` answers false where it cannot be had now
 * Source  docs/design.md §8
 */
import type { BlobId } from '#lib/base/ids.ts'
import type { BlobStore } from '#lib/ports/blob-store.ts'
import type { BlobClient } from './blob-client.ts'

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

const firstPauseMs = 40
const longestPauseMs = 2000
const pauseGrowth = 1.25
const batchBlobs = 48

/** Downloads of one group. */
export function createDownloads(parts: DownloadsParts): Downloads {
  const { blobs, clock } = parts
  const stopped = new AbortController()
  const underWay = new Map<BlobId, Promise<boolean>>()
  let queue: BlobId[] = []
  let prefetching: Promise<void> | null = null

  const tryOnce = async (id: BlobId): Promise<boolean> => {
    for (const client of parts.clients()) {
      const got = await client.get(id, stopped.signal)
      if (!got.ok) continue
      await blobs.put(id, got.value)
      return true
    }
    return false
  }

  const fetchPatiently = async (id: BlobId, untilMs: number): Promise<boolean> => {
    if (await blobs.has(id)) return true
    for (
      let pauseMs = firstPauseMs;
      !stopped.signal.aborted;
      pauseMs = Math.min(pauseMs * pauseGrowth, longestPauseMs)
    ) {
      if (await tryOnce(id)) return true
      if (clock() + pauseMs > untilMs) return false
      await pause(pauseMs)
      if (await blobs.has(id)) return true
    }
    return false
  }

  const prefetchBatch = async (): Promise<boolean> => {
    const wanted: BlobId[] = []
    while (wanted.length < batchBlobs && queue.length > 0) {
      const id = queue.shift()
      if (id !== undefined && !underWay.has(id) && !(await blobs.has(id))) wanted.push(id)
    }
    let left = wanted
    for (const client of parts.clients()) {
      if (left.length === 0) break
      const got = new Set<BlobId>()
      const take = async (id: BlobId, bytes: Parameters<BlobStore['put']>[1]): Promise<void> => {
        await blobs.put(id, bytes)
        got.add(id)
      }
      await client.batch(left, take, stopped.signal)
      left = left.filter((id) => !got.has(id))
    }
    return left.length === 0
  }

  const prefetchAll = async (): Promise<void> => {
    while (queue.length > 0 && !stopped.signal.aborted) {
      if (!(await prefetchBatch())) return
    }
  }

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
      prefetching ??= prefetchAll()
        .catch(() => undefined)
        .finally(() => (prefetching = null))
    },
    stop() {
      stopped.abort()
      queue = []
    },
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
