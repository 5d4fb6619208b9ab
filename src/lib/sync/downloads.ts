/**
 * Brings blobs to this device, from whichever relay has them: on demand at once, ahead of need in batches.
 *
 * A blob is stored only if it hashes to its name. Someone else's photo may be on its way still, so "absent"
 * is asked again for a while, soon at first. Two asking for the same blob share one transfer. A long one whose line
 * breaks goes on where it stopped, from whichever relay, also after a restart; patience begins anew with what comes.
 *
 * Errors  `fetch` answers false where it cannot be had now
 * Source  docs/design.md §8
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId } from '#lib/base/ids.ts'
import { inOneRun } from '#lib/base/one-run.ts'
import { markStep } from '#lib/base/steps.ts'
import type { BlobStore, Received } from '#lib/ports/blob-store.ts'
import { createBackoff } from './backoff.ts'
import type { BlobClient } from './blob-client.ts'
import { askPatiently } from './patience.ts'

export interface Downloads {
  /**
   * Makes sure the blob is on this device; asks again for `patienceMs` while nothing of it comes. One of more than
   * `mostBytes` does not come.
   */
  fetch(id: BlobId, patienceMs: number, mostBytes?: number): Promise<boolean>
  /**
   * Fetches small blobs in batches, in this order, without hurry, and least of all after the first; what is nowhere yet
   * is asked for again and again.
   */
  prefetch(ids: readonly BlobId[]): void
  /** Waits for the first batch that is fetched ahead, a few seconds at most; at once where nothing is to be fetched. */
  firstAhead(): Promise<void>
  stop(): void
}

export interface DownloadsParts {
  readonly blobs: BlobStore
  /** Relays to ask, the best first. */
  readonly clients: () => readonly BlobClient[]
  readonly clock: () => number
}

interface Wanted {
  readonly id: BlobId
  readonly mostBytes: number
}

const batchBlobs = 48
const firstAheadMs = 8000
/** What came first is being shown, which needs the line and the processor more than what nobody sees yet. */
const firstRestMs = 500

/** Downloads of one group. */
export function createDownloads(parts: DownloadsParts): Downloads {
  const { blobs, clock } = parts
  const stopped = new AbortController()
  const underWay = new Map<BlobId, Promise<boolean>>()
  const batched = new Map<BlobId, Promise<boolean>>()
  let queue: BlobId[] = []
  const backoff = createBackoff()
  let timer: ReturnType<typeof setTimeout> | null = null
  let first: Promise<unknown> | null = null

  /** What a relay has of it, taken in; null where it has nothing. */
  const takeFrom = async (
    client: BlobClient,
    { id, mostBytes }: Wanted,
  ): Promise<Received | null> => {
    const got = await client.get(id, await blobs.begun(id), stopped.signal)
    if (!got.ok) return null
    if (got.value instanceof Uint8Array) {
      if (got.value.length > mostBytes) return null
      await blobs.put(id, got.value)
      return 'whole'
    }
    try {
      return got.value.size > mostBytes ? null : await blobs.receive(id, got.value)
    } finally {
      await got.value.end()
    }
  }

  const tryOnce = async (wanted: Wanted): Promise<'here' | 'coming' | null> => {
    let isComing = false
    for (const client of parts.clients()) {
      let received = await takeFrom(client, wanted)
      // It may be what another relay told before: then all of it is asked for.
      if (received === 'mixed') received = await takeFrom(client, wanted)
      isComing ||= received === 'further'
      if (received !== 'whole') continue
      markStep('thumbnail here')
      return 'here'
    }
    return isComing ? 'coming' : null
  }

  const fetchPatiently = async (wanted: Wanted, patienceMs: number): Promise<boolean> => {
    const { id } = wanted
    if (await blobs.has(id)) return true
    if ((await batched.get(id)) === true) return true
    markStep('thumbnail asked for')
    const patience = { untilMs: clock() + patienceMs, clock, signal: stopped.signal }
    const isHere = async (): Promise<true | null> => {
      if (await blobs.has(id)) return true
      const found = await tryOnce(wanted)
      if (found === 'coming') patience.untilMs = clock() + patienceMs
      return found === 'here' ? true : null
    }
    return (await askPatiently(patience, isHere)) ?? false
  }

  /** Gives those that did not come. Whoever asks for one meanwhile waits for it instead of asking as well. */
  const fetchBatch = async (wanted: readonly BlobId[]): Promise<BlobId[]> => {
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
      return [...coming.keys()]
    } finally {
      for (const { resolve } of coming.values()) resolve(false)
      for (const id of wanted) batched.delete(id)
    }
  }

  /** Whether it was of use; what did not come is asked for after everything else. */
  const prefetchBatch = async (): Promise<boolean> => {
    const wanted = new Set<BlobId>()
    while (wanted.size < batchBlobs && queue.length > 0) {
      const next = queue.splice(0, batchBlobs - wanted.size).filter((id) => !underWay.has(id))
      for (const id of await blobs.missing(next)) wanted.add(id)
    }
    const absent = await fetchBatch([...wanted])
    queue.push(...absent)
    return absent.length < wanted.size || wanted.size === 0
  }

  const prefetchAll = inOneRun(async () => {
    while (queue.length > 0 && !stopped.signal.aborted) {
      const batch = prefetchBatch()
      const isFirst = first === null
      first ??= batch.catch(() => undefined)
      if (!(await batch)) return
      backoff.reset()
      if (isFirst && queue.length > 0)
        await endOf(AbortSignal.any([stopped.signal, AbortSignal.timeout(firstRestMs)]))
    }
  })

  const goOn = (): void => {
    timer = null
    void prefetchAll().then(
      () => {
        if (queue.length > 0 && !stopped.signal.aborted)
          timer ??= setTimeout(goOn, backoff.nextMs())
      },
      // On a full disk the rest waits until somebody asks for it.
      () => undefined,
    )
  }

  return {
    fetch(id, patienceMs, mostBytes = Infinity) {
      const running =
        underWay.get(id) ??
        fetchPatiently({ id, mostBytes }, patienceMs).finally(() => underWay.delete(id))
      underWay.set(id, running)
      return running
    },
    prefetch(ids) {
      queue = [...new Set([...ids, ...queue])]
      backoff.reset()
      if (timer !== null) clearTimeout(timer)
      goOn()
    },
    async firstAhead() {
      const enough = AbortSignal.any([stopped.signal, AbortSignal.timeout(firstAheadMs)])
      await Promise.race([first, endOf(enough)])
    },
    stop() {
      stopped.abort()
      if (timer !== null) clearTimeout(timer)
      queue = []
    },
  }
}

function endOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve()
    })
  })
}
