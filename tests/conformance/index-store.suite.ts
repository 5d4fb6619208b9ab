import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ItemId } from '#lib/base/ids.ts'
import type { IndexChange, IndexRow, IndexStore } from '#lib/ports/index-store.ts'
import { album, sampleId, sampleRendition, sampleRow } from '#tests/support/stored-samples.ts'
import { freshGroup, type CreateDevice } from './stores-under-test.ts'

export function indexStoreSuite(name: string, createDevice: CreateDevice): void {
  describe(`index store, ${name}`, () => {
    test('an index that was never built is null, an empty one is empty', async () => {
      const { store } = await freshGroup(createDevice)
      expect(await store.index.head()).toBeNull()
      await store.index.replaceAll([])
      expect((await store.index.head())?.count).toBe(0)
    })

    test('photos come newest first, with what a grid needs', async () => {
      const { store } = await freshGroup(createDevice)
      const rows = Array.from({ length: 150 }, (_, n) => sampleRow(n))
      await store.index.replaceAll(rows)
      expect(await shown(store.index)).toEqual([...rows].reverse())
      const head = await store.index.head()
      expect(head?.aspect[0]).toBe(1333)
      expect(head?.albums).toEqual([album])
      expect(await store.index.rows([9999])).toEqual([null])
    })

    test('one more photo, a changed caption and a removal show in the next head', async () => {
      const { store, inAnotherTab } = await freshGroup(createDevice)
      const rows = [0, 1, 2, 3].map((n) => sampleRow(n))
      await store.index.replaceAll(rows)
      const before = await store.index.head()
      const moved = { ...sampleRow(1), caption: 'Lisbon', album: sampleId('DocId', 2) }
      await store.index.apply({
        put: [sampleRow(9), moved],
        remove: [sampleRow(2).item, sampleRow(77).item],
      })
      const other = (await inAnotherTab()).index
      expect(await shown(other)).toEqual([sampleRow(9), sampleRow(3), moved, sampleRow(0)])
      expect(await other.row(moved.item)).toEqual(moved)
      expect(await other.row(sampleRow(2).item)).toBeNull()
      const asked = [sampleRow(2).item, moved.item, sampleRow(77).item, sampleRow(9).item]
      expect(await other.missing(asked)).toEqual([asked[0], asked[2]])
      const after = await other.head()
      expect(after?.revision).toBeGreaterThan(before?.revision ?? Infinity)
      // The place of the removed photo went to the new one.
      expect(Math.max(...(after?.slots ?? []))).toBe(3)
    })

    test('a rendition is found by its blob until it is replaced', async () => {
      const { store } = await freshGroup(createDevice)
      const { index } = store
      const row = sampleRow(5)
      await index.apply({ put: [row, sampleRow(6)], remove: [] })
      expect(await index.renditions(sampleId('BlobId', 52))).toEqual([row.preview])
      const better = { ...row, preview: sampleRendition(500, 2) }
      await index.apply({ put: [better], remove: [] })
      expect(await index.renditions(sampleId('BlobId', 52))).toEqual([])
      expect(await index.renditions(sampleId('BlobId', 5002))).toEqual([better.preview])
      await index.apply({ put: [], remove: [row.item] })
      expect(await index.renditions(sampleId('BlobId', 51))).toEqual([])
    })

    test('all that rows say of one blob is given, each once, whoever was written last', async () => {
      const { store } = await freshGroup(createDevice)
      const { index } = store
      const blob = sampleId('BlobId', 53)
      const honest = sampleRendition(5, 3)
      const forged = [
        { ...honest, key: new Uint8Array(16) },
        { ...honest, size: 1 },
        { ...honest, mime: 'text/html' },
      ]
      await index.apply({ put: [sampleRow(5)], remove: [] })
      await index.apply({ put: [{ ...sampleRow(6), original: honest }], remove: [] })
      for (const [n, original] of forged.entries())
        await index.apply({ put: [{ ...sampleRow(70 + n), original }], remove: [] })
      await index.apply({ put: [{ ...sampleRow(5), caption: 'again' }], remove: [] })
      const said = await index.renditions(blob)
      expect(said).toHaveLength(4)
      expect(said).toEqual(expect.arrayContaining([honest, ...forged]))
    })

    test('a basis stands while those who write agree on it', async () => {
      const { store } = await freshGroup(createDevice)
      const { index } = store
      const put = (n: number, after: string | null, now: string) =>
        index.apply({ put: [sampleRow(n)], remove: [], basis: { after, now } })
      expect(await index.basis()).toBeNull()
      await index.replaceAll([sampleRow(0)], 'one')
      await put(1, 'one', 'two')
      expect(await index.basis()).toEqual('two')
      // Another tab that takes the same step agrees, one that takes another does not.
      await put(1, 'one', 'two')
      expect(await index.basis()).toEqual('two')
      await put(2, 'one', 'three')
      expect(await index.basis()).toBeNull()
      await put(3, 'two', 'four')
      expect(await index.basis()).toBeNull()
      await index.apply({ put: [], remove: [], basis: { after: null, now: 'compared' } })
      expect(await index.basis()).toEqual('compared')
      await index.apply({ put: [sampleRow(4)], remove: [] })
      expect(await index.basis()).toBeNull()
      expect((await index.head())?.count).toBe(5)
    })

    test('any sequence of changes shows what a sorted list would', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(someChange, { maxLength: 12 }), async (changes) => {
          const { store } = await freshGroup(createDevice)
          const model = new Map<ItemId, IndexRow>()
          await store.index.replaceAll([])
          for (const change of changes) {
            await store.index.apply(change)
            for (const item of change.remove) model.delete(item)
            for (const row of change.put) model.set(row.item, row)
            expect(await shown(store.index)).toEqual(inOrder([...model.values()]))
          }
        }),
        { numRuns: name === 'memory' ? 60 : 8 },
      )
    })

    test('two tabs that add at once lose nothing', async () => {
      const { store, inAnotherTab } = await freshGroup(createDevice)
      const other = await inAnotherTab()
      const adding = Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? store : other).index.apply({ put: [sampleRow(n)], remove: [] }),
      )
      await Promise.all(adding)
      expect((await store.index.head())?.count).toBe(20)
      expect(new Set((await store.index.head())?.slots).size).toBe(20)
    })
  })
}

/** Few items at few times, so that ties, replacements and reused slots are common. */
const someChange: fc.Arbitrary<IndexChange> = fc.record({
  put: fc.array(
    fc
      .tuple(fc.nat(90), fc.nat(3))
      .map(([n, minute]) => sampleRow(n, 1_700_000_000_000 + 60_000 * minute)),
    { maxLength: 40 },
  ),
  remove: fc.array(
    fc.nat(90).map((n) => sampleId('ItemId', n)),
    { maxLength: 10 },
  ),
})

async function shown(index: IndexStore): Promise<(IndexRow | null)[]> {
  const head = await index.head()
  return index.rows([...(head?.slots ?? [])])
}

function inOrder(rows: IndexRow[]): IndexRow[] {
  return rows.sort((a, b) => b.takenMs - a.takenMs || (a.item < b.item ? -1 : 1))
}
