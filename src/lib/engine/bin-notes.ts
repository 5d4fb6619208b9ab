/**
 * For how many days this device has seen things in the bin. Their marks tell when by somebody's clock, which may be
 * wrong or lie; nothing goes by itself before this device has seen it there on 30 days.
 *
 * A day is counted when a look comes a day or more after the one before, and never more than one, however long that
 * was: this device's clock jumps, too, and what was not looked at may have been taken out meanwhile. A clock that went
 * back says nothing until the look after the next. What is put into the bin anew counts from the beginning.
 */
import type { DocId, ItemId } from '#lib/base/ids.ts'
import { dayMs } from '#lib/base/time.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import type { GroupStore } from '#lib/ports/group-store.ts'

/** Something in the bin; `mark` is another one whenever it was put there anew. */
export interface ThingInBin {
  readonly id: ItemId | DocId
  readonly mark: string
}

interface Seen {
  readonly mark: string
  readonly days: number
  /** From when the next day is counted. */
  readonly sinceMs: number
  /** The clock went back to that. */
  readonly isBack: boolean
}

export type SeenInBin = ReadonlyMap<string, Seen>

/** Notes what is there now, and forgets what is not any more; without any room the next look counts the same again. */
export async function noteSeenInBin(
  { notes }: Pick<GroupStore, 'notes'>,
  things: readonly ThingInBin[],
  nowMs: number,
): Promise<SeenInBin> {
  const old = asSeen(await notes.read('seen-in-bin'))
  const seen = seenAgain(old, things, nowMs)
  const isSame = seen.size === old.size && [...seen].every(([id, one]) => old.get(id) === one)
  if (!isSame)
    await notes
      .change('seen-in-bin', () => seen)
      .catch((cause: unknown) => {
        // Who makes room does it here.
        if (!(cause instanceof StorageProblem && cause.kind === 'full')) throw cause
      })
  return seen
}

/** What is known after one more look. */
export function seenAgain(old: SeenInBin, things: readonly ThingInBin[], nowMs: number): SeenInBin {
  return new Map(
    things.map(({ id, mark }) => {
      const before = old.get(id)
      if (before?.mark !== mark) return [id, { mark, days: 0, sinceMs: nowMs, isBack: false }]
      return [id, lookedAt(before, nowMs)]
    }),
  )
}

/** Whole days, 0 where it was not seen. */
export function daysInBin(seen: SeenInBin, id: ItemId | DocId): number {
  return seen.get(id)?.days ?? 0
}

function lookedAt(seen: Seen, nowMs: number): Seen {
  const passedMs = nowMs - seen.sinceMs
  if (passedMs < 0) return { ...seen, sinceMs: nowMs, isBack: true }
  if (passedMs < dayMs) return seen
  // Whoever looks every day, but not at the same hour, misses none.
  const sinceMs = passedMs < 2 * dayMs ? seen.sinceMs + dayMs : nowMs
  return { ...seen, sinceMs, days: seen.days + (seen.isBack ? 0 : 1), isBack: false }
}

function asSeen(stored: unknown): SeenInBin {
  const seen = new Map<string, Seen>()
  if (!(stored instanceof Map)) return seen
  for (const [id, one] of stored as Map<unknown, unknown>)
    if (typeof id === 'string' && isSeen(one)) seen.set(id, one)
  return seen
}

/** Earlier versions noted a time. */
function isSeen(stored: unknown): stored is Seen {
  if (typeof stored !== 'object' || stored === null) return false
  const { mark, days, sinceMs, isBack } = stored as Partial<Record<string, unknown>>
  return (
    typeof mark === 'string' &&
    typeof days === 'number' &&
    typeof sinceMs === 'number' &&
    typeof isBack === 'boolean'
  )
}
