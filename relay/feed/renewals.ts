/**
 * How often a member may have a feed take a new id: once an hour in each group.
 *
 * A device that has read further than the feed goes has it renewed (feed-session.ts). Whoever lies about that makes
 * everybody read the feed again, and no more often than that; what others say is heard all the same.
 *
 * Memory  bounded: beyond it nobody new is heard for a while
 */
import type { GroupId, MemberId } from '#lib/base/ids.ts'
import { hourMs, type Clock } from '#lib/base/time.ts'

const MAX_REMEMBERED = 10_000

/** Asks whether that member may have that group's feed renewed now; a yes is remembered. */
export type MayRenew = (group: GroupId, by: MemberId) => boolean

/** Nobody has yet. */
export function createRenewals(clock: Clock): MayRenew {
  // In the order of time.
  const renewedMs = new Map<string, number>()
  return (group, by) => {
    for (const [each, atMs] of renewedMs) {
      if (clock() - atMs < hourMs) break
      renewedMs.delete(each)
    }
    const whose = `${group} ${by}`
    if (renewedMs.has(whose) || renewedMs.size >= MAX_REMEMBERED) return false
    renewedMs.set(whose, clock())
    return true
  }
}
