/**
 * Works through what waits, a few at a time. What comes meanwhile is taken up by the next lane that is free, so a lane
 * stands still only where nothing waits.
 *
 * Errors  what one work throws keeps the others from beginning; those under way end first, then `workOff` throws it
 */

export interface Lanes {
  /** There may be something new: `workOff` looks again. Safe to call at any time. */
  ask(): void
  /** Whether something waits, or may wait, for a lane. */
  hasMore(): boolean
  /** Until nothing waits and nothing is under way. One call at a time. */
  workOff(signal: AbortSignal): Promise<void>
}

export interface LanesParts<T> {
  /** How many at the same time. */
  readonly lanes: number
  /** What waits and is not under way. */
  readonly list: () => Promise<readonly T[]>
  readonly work: (one: T) => Promise<void>
}

/** Lanes at rest. */
export function createLanes<T>({ lanes, list, work }: LanesParts<T>): Lanes {
  let isAsked = false
  let wake: () => void = () => undefined
  let waiting: T[] = []

  return {
    ask() {
      isAsked = true
      wake()
    },
    hasMore: () => isAsked || waiting.length > 0,
    async workOff(signal) {
      const busy = new Set<Promise<void>>()
      const failures: unknown[] = []
      const mayBegin = () => failures.length === 0 && !signal.aborted
      const begin = (one: T): void => {
        const job = work(one)
          .catch((cause: unknown) => failures.push(cause))
          .then(() => void busy.delete(job))
        busy.add(job)
      }
      const lookAgain = async (): Promise<void> => {
        isAsked = false
        waiting = [...(await list().catch((cause: unknown) => (failures.push(cause), [])))]
      }
      for (;;) {
        if (mayBegin() && waiting.length === 0 && isAsked) await lookAgain()
        while (mayBegin() && busy.size < lanes && waiting.length > 0) begin(waiting.shift() as T)
        if (busy.size > 0)
          await Promise.race([...busy, new Promise<void>((resolve) => (wake = resolve))])
        else if (!mayBegin() || (waiting.length === 0 && !isAsked)) break
      }
      waiting = []
      if (failures.length > 0) throw failures[0]
    },
  }
}
