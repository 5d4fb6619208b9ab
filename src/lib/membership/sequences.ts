/**
 * Numbers of entries by author: gaps name what a relay withholds, doubles what a restored device wrote twice.
 *
 * Shape   seq counts from 1, per author device
 * Errors  none
 * Source  docs/design.md §5 "What counts"
 */
import type { DeviceId, EntryId } from '#lib/base/ids.ts'

/** Different entries of one author with one number. */
export interface Fork {
  readonly author: DeviceId
  readonly seq: number
  readonly ids: readonly EntryId[]
}

/** An entry and its number. */
export interface NumberedEntry {
  readonly id: EntryId
  readonly author: DeviceId
  readonly seq: number
}

/** Which numbers of which authors are here. */
export interface Sequences {
  /** Notes an entry that was not noted before. */
  add(entry: NumberedEntry): void
  /** Highest number without gap, from 1; 0 for strangers. */
  gapless(author: DeviceId): number
  /** The same for every author. */
  authors(): ReadonlyMap<DeviceId, number>
  /** The other entries with this one's number. */
  doubles(entry: NumberedEntry): EntryId[]
  forks(): readonly Fork[]
}

/** No numbers yet. */
export function createSequences(): Sequences {
  const idsByAuthor = new Map<DeviceId, Map<number, EntryId[]>>()
  const gaplessByAuthor = new Map<DeviceId, number>()
  const forked: { author: DeviceId; seq: number; ids: EntryId[] }[] = []
  return {
    add({ id, author, seq }) {
      const ids = idsByAuthor.get(author) ?? new Map<number, EntryId[]>()
      idsByAuthor.set(author, ids)
      const same = ids.get(seq) ?? []
      ids.set(seq, same)
      same.push(id)
      if (same.length === 2) forked.push({ author, seq, ids: same })
      let highest = gaplessByAuthor.get(author) ?? 0
      while (ids.has(highest + 1)) highest += 1
      gaplessByAuthor.set(author, highest)
    },
    gapless: (author) => gaplessByAuthor.get(author) ?? 0,
    authors: () => gaplessByAuthor,
    doubles: ({ id, author, seq }) =>
      (idsByAuthor.get(author)?.get(seq) ?? []).filter((other) => other !== id),
    forks: () => forked.map(({ author, seq, ids }) => ({ author, seq, ids: [...ids].sort() })),
  }
}
