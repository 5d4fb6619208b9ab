/**
 * Since when this device has seen things in the bin. Their marks tell when by somebody's clock, which may be wrong or
 * lie; nothing goes by itself before this device has seen it there for 30 days.
 */
import type { DocId, ItemId } from '#lib/base/ids.ts'
import type { GroupStore } from '#lib/ports/group-store.ts'

export type SeenInBin = ReadonlyMap<string, number>

/** Notes what is there now, and forgets what is not any more. */
export async function noteSeenInBin(
  { notes }: Pick<GroupStore, 'notes'>,
  ids: readonly (ItemId | DocId)[],
  nowMs: number,
): Promise<SeenInBin> {
  const old = asSeen(await notes.read('seen-in-bin'))
  const seen = new Map(ids.map((id) => [id as string, Math.min(old.get(id) ?? nowMs, nowMs)]))
  const isSame = seen.size === old.size && [...seen].every(([id, ms]) => old.get(id) === ms)
  if (!isSame) await notes.change('seen-in-bin', () => seen)
  return seen
}

/** Since when, or null. */
export function seenInBin(seen: SeenInBin, id: ItemId | DocId): number | null {
  return seen.get(id) ?? null
}

function asSeen(stored: unknown): SeenInBin {
  const seen = new Map<string, number>()
  if (!(stored instanceof Map)) return seen
  for (const [id, ms] of stored as Map<unknown, unknown>)
    if (typeof id === 'string' && typeof ms === 'number') seen.set(id, ms)
  return seen
}
