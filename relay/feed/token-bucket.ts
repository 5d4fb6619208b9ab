/** Token buckets: so much at once, so much a second. */
import { secondMs, type Clock } from '#lib/base/time.ts'

export interface TokenBucket {
  /** Takes tokens and tells how long to wait before the next ones, 0 while there are some left. */
  take(count: number): number
}

/** A full bucket. It may be overdrawn once; the debt is what one waits for. */
export function createTokenBucket(
  rate: { readonly perSecond: number; readonly burst: number },
  clock: Clock,
): TokenBucket {
  let tokens = rate.burst
  let filledAtMs = clock()
  return {
    take: (count) => {
      const nowMs = clock()
      const gained = ((nowMs - filledAtMs) / secondMs) * rate.perSecond
      tokens = Math.min(rate.burst, tokens + gained) - count
      filledAtMs = nowMs
      return tokens >= 0 ? 0 : (-tokens / rate.perSecond) * secondMs
    },
  }
}
