/**
 * Entries that were put aside and may be sound: want of memory has the same look as a bad entry, and what was put aside
 * wrongly keeps all that builds upon it waiting.
 *
 * Each is tried again by itself, once at every start, three times in all. That it is being tried is noted before: what
 * ends Automerge's module, or the whole tab, whenever it is merged is so left alone for good. What breaks the rules of
 * its contents (change-rules.ts, change-size.ts) is never tried again.
 *
 * Shape   in the records, as `quarantine`: a reason, followed from the second time on by how often it was tried
 * Source  docs/design.md §3
 */
import type { EntryId } from '#lib/base/ids.ts'

/** Automerge's module ended while this, alone or with others, was read or merged. */
export const interrupted = 'interrupted'

const mostTries = 3
const passing: readonly string[] = [
  interrupted,
  'refused-by-document',
  'does-not-open',
  'undecodable',
]

export interface SecondTries {
  /** Takes in what a record says. */
  recall(id: EntryId, quarantine: string): void
  /** Entries that this start has not tried yet. */
  waiting(): EntryId[]
  /** Whether it was put aside before this start, and is not known to be sound. */
  has(id: EntryId): boolean
  /** What is to be noted before it is tried again. */
  begin(id: EntryId): string
  /** What is to be noted where an entry is put aside. */
  failed(id: EntryId, reason: string): string
  /** It is sound. */
  passed(id: EntryId): void
}

/** What the entries of one group have been put aside for. */
export function createSecondTries(): SecondTries {
  const known = new Map<EntryId, { readonly reason: string; readonly tries: number }>()
  const waiting = new Set<EntryId>()

  return {
    recall(id, quarantine) {
      const [reason = '', count = '1'] = quarantine.split(' ')
      const tries = Number(count)
      if (!passing.includes(reason) || !(tries < mostTries)) return
      known.set(id, { reason, tries })
      waiting.add(id)
    },
    waiting: () => [...waiting],
    has: (id) => known.has(id),
    begin(id) {
      const { reason, tries } = known.get(id) ?? { reason: interrupted, tries: 0 }
      waiting.delete(id)
      known.set(id, { reason, tries: tries + 1 })
      return noteOf(reason, tries + 1)
    },
    failed: (id, reason) => noteOf(reason, known.get(id)?.tries ?? 1),
    passed(id) {
      known.delete(id)
      waiting.delete(id)
    },
  }
}

function noteOf(reason: string, tries: number): string {
  return tries === 1 ? reason : `${reason} ${tries}`
}
