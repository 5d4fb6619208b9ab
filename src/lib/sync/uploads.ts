/**
 * Sends waiting blobs to one relay in the order of the transfer queue, a few at a time, until none is left.
 *
 * A transfer leaves the queue when the relay has re-hashed and stored the blob. Sending one again is harmless.
 *
 * Errors  `full` and `unreachable` stop the run until the next `kick` or the back-off's time
 * Source  docs/design.md §8 "Order of sending"
 */
import type { BlobStore } from '#lib/ports/blob-store.ts'
import type { EntryStore, Transfer } from '#lib/ports/entry-store.ts'
import { createBackoff } from './backoff.ts'
import type { BlobClient } from './blob-client.ts'
import type { BlobProblem } from './blob-problem.ts'

export interface Uploads {
  start(): void
  /** New transfers wait, or signal is back. */
  kick(): void
  stop(): void
}

export interface UploadsParts {
  readonly relay: Transfer['relay']
  readonly store: EntryStore
  readonly blobs: BlobStore
  readonly client: BlobClient
  readonly onSent: (transfer: Transfer) => void
  readonly onProblem: (problem: BlobProblem) => void
}

const atOnce = 4
const pageTransfers = 32

/** Uploads at rest; `start` them. */
export function createUploads(parts: UploadsParts): Uploads {
  const { relay, store, blobs, client } = parts
  const backoff = createBackoff()
  let stopped: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  let running: Promise<void> | null = null
  let wanted = false

  const sendOne = async (transfer: Transfer, signal: AbortSignal): Promise<BlobProblem | null> => {
    const ciphertext = await blobs.get(transfer.blob)
    if (ciphertext === null) {
      await store.transferDone(relay, transfer.blob)
      return null
    }
    const sent = await client.put(transfer.blob, ciphertext, signal)
    if (!sent.ok) return sent.error
    await store.transferDone(relay, transfer.blob)
    parts.onSent(transfer)
    return null
  }

  const sendSome = async (queue: Transfer[], signal: AbortSignal): Promise<BlobProblem | null> => {
    let problem: BlobProblem | null = null
    const lane = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined && problem === null; next = queue.shift()) {
        problem = (await sendOne(next, signal)) ?? problem
      }
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
    return problem
  }

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      wanted = false
      const queue = nextRound(await store.transfers(relay, pageTransfers))
      if (queue.length === 0) return
      const problem = await sendSome(queue, signal)
      if (problem === null) backoff.reset()
      else if (problem.kind !== 'aborted') {
        parts.onProblem(problem)
        timer = setTimeout(kick, backoff.nextMs())
        return
      }
    }
  }

  const kick = (): void => {
    wanted = true
    if (stopped === null || running !== null) return
    if (timer !== null) clearTimeout(timer)
    timer = null
    const { signal } = stopped
    running = run(signal)
      .catch(() => {
        parts.onProblem({ kind: 'unreachable' })
      })
      .finally(() => {
        running = null
        if (wanted && timer === null) kick()
      })
  }

  return {
    kick,
    start() {
      stopped ??= new AbortController()
      kick()
    },
    stop() {
      stopped?.abort()
      stopped = null
      if (timer !== null) clearTimeout(timer)
      timer = null
    },
  }
}

/** Small things first and alone: an original beside them would make them late. */
function nextRound(queue: readonly Transfer[]): Transfer[] {
  const rank = queue[0]?.rank
  const alike = queue.filter((transfer) => transfer.rank === rank)
  return rank === 3 ? alike.slice(0, atOnce) : alike
}
