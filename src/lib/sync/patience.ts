/** Asking again for what may be on its way still: soon at first, then less often. */
const firstPauseMs = 20
const longestPauseMs = 2000
const pauseGrowth = 1.5

export interface Patience {
  /** Read anew after each attempt. */
  readonly untilMs: number
  readonly clock: () => number
  readonly signal: AbortSignal
}

/** The first answer of `attempt` that is not null; null where none came in time. It is tried once in any case. */
export async function askPatiently<T>(
  patience: Patience,
  attempt: () => Promise<T | null>,
): Promise<T | null> {
  const { clock, signal } = patience
  for (
    let pauseMs = firstPauseMs;
    !signal.aborted;
    pauseMs = Math.min(pauseMs * pauseGrowth, longestPauseMs)
  ) {
    const answer = await attempt()
    if (answer !== null) return answer
    if (clock() + pauseMs > patience.untilMs) return null
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  return null
}
