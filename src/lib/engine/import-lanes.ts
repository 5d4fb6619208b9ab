/**
 * Works through what waits, a few at a time. What comes meanwhile is taken up by the next lane that is free, so a lane
 * stands still only where nothing waits.
 *
 * Errors  what one work throws keeps the others from beginning; those under way end first, then `workOff` throws it
 */

export interface Lanes {
  /** There may be something new: `workOff` looks again. Safe to call at any time. */
  ask(): void
  /** Whether something besides the work that asks is under way, waits, or may wait. */
  hasOthers(): boolean
  /** Something that no lane waits for, given back; `workOff` does not end before it. Its failure keeps others from beginning. */
  beside(task: Promise<void>): Promise<void>
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
  let failures: unknown[] = []
  const busy = new Set<Promise<void>>()
  const tasks = new Set<Promise<void>>()

  const follow = (task: Promise<void>, among: Set<Promise<void>>): void => {
    const followed = task
      .catch((cause: unknown) => failures.push(cause))
      .then(() => {
        among.delete(followed)
        wake()
      })
    among.add(followed)
  }
  const lookAgain = async (): Promise<void> => {
    isAsked = false
    waiting = [...(await list().catch((cause: unknown) => (failures.push(cause), [])))]
  }

  return {
    ask() {
      isAsked = true
      wake()
    },
    hasOthers: () => isAsked || waiting.length > 0 || busy.size > 1,
    beside: (task) => {
      follow(task, tasks)
      return task
    },
    async workOff(signal) {
      failures = []
      const mayBegin = () => failures.length === 0 && !signal.aborted
      for (;;) {
        while (mayBegin() && waiting.length === 0 && isAsked) await lookAgain()
        while (mayBegin() && busy.size < lanes && waiting.length > 0)
          follow(work(waiting.shift() as T), busy)
        if (busy.size + tasks.size > 0) await new Promise<void>((resolve) => (wake = resolve))
        else if (!mayBegin() || (waiting.length === 0 && !isAsked)) break
      }
      waiting = []
      if (failures.length > 0) throw failures[0]
    },
  }
}
