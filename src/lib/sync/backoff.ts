/** Waiting times between attempts: doubling from half a second to a minute, with full jitter. */
export interface Backoff {
  nextMs(): number
  reset(): void
}

const firstMs = 500
const longestMs = 60_000

/** `random` gives numbers in [0, 1). */
export function createBackoff(random: () => number = Math.random): Backoff {
  let failures = 0
  return {
    nextMs() {
      const ceiling = Math.min(longestMs, firstMs * 2 ** failures)
      failures++
      return ceiling / 2 + (random() * ceiling) / 2
    },
    reset() {
      failures = 0
    },
  }
}
