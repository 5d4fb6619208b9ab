/** Does something again after a pause, once for any number of failures meanwhile. */

export interface Retry {
  later(): void
  stop(): void
}

/** At rest until the first `later`. Units: milliseconds. */
export function createRetry(afterMs: number, act: () => void): Retry {
  let timer: ReturnType<typeof setTimeout> | null = null
  return {
    later() {
      timer ??= setTimeout(() => {
        timer = null
        act()
      }, afterMs)
    },
    stop() {
      if (timer !== null) clearTimeout(timer)
    },
  }
}
