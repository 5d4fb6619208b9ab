/** A feed in memory: for tests and as the plain statement of what `FeedStore` means. */
import { randomId, type DeviceId, type EntryId, type FeedId } from '#lib/base/ids.ts'
import { ok } from '#lib/base/result.ts'
import {
  maxPageEntries,
  type FeedEntry,
  type FeedPage,
  type FeedStore,
  type SelectedPage,
  type Selection,
} from './feed-store.ts'

/** An empty feed under that id. */
export function createMemoryFeedStore(first: FeedId): FeedStore {
  let feed = first
  const entries: FeedEntry[] = []
  const positions = new Map<EntryId, number>()
  const appendOne = (entry: FeedEntry): number => {
    const known = positions.get(entry.id)
    if (known !== undefined) return known
    positions.set(entry.id, entries.push(entry))
    return entries.length
  }
  return {
    get feed() {
      return feed
    },
    renew: () => ok((feed = randomId('FeedId'))),
    end: () => entries.length,
    positionOf: (id) => positions.get(id) ?? null,
    append: (batch) => ok(batch.map(appendOne)),
    page: (after, maxBytes) => pageOf(entries, after, maxBytes),
    select: (selection, maxBytes) => selectFrom(entries, selection, maxBytes),
    gapless: () => gaplessSeqs(entries),
    byteLength: () => entries.reduce((sum, entry) => sum + entry.bytes.length, 0),
    close: () => undefined,
  }
}

function pageOf(entries: readonly FeedEntry[], after: number, maxBytes: number): FeedPage {
  const following = entries.slice(after, after + maxPageEntries).map((entry) => entry.bytes)
  const fitting = following.slice(0, countFitting(following, maxBytes))
  return { entries: fitting, to: Math.min(after, entries.length) + fitting.length }
}

function selectFrom(
  entries: readonly FeedEntry[],
  selection: Selection,
  maxBytes: number,
): SelectedPage {
  const matching = entries
    .map((entry, index) => ({ entry, position: index + 1 }))
    .filter(({ entry, position }) => {
      return position > selection.after && selection.kinds.includes(entry.kind)
    })
  if (selection.newest) matching.reverse()
  const limited = matching.slice(0, selection.limit)
  const lengths = limited.map(({ entry }) => entry.bytes)
  const chosen = limited.slice(0, countFitting(lengths, maxBytes))
  return {
    entries: chosen.map(({ entry }) => entry.bytes),
    more: chosen.length < matching.length,
    to: Math.max(selection.after, ...chosen.map(({ position }) => position)),
  }
}

/** How many from the start fit into a number of bytes; at least one where there is any. */
export function countFitting(items: readonly Uint8Array[], maxBytes: number): number {
  let bytes = 0
  const tooMany = items.findIndex((item) => {
    bytes += item.length
    return bytes > maxBytes
  })
  return tooMany === -1 ? items.length : Math.max(1, tooMany)
}

function gaplessSeqs(entries: readonly FeedEntry[]): ReadonlyMap<DeviceId, number> {
  const seqs = new Map<DeviceId, Set<number>>()
  for (const { author, seq } of entries) {
    seqs.set(author, (seqs.get(author) ?? new Set()).add(seq))
  }
  const gapless = new Map<DeviceId, number>()
  for (const [author, known] of seqs) {
    let highest = 0
    while (known.has(highest + 1)) highest++
    if (highest > 0) gapless.set(author, highest)
  }
  return gapless
}
