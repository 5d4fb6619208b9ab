/**
 * What becomes of files that somebody waits for: taken from the notices of the import, and from the stores where
 * another tab did the work and this one hears no notices.
 */
import type { ItemId } from '#lib/base/ids.ts'
import type { ImportNotice } from './api.ts'
import type { GroupSession } from './group-session.ts'

/** `item` is what shows the file now: itself, or the one that the group had already. */
export interface ArrivalOutcome {
  readonly kind: 'added' | 'duplicate' | 'failed'
  readonly item: ItemId | null
}

export interface Arrivals {
  expect(item: ItemId): void
  forget(item: ItemId): void
  /** Takes a notice; true where it is about a file that is waited for. */
  hear(notice: ImportNotice): boolean
  /** Resolves when fewer than so many are under way. */
  room(most: number, signal: AbortSignal): Promise<void>
  /** Resolves when none is under way: what became of all. */
  all(signal: AbortSignal): Promise<ReadonlyMap<ItemId, ArrivalOutcome>>
}

const lookAgainMs = 2000

/** Nothing is expected yet. */
export function createArrivals({ store, projection }: GroupSession): Arrivals {
  const underWay = new Set<ItemId>()
  const outcomes = new Map<ItemId, ArrivalOutcome>()
  let wake: () => void = () => undefined

  const settle = (item: ItemId, outcome: ArrivalOutcome): void => {
    underWay.delete(item)
    outcomes.set(item, outcome)
    wake()
  }

  /** What is neither in the intake any more nor was heard of. */
  const look = async (): Promise<void> => {
    const before = [...underWay]
    const waiting = new Set((await store.intake.list()).map(({ item }) => item))
    for (const item of before) {
      if (waiting.has(item) || !underWay.has(item)) continue
      const isShown = projection.item(item) !== null
      settle(item, isShown ? { kind: 'added', item } : { kind: 'duplicate', item: null })
    }
  }

  const room = async (most: number, signal: AbortSignal): Promise<void> => {
    const stop = (): void => wake()
    signal.addEventListener('abort', stop)
    try {
      while (underWay.size >= most) {
        signal.throwIfAborted()
        const changed = new Promise<'changed'>((resolve) => {
          wake = () => resolve('changed')
        })
        if ((await Promise.race([changed, pause()])) === 'pause') await look()
      }
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  return {
    room,
    expect(item) {
      underWay.add(item)
    },
    forget(item) {
      underWay.delete(item)
    },
    hear({ file, outcome }) {
      if (!underWay.has(file)) return false
      if (outcome.kind === 'duplicate') settle(file, { kind: 'duplicate', item: outcome.of })
      else if (outcome.kind === 'failed') settle(file, { kind: 'failed', item: null })
      else settle(file, { kind: 'added', item: file })
      return true
    },
    async all(signal) {
      await room(1, signal)
      return outcomes
    },
  }
}

function pause(): Promise<'pause'> {
  return new Promise((resolve) => {
    setTimeout(resolve, lookAgainMs, 'pause')
  })
}
