/**
 * When places went back to an earlier state, as this device has seen it: remembered until the group leaves the device.
 *
 * It is what happened, so nothing that a place says later takes it back: not even a feed with another id, which it could
 * begin by itself. Whoever reads it may put it away (ui/group/PlaceList.svelte); the next time is said again.
 *
 * Shape   the note `setbacks`: a map of relay keys to the moment of the last time
 * Units   milliseconds
 * Errors  a note that cannot be written or read costs the memory of it, nothing else
 * Source  docs/design.md §9
 */
import type { RelayId } from '#lib/base/ids.ts'
import type { NoteStore } from '#lib/ports/note-store.ts'

export interface Setbacks {
  /** When the place last went back; null if it never did. */
  lastMs(relay: RelayId): number | null
  note(relay: RelayId, atMs: number): void
  /** Takes in what other tabs have noted since. */
  recall(): Promise<void>
}

/** What the device remembers already is there when this resolves. */
export async function openSetbacks(notes: NoteStore): Promise<Setbacks> {
  let known: ReadonlyMap<string, number> = new Map()
  const recall = async (): Promise<void> => {
    known = laterOf(known, asSetbacks(await notes.read('setbacks').catch(() => null)))
  }
  await recall()
  return {
    recall,
    lastMs: (relay) => known.get(relay) ?? null,
    note(relay, atMs) {
      known = laterOf(known, new Map([[relay, atMs]]))
      void notes.change('setbacks', (old) => laterOf(asSetbacks(old), known)).catch(() => undefined)
    },
  }
}

/** Of each place the later moment. */
function laterOf(
  one: ReadonlyMap<string, number>,
  other: ReadonlyMap<string, number>,
): Map<string, number> {
  const all = new Map(one)
  for (const [relay, ms] of other) all.set(relay, Math.max(ms, all.get(relay) ?? 0))
  return all
}

function asSetbacks(stored: unknown): Map<string, number> {
  const found = new Map<string, number>()
  if (!(stored instanceof Map)) return found
  for (const [relay, ms] of stored as Map<unknown, unknown>)
    if (typeof relay === 'string' && typeof ms === 'number') found.set(relay, ms)
  return found
}
