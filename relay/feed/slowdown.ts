/**
 * Rates by address: how fast somebody may go on asking, and how long a failed proof is held back.
 *
 * Whose   an address is an IPv4 address or the first half (/64) of an IPv6 one: a household. Behind a
 *         proxy all share one. So nobody is ever shut out for what others at their address do: a
 *         *right* proof is answered at once, only failures wait for one another.
 * Units   milliseconds; a failure waits at most 5 s, less than a device waits for an answer
 * Memory  bounded: the address that was quiet for longest is forgotten first
 */
import { isIPv6 } from 'node:net'
import { secondMs, type Clock } from '#lib/base/time.ts'
import { createTokenBucket, type TokenBucket } from './token-bucket.ts'

const MAX_ADDRESSES = 10_000
const MAX_WAIT_MS = 5 * secondMs
/** A phone that does not know yet that it was removed fails now and then; a guesser fails always. */
const FAILURES = { perSecond: 20, burst: 200 }

/** Buckets by address. */
export interface AddressRates {
  /** Takes one token of that address and tells how long to wait before the next, 0 while some are left. */
  take(address: string | undefined): number
}

/** Full buckets for everybody. */
export function createAddressRates(
  rate: { readonly perSecond: number; readonly burst: number },
  clock: Clock,
): AddressRates {
  const buckets = new Map<string, TokenBucket>()
  return {
    take: (address) => {
      const name = householdOf(address ?? '')
      const bucket = buckets.get(name) ?? createTokenBucket(rate, clock)
      // Last in the map is the address that asked last.
      buckets.delete(name)
      buckets.set(name, bucket)
      const [quietest] = buckets.keys()
      if (buckets.size > MAX_ADDRESSES && quietest !== undefined) buckets.delete(quietest)
      return bucket.take(1)
    },
  }
}

/** Holds back the answer to a failed proof or an unknown group. */
export interface Slowdown {
  /** Resolves when somebody at that address may hear that it failed. */
  afterFailure(address: string | undefined): Promise<void>
}

/** Remembers failures by address. */
export function createSlowdown(clock: Clock): Slowdown {
  const failures = createAddressRates(FAILURES, clock)
  return {
    afterFailure: async (address) => {
      const waitMs = Math.min(MAX_WAIT_MS, failures.take(address))
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs).unref())
    },
  }
}

/** What an address is counted as. */
export function householdOf(address: string): string {
  const mapped = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!isIPv6(mapped)) return mapped
  const [before = '', after] = mapped.split('%', 1)[0]?.split('::') ?? []
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const zeros = after === undefined ? [] : Array<string>(8 - head.length - tail.length).fill('0')
  return [...head, ...zeros, ...tail].slice(0, 4).join(':')
}
