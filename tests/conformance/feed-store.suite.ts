/** What every `FeedStore` must do; run on each implementation. */
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import { sha256 } from '#lib/base/sha256.ts'
import type { DeviceId, EntryId } from '#lib/base/ids.ts'
import type { EntryKind } from '#lib/wire/entry.ts'
import type { FeedEntry, FeedStore } from '#relay/feed/feed-store.ts'

const [ana, sam] = ['aa'.repeat(32), '5a'.repeat(32)] as [DeviceId, DeviceId]

/** An entry as a feed keeps it, told apart by its words. */
export function feedEntry(
  words: string,
  facts: { author?: DeviceId; seq?: number; kind?: EntryKind; length?: number } = {},
): FeedEntry {
  const bytes = new Uint8Array(facts.length ?? 100)
  bytes.set(new TextEncoder().encode(words))
  const id = toHex(sha256(bytes)) as EntryId
  return {
    id,
    author: facts.author ?? ana,
    seq: facts.seq ?? 1,
    kind: facts.kind ?? 'bundle',
    bytes,
  }
}

/** Describes an implementation; `open` gives an empty store. */
export function describeFeedStore(name: string, open: () => FeedStore): void {
  describe(`${name} as a feed store`, () => {
    let store: FeedStore
    const stores: FeedStore[] = []
    const fresh = () => {
      store = open()
      stores.push(store)
      return store
    }
    const append = (...entries: FeedEntry[]) => {
      const appended = store.append(entries)
      return appended.ok ? appended.value : []
    }
    afterEach(() => {
      for (const each of stores.splice(0)) each.close()
    })

    test('starts empty, under a feed id of its own', () => {
      const [one, other] = [fresh(), fresh()]
      expect(one.feed).toMatch(/^[0-9a-f]{32}$/)
      expect(one.feed).not.toBe(other.feed)
      expect([one.end(), one.byteLength()]).toEqual([0, 0])
      expect(one.page(0, 1000)).toEqual({ entries: [], to: 0 })
    })

    test('gives positions in the order of arrival, without gaps', () => {
      fresh()
      expect(append(feedEntry('one'), feedEntry('two'))).toEqual([1, 2])
      expect(append(feedEntry('three'))).toEqual([3])
      expect([store.end(), store.byteLength()]).toEqual([3, 300])
      expect(store.positionOf(feedEntry('two').id)).toBe(2)
      expect(store.positionOf(feedEntry('never').id)).toBeNull()
    })

    test('goes on under another id when it is renewed, with all it has', () => {
      const { feed } = fresh()
      append(feedEntry('one'))
      const renewed = store.renew()
      expect(renewed).toEqual({ ok: true, value: store.feed })
      expect(store.feed).not.toBe(feed)
      expect([store.end(), append(feedEntry('one'), feedEntry('two'))]).toEqual([1, [1, 2]])
    })

    test('keeps an entry once, however often it comes', () => {
      fresh()
      append(feedEntry('one'), feedEntry('two'))
      expect(append(feedEntry('two'), feedEntry('three'), feedEntry('three'))).toEqual([2, 3, 3])
      expect(store.end()).toBe(3)
    })

    test('pages through everything, whatever the size of a page', () => {
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: 20, max: 400 }), { maxLength: 40 }),
          fc.integer({ min: 1, max: 1000 }),
          (lengths, maxBytes) => {
            fresh()
            const entries = lengths.map((length, i) => feedEntry(`entry ${i}`, { length }))
            append(...entries)
            const read: Bytes[] = []
            let after = 0
            while (after < store.end()) {
              const page = store.page(after, maxBytes)
              const sum = page.entries.reduce((total, bytes) => total + bytes.length, 0)
              expect(sum <= maxBytes || page.entries.length === 1).toBe(true)
              expect(page.to).toBe(after + page.entries.length)
              read.push(...page.entries)
              after = page.to
            }
            expect(read.map(toHex)).toEqual(entries.map(({ bytes }) => toHex(bytes)))
          },
        ),
        { numRuns: 20 },
      )
    })

    test('selects kinds from either end and says whether there are more', () => {
      fresh()
      const ops = [1, 2, 3].map((n) => feedEntry(`op ${n}`, { kind: 'op' }))
      append(...ops.flatMap((op, i) => [op, feedEntry(`bundle ${i}`)]))
      const [first, second, third] = ops.map(({ bytes }) => bytes)
      const select = (after: number, limit: number, newest: boolean) =>
        store.select({ kinds: ['op', 'mark'], after, limit, newest }, 10_000)
      expect(select(0, 2, false)).toEqual({ entries: [first, second], more: true, to: 3 })
      expect(select(3, 2, false)).toEqual({ entries: [third], more: false, to: 5 })
      expect(select(0, 2, true)).toEqual({ entries: [third, second], more: true, to: 5 })
      expect(select(5, 2, true)).toEqual({ entries: [], more: false, to: 5 })
      const cut = store.select({ kinds: ['op'], after: 0, limit: 9, newest: false }, 150)
      expect(cut).toEqual({ entries: [first], more: true, to: 1 })
      const none = store.select({ kinds: [], after: 0, limit: 9, newest: false }, 150)
      expect(none.entries).toEqual([])
    })

    test('tells the highest gapless number of each author, forks and gaps included', () => {
      fresh()
      const by = (author: DeviceId, seq: number, words = '') =>
        feedEntry(`${author} ${seq} ${words}`, { author, seq })
      append(by(ana, 2), by(ana, 1), by(ana, 2, 'fork'), by(ana, 4), by(sam, 2))
      expect(store.gapless()).toEqual(new Map([[ana, 2]]))
      append(by(ana, 3), by(sam, 1))
      expect(store.gapless()).toEqual(
        new Map([
          [ana, 4],
          [sam, 2],
        ]),
      )
    })

    test('tells so, and how long it is, whenever it is asked while entries come in any order', () => {
      const seq = fc.integer({ min: 1, max: 8 })
      const arrival = fc.record({ author: fc.constantFrom(ana, sam), seq, fork: fc.nat(1) })
      const batch = fc.record({
        entries: fc.array(arrival, { maxLength: 6 }),
        isAsked: fc.boolean(),
        isRenewed: fc.boolean(),
      })
      fc.assert(
        fc.property(fc.array(batch, { maxLength: 12 }), (batches) => {
          fresh()
          const there = new Map<EntryId, FeedEntry>()
          for (const { entries, isAsked, isRenewed } of batches) {
            const made = entries.map(({ author, seq, fork }) =>
              feedEntry(`${author} ${seq} ${fork}`, { author, seq, length: 200 + seq }),
            )
            append(...made)
            for (const entry of made) there.set(entry.id, entry)
            if (isRenewed) store.renew()
            if (!isAsked) continue
            expect(store.gapless()).toEqual(gaplessOf([...there.values()]))
            const lengths = [...there.values()].map(({ bytes }) => bytes.length)
            expect(store.byteLength()).toBe(lengths.reduce((sum, length) => sum + length, 0))
          }
        }),
        { numRuns: 60 },
      )
    })

    test('what was told stays as it was', () => {
      fresh()
      append(feedEntry('one'))
      const told = store.gapless()
      append(feedEntry('two', { seq: 2 }))
      expect([told.get(ana), store.gapless().get(ana)]).toEqual([1, 2])
    })
  })
}

/** Counted from scratch. */
function gaplessOf(entries: readonly FeedEntry[]): Map<DeviceId, number> {
  const counted = [ana, sam].map((author) => {
    const seqs = new Set(entries.filter((one) => one.author === author).map(({ seq }) => seq))
    let highest = 0
    while (seqs.has(highest + 1)) highest++
    return [author, highest] as const
  })
  return new Map(counted.filter(([, highest]) => highest > 0))
}
