/**
 * Sends waiting blobs to one relay in the order of the transfer queue, a few at a time, until none is left.
 *
 * A transfer leaves the queue when the relay has re-hashed and stored the blob. Sending one again is harmless. A blob
 * that is not on this device is brought from elsewhere where that can be; while it cannot, it waits behind all others. So
 * does one that the relay does not take for its own sake, for an hour at least: it is too large there, or did not arrive
 * as what its name says.
 * A thumbnail goes ahead, before its entry is written: then it is there when the others hear of the photo.
 *
 * Errors  `full`, `unreachable` and what else concerns all of them stop the run until the next `kick` or the back-off's
 *         time; `damaged` is told of a blob only where this device's own bytes are
 * Source  docs/design.md §8 "Order of sending"
 */
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import type { BlobId } from '#lib/base/ids.ts'
import { createSha256 } from '#lib/base/sha256.ts'
import { markStep } from '#lib/base/steps.ts'
import { hourMs } from '#lib/base/time.ts'
import type { BlobStore } from '#lib/ports/blob-store.ts'
import type { EntryStore, Transfer } from '#lib/ports/entry-store.ts'
import { createBackoff } from './backoff.ts'
import type { BlobClient } from './blob-client.ts'
import type { BlobProblem } from './blob-problem.ts'

export interface Uploads {
  start(): void
  /**
   * Sends a blob whose transfer is not queued yet, while there is a relay to send it to. Whether that worked out is
   * seen when its transfer comes up.
   */
  ahead(blob: BlobId, ciphertext: Bytes): void
  /** New transfers wait, or signal is back. */
  kick(): void
  stop(): void
}

/** A blob that is only passed on: `release` gives up what it takes here. */
export interface Brought {
  readonly ciphertext: Blob
  readonly release: () => Promise<void>
}

/** Brings a blob that is not on this device; `later` while it cannot be had, `never` where it need not be waited for. */
export type BringBlob = (blob: BlobId) => Promise<Brought | 'later' | 'never'>

export interface UploadsParts {
  readonly relay: Transfer['relay']
  readonly store: EntryStore
  readonly blobs: BlobStore
  readonly client: BlobClient
  readonly bring: BringBlob
  readonly clock: () => number
  readonly onSent: (transfer: Transfer) => void
  /** With the blob where it concerns that one alone. */
  readonly onProblem: (problem: BlobProblem, blob: BlobId | null) => void
}

/** Transfers of one rank. */
interface Round {
  readonly rank: Transfer['rank']
  readonly waiting: Transfer[]
  /** Whatever became of them. */
  readonly begun: Set<BlobId>
}

const atOnce = 4
const pageTransfers = 32
const originalRank = 3
/** So long a blob rests that the relay did not take: it may be long, and may have to go again as a whole. */
const restMs = hourMs

