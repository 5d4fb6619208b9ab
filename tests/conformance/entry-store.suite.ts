import { describe, expect, test } from 'vitest'
import {
  ana,
  clubRelay,
  homeRelay,
  sam,
  sampleEntry,
  sampleId,
  sampleIntake,
  sampleTransfer,
} from '#tests/support/stored-samples.ts'
import { freshGroup, type CreateDevice } from './stores-under-test.ts'

const feed = sampleId('FeedId', 1)

export function entryStoreSuite(name: string, createDevice: CreateDevice): void {
  describe(`entry store, ${name}`, () => {
    test('what Ana wrote is there after a restart: entries, cursor, outbox, transfers', async () => {
      const { store, afterRestart } = await freshGroup(createDevice)
      const entries = [sampleEntry(ana, 1), sampleEntry(ana, 2)]
      const outcome = await store.entries.commit({
        entries,
        own: { author: ana, seq: 2 },
        outbox: [homeRelay],
        cursor: { relay: homeRelay, cursor: { feed, position: 7 } },
        transfers: [sampleTransfer(homeRelay, 1, 1)],
      })
      expect(outcome).toEqual({ kind: 'stored', added: entries.map((entry) => entry.id) })

      const again = (await afterRestart()).entries
      const records = await again.records()
      expect(records.map((record) => record.id)).toEqual(entries.map((entry) => entry.id))
      expect(records[0]).toEqual({
        ...{ id: entries[0]?.id, group: entries[0]?.group, kind: 'bundle', doc: entries[0]?.doc },
        ...{ author: ana, seq: 1, after: [], changes: [], quarantine: null },
      })
      const [bytes, unknown] = await again.bytes([entries[0]?.id ?? feedless, feedless])
      expect(bytes).toEqual(entries[0]?.bytes)
      expect(bytes?.buffer.byteLength).toBe(300)
      expect(unknown).toBeNull()
      expect(await again.cursors()).toEqual(new Map([[homeRelay, { feed, position: 7 }]]))
      expect(await again.outbox(homeRelay, 10)).toEqual(entries.map((entry) => entry.id))
      expect(await again.outboxCount()).toBe(2)
      expect(await again.lastSeq(ana)).toBe(2)
      expect(await again.lastSeq(sam)).toBe(0)
      expect((await again.transfers(homeRelay, 5)).map((transfer) => transfer.rank)).toEqual([1])
    })

    test('an entry received twice is stored once', async () => {
      const { store } = await freshGroup(createDevice)
      const entry = sampleEntry(sam, 1)
      await store.entries.commit({ entries: [entry, entry] })
      expect(await store.entries.commit({ entries: [entry, sampleEntry(sam, 2)] })).toEqual({
        kind: 'stored',
        added: [sampleEntry(sam, 2).id],
      })
      expect((await store.entries.records()).map((record) => record.seq)).toEqual([1, 2])
    })

    test('of two tabs that write the same number one is told so, and nothing of its entry stays', async () => {
      const { store, inAnotherTab } = await freshGroup(createDevice)
      const other = await inAnotherTab()
      const [mine, theirs] = [sampleEntry(ana, 1), sampleEntry(ana, 1, 1)]
      const own = { author: ana, seq: 1 }
      const outcomes = await Promise.all([
        store.entries.commit({ entries: [mine], own, outbox: [homeRelay] }),
        other.entries.commit({ entries: [theirs], own, outbox: [homeRelay] }),
      ])
      expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(['seq-taken', 'stored'])
      expect(await store.entries.records()).toHaveLength(1)
      expect(await other.entries.outboxCount()).toBe(1)
    })

    test('writing the very same own entry again is no conflict', async () => {
      const { store } = await freshGroup(createDevice)
      const commit = { entries: [sampleEntry(ana, 1)], own: { author: ana, seq: 1 } }
      await store.entries.commit(commit)
      expect(await store.entries.commit(commit)).toEqual({ kind: 'stored', added: [] })
    })

    test('two received entries with one number are both kept', async () => {
      const { store } = await freshGroup(createDevice)
      await store.entries.commit({ entries: [sampleEntry(sam, 1), sampleEntry(sam, 1, 1)] })
      expect(await store.entries.records()).toHaveLength(2)
      expect(await store.entries.lastSeq(sam)).toBe(1)
    })

    test('what opening an entry showed is remembered', async () => {
      const { store } = await freshGroup(createDevice)
      const [one, two] = [sampleEntry(sam, 1), sampleEntry(sam, 2)]
      await store.entries.commit({ entries: [one, two] })
      await store.entries.annotate([
        { id: one.id, changes: ['aa', 'bb'] },
        { id: two.id, quarantine: 'foreign actor' },
        { id: feedless, changes: ['cc'] },
      ])
      expect((await store.entries.record(one.id))?.changes).toEqual(['aa', 'bb'])
      expect((await store.entries.record(two.id))?.quarantine).toBe('foreign actor')
      await store.entries.annotate([{ id: two.id, quarantine: null }])
      expect((await store.entries.record(two.id))?.quarantine).toBeNull()
      expect(await store.entries.record(feedless)).toBeNull()
    })

    test('each relay has its own outbox, in order of writing', async () => {
      const { store } = await freshGroup(createDevice)
      const entries = Array.from({ length: 12 }, (_, n) => sampleEntry(ana, n + 1))
      const ids = entries.map((entry) => entry.id)
      await store.entries.commit({ entries, outbox: [homeRelay] })
      await store.entries.enqueue(clubRelay, [...ids].reverse())
      await store.entries.delivered(homeRelay, ids.slice(0, 4))
      expect(await store.entries.outbox(homeRelay, 3)).toEqual(ids.slice(4, 7))
      expect(await store.entries.outbox(clubRelay, 100)).toEqual(ids)
      expect(await store.entries.outboxCount()).toBe(20)
      await store.entries.delivered(clubRelay, ids)
      const again = { ids: ids.slice(2, 4), relays: [clubRelay] }
      await store.entries.commit({ entries: [], again })
      expect(await store.entries.outbox(clubRelay, 100)).toEqual(ids.slice(2, 4))
    })

    test('blobs go thumbnails first, newest first, each once', async () => {
      const { store } = await freshGroup(createDevice)
      const transfers = [1, 2].flatMap((n) =>
        ([3, 1, 2] as const).map((rank) => sampleTransfer(homeRelay, n, rank)),
      )
      await store.entries.addTransfers(transfers)
      await store.entries.addTransfers(transfers.slice(0, 2))
      const order = (await store.entries.transfers(homeRelay, 10)).map(
        ({ rank, addedMs }) => [rank, addedMs % 10] as const,
      )
      expect(order).toEqual([
        ...[1, 2, 3].flatMap((rank) => [
          [rank, 2],
          [rank, 1],
        ]),
      ])
      expect(await store.entries.transfers(clubRelay, 10)).toEqual([])
      const waiting = await store.entries.waiting()
      expect(waiting).toEqual({
        items: new Set([1, 2].map((n) => sampleId('ItemId', n))),
        blobs: 6,
        bytes: 12_000,
      })
      for (const { blob } of transfers) await store.entries.transferDone(homeRelay, blob)
      expect((await store.entries.waiting()).items.size).toBe(0)
    })

    test('a blob that cannot be had now waits behind all others, the first postponed first', async () => {
      const { store, afterRestart } = await freshGroup(createDevice)
      const transfers = [1, 2].flatMap((n) =>
        ([3, 1] as const).map((rank) => sampleTransfer(homeRelay, n, rank)),
      )
      const [, early, , late] = transfers.map(({ blob }) => blob)
      if (early === undefined || late === undefined) throw new Error('four transfers')
      await store.entries.addTransfers(transfers)
      await store.entries.postpone(homeRelay, late, 1000)
      await store.entries.postpone(homeRelay, early, 2000)
      await store.entries.postpone(clubRelay, early, 3000)
      const again = (await afterRestart()).entries
      const order = (await again.transfers(homeRelay, 10)).map(({ blob }) => blob)
      expect(order.slice(2)).toEqual([late, early])
      expect((await again.waiting()).blobs).toBe(4)
      for (const { blob } of transfers) await again.transferDone(homeRelay, blob)
      expect((await again.waiting()).blobs).toBe(0)
    })

    test('a finished import leaves the intake in the same step as its entry arrives', async () => {
      const { store, afterRestart } = await freshGroup(createDevice)
      await store.intake.add(new Blob(['jpg']), sampleIntake(1))
      await store.intake.add(new Blob(['png']), sampleIntake(2))
      await store.entries.commit({ entries: [sampleEntry(ana, 1)], finishedIntake: ['intake-1'] })
      const again = await afterRestart()
      expect((await again.intake.list()).map((record) => record.id)).toEqual(['intake-2'])
      expect(await again.intake.open('intake-1')).toBeNull()
      expect(await again.entries.records()).toHaveLength(1)
    })

    test('a refused commit does not finish an intake', async () => {
      const { store } = await freshGroup(createDevice)
      await store.intake.add(new Blob(['jpg']), sampleIntake(1))
      await store.entries.commit({ entries: [sampleEntry(ana, 1)] })
      const outcome = await store.entries.commit({
        entries: [sampleEntry(ana, 1, 1)],
        own: { author: ana, seq: 1 },
        finishedIntake: ['intake-1'],
      })
      expect(outcome.kind).toBe('seq-taken')
      expect(await store.intake.open('intake-1')).toMatchObject({ size: 3 })
    })

    test('of two tabs that finish one import, the second stores nothing', async () => {
      const { store, inAnotherTab } = await freshGroup(createDevice)
      const other = await inAnotherTab()
      await store.intake.add(new Blob(['jpg']), sampleIntake(1))
      const finishedIntake = ['intake-1']
      await store.entries.commit({ entries: [sampleEntry(ana, 1)], finishedIntake })
      const second = other.entries.commit({ entries: [sampleEntry(ana, 2)], finishedIntake })
      await expect(second).rejects.toMatchObject({ kind: 'gone' })
      expect(await other.entries.records()).toHaveLength(1)
    })

    test('both tabs see what either wrote', async () => {
      const { store, inAnotherTab } = await freshGroup(createDevice)
      const other = await inAnotherTab()
      await store.entries.commit({ entries: [sampleEntry(ana, 1)] })
      await other.entries.commit({ entries: [sampleEntry(sam, 1)] })
      expect((await store.entries.records()).map((record) => record.author)).toEqual([ana, sam])
    })

    test('a connection lost in the background is made anew, for reading and for writing', async () => {
      const { device, store } = await freshGroup(createDevice)
      if (device.cutConnections === null) return
      await store.entries.commit({ entries: [sampleEntry(ana, 1)] })
      device.cutConnections()
      await store.entries.commit({ entries: [sampleEntry(ana, 2)] })
      device.cutConnections()
      expect(await store.entries.lastSeq(ana)).toBe(2)
    })
  })
}

const feedless = sampleId('EntryId', 99)
