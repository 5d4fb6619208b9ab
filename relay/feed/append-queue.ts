/**
 * Group commit: appends that arrive close together share one transaction and one fsync.
 *
 * Order   signatures are checked as entries arrive, several at once; admission and storing follow in
 *         the order of arrival; an answer is given only once the transaction is durable.
 *         While one batch is being stored the next one gathers.
 * Errors  every append is answered: with its position or a `Refusal`. Where the store fails, nothing
 *         of the batch counts, and `onFailure` lets the owner forget what admission had noted.
 */
import type { EntryId } from '#lib/base/ids.ts'
import { verifyEntry, type Entry } from '#lib/wire/entry.ts'
import type { Bringer } from './admission.ts'
import type { FeedStore } from './feed-store.ts'
import { refusal, type Refusal } from './refusal.ts'

export interface Appended {
  readonly kind: 'appended'
  readonly id: EntryId
  readonly position: number
}
export type AppendOutcome = Appended | Refusal

export interface AppendQueueParts {
  readonly store: FeedStore
  /** Whether there is room for that many bytes more. */
  hasRoom(bytes: number): Promise<boolean>
  admit(entry: Entry, bringer: Bringer): Promise<Refusal | null>
  onAppended(entries: readonly Entry[]): void
  onFailure(cause: unknown): void
}

export interface AppendQueue {
  append(entry: Entry, bringer: Bringer): Promise<AppendOutcome>
  /** Resolves when everything asked for so far is answered. */
  settled(): Promise<void>
}

interface Waiting {
  readonly entry: Entry
  readonly bringer: Bringer
  readonly isSigned: Promise<boolean>
  readonly answer: (outcome: AppendOutcome) => void
}

const MAX_BATCH = 512

/** A queue in front of one feed. */
export function createAppendQueue(parts: AppendQueueParts): AppendQueue {
  const waiting: Waiting[] = []
  let working: Promise<void> | null = null

  const work = async () => {
    while (waiting.length > 0) await storeBatch(parts, waiting.splice(0, MAX_BATCH))
    working = null
  }
  return {
    append: (entry, bringer) => {
      const known = parts.store.positionOf(entry.id)
      if (known !== null)
        return Promise.resolve({ kind: 'appended', id: entry.id, position: known })
      return new Promise((answer) => {
        waiting.push({ entry, bringer, isSigned: verifyEntry(entry), answer })
        working ??= nextTick().then(work)
      })
    },
    settled: () => working ?? Promise.resolve(),
  }
}

/** Lets everything that has already arrived join the batch. */
function nextTick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

async function storeBatch(parts: AppendQueueParts, batch: readonly Waiting[]): Promise<void> {
  try {
    const admitted = await admitBatch(parts, batch)
    if (admitted.length === 0) return
    const entries = admitted.map(({ entry }) => entry)
    const stored = parts.store.append(entries)
    if (!stored.ok) {
      parts.onFailure(stored.error.cause)
      for (const each of admitted) each.answer(refusal(stored.error.kind))
      return
    }
    for (const [index, { entry, answer }] of admitted.entries()) {
      answer({ kind: 'appended', id: entry.id, position: stored.value[index] ?? 0 })
    }
    parts.onAppended(entries)
  } catch (cause) {
    parts.onFailure(cause)
    for (const each of batch) each.answer(refusal('broken'))
  }
}

/** Those of a batch that may be stored; the others are answered. */
async function admitBatch(parts: AppendQueueParts, batch: readonly Waiting[]): Promise<Waiting[]> {
  const signed = await Promise.all(batch.map(({ isSigned }) => isSigned))
  const bytes = batch.reduce((sum, { entry }) => sum + entry.bytes.length, 0)
  const hasRoom = await parts.hasRoom(bytes)
  const admitted: Waiting[] = []
  for (const [index, each] of batch.entries()) {
    const refused = await refusalFor(parts, each, { isSigned: signed[index] === true, hasRoom })
    if (refused === null) admitted.push(each)
    else each.answer(refused)
  }
  return admitted
}

function refusalFor(
  parts: AppendQueueParts,
  { entry, bringer }: Waiting,
  found: { readonly isSigned: boolean; readonly hasRoom: boolean },
): Promise<Refusal | null> {
  if (!found.isSigned) return Promise.resolve(refusal('bad-signature'))
  if (!found.hasRoom) return Promise.resolve(refusal('full'))
  return parts.admit(entry, bringer)
}