/** Uploads at rest; `start` them. */
export function createUploads(parts: UploadsParts): Uploads {
  const { relay, store, blobs, client } = parts
  const backoff = createBackoff()
  let stopped: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  let running: Promise<void> | null = null
  let wanted = false
  const early = new Map<BlobId, Promise<boolean>>()
  /** What the relay did not take for its own sake, and until when it rests. */
  const resting = new Map<BlobId, number>()
  let rested: ReturnType<typeof setTimeout> | null = null

  const queue = async (): Promise<Transfer[]> => {
    const nowMs = parts.clock()
    for (const [blob, untilMs] of resting) if (untilMs <= nowMs) resting.delete(blob)
    const all = await store.transfers(relay, pageTransfers + resting.size)
    return all.filter(({ blob }) => !resting.has(blob))
  }

  const take = async (blob: BlobId): ReturnType<BringBlob> => {
    const ciphertext = await blobs.get(blob)
    return ciphertext === null
      ? parts.bring(blob)
      : { ciphertext, release: () => Promise.resolve() }
  }

  const takeEarly = (blob: BlobId): Promise<boolean> | undefined => {
    const sending = early.get(blob)
    early.delete(blob)
    return sending
  }

  const sendEarly = async (blob: BlobId, ciphertext: Bytes, signal: AbortSignal) => {
    const sent = await client.put(blob, new Blob([ciphertext]), signal)
    if (sent.ok) markStep('thumbnail sent')
    return sent.ok
  }

  const sendOne = async (
    transfer: Transfer,
    signal: AbortSignal,
  ): Promise<BlobProblem | 'gone' | 'postponed'> => {
    const { blob } = transfer
    if ((await takeEarly(blob)) === true) {
      await store.transferDone(relay, blob)
      parts.onSent(transfer)
      return 'gone'
    }
    const taken = await take(blob)
    if (taken === 'later') {
      await store.postpone(relay, blob, parts.clock())
      return 'postponed'
    }
    if (taken === 'never') {
      await store.transferDone(relay, blob)
      return 'gone'
    }
    const sent = await client.put(blob, taken.ciphertext, signal)
    if (!sent.ok)
      return concernsAll(sent.error) ? sent.error : putOff(blob, taken.ciphertext, sent.error)
    if (transfer.rank === 1) markStep('thumbnail sent')
    await store.transferDone(relay, blob)
    await taken.release()
    parts.onSent(transfer)
    return 'gone'
  }

  const putOff = async (blob: BlobId, ciphertext: Blob, problem: BlobProblem): Promise<'gone'> => {
    resting.set(blob, parts.clock() + restMs)
    await store.postpone(relay, blob, parts.clock())
    const isOurs = problem.kind !== 'damaged' || (await nameOf(ciphertext)) !== blob
    if (isOurs) parts.onProblem(problem, blob)
    // For now: the queue does not give it.
    return 'gone'
  }

  /** What went wrong, if anything; `stuck` where all had to be postponed. */
  const sendSome = async (
    round: Round,
    signal: AbortSignal,
  ): Promise<BlobProblem | 'stuck' | null> => {
    const outcomes: Awaited<ReturnType<typeof sendOne>>[] = []
    const problem = () => outcomes.find((outcome) => typeof outcome === 'object') ?? null
    const lane = async (): Promise<void> => {
      for (let next = await nextOf(round); next !== null; next = await nextOf(round)) {
        outcomes.push(await sendOne(next, signal))
        if (problem() !== null) return
      }
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
    return problem() ?? (outcomes.includes('gone') ? null : 'stuck')
  }

  /** Of originals another follows while nothing smaller waits: the slowest of a few keeps nobody waiting. */
  const nextOf = async ({ waiting, begun, rank }: Round): Promise<Transfer | null> => {
    let next = waiting.shift()
    if (next === undefined && rank === originalRank) {
      const all = await queue()
      if (all[0]?.rank === originalRank) next = all.find(({ blob }) => !begun.has(blob))
    }
    if (next === undefined) return null
    begun.add(next.blob)
    return next
  }

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      wanted = false
      const round = nextRound(await queue())
      if (round === null) {
        if (resting.size > 0) rested ??= setTimeout(kick, restMs)
        return
      }
      const problem = await sendSome(round, signal)
      if (problem === null) backoff.reset()
      else if (problem === 'stuck' || problem.kind !== 'aborted') {
        if (problem !== 'stuck') parts.onProblem(problem, null)
        timer = setTimeout(kick, backoff.nextMs())
        return
      }
    }
  }

  const quiet = (): void => {
    for (const one of [timer, rested]) if (one !== null) clearTimeout(one)
    timer = rested = null
  }

  const kick = (): void => {
    wanted = true
    if (stopped === null || running !== null) return
    quiet()
    const { signal } = stopped
    running = run(signal)
      .catch(() => {
        // This device's own storage failed, a full disk perhaps: nobody else will say when it works again.
        parts.onProblem({ kind: 'unreachable' }, null)
        timer = setTimeout(kick, backoff.nextMs())
      })
      .finally(() => {
        running = null
        if (wanted && timer === null) kick()
      })
  }

  return {
    kick,
    ahead(blob, ciphertext) {
      // While it waits after a failure there is nobody to send to.
      if (stopped === null || timer !== null || early.has(blob)) return
      early.set(blob, sendEarly(blob, ciphertext, stopped.signal))
    },
    start() {
      stopped ??= new AbortController()
      kick()
    },
    stop() {
      stopped?.abort()
      stopped = null
      early.clear()
      quiet()
    },
  }
}

/** Whether no other blob would fare better. */
function concernsAll({ kind }: BlobProblem): boolean {
  return kind !== 'damaged' && kind !== 'too-large'
}

/** What these bytes are called by right. */
async function nameOf(ciphertext: Blob): Promise<string> {
  const hash = createSha256()
  const reader = ciphertext.stream().getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read())
    hash.update(next.value)
  return toHex(hash.digest())
}

/** Small things first and alone: an original beside them would make them late. */
function nextRound(queue: readonly Transfer[]): Round | null {
  const rank = queue[0]?.rank
  if (rank === undefined) return null
  const alike = queue.filter((transfer) => transfer.rank === rank)
  const waiting = rank === originalRank ? alike.slice(0, atOnce) : alike
  return { rank, waiting, begun: new Set() }
}
