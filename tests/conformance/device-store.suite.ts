import { describe, expect, test } from 'vitest'
import type { GroupListing } from '#lib/ports/group-store.ts'
import {
  ana,
  randomBytes,
  randomGroup,
  sampleEntry,
  sampleId,
} from '#tests/support/stored-samples.ts'
import type { CreateDevice } from './stores-under-test.ts'

export function deviceStoreSuite(name: string, createDevice: CreateDevice): void {
  describe(`device store, ${name}`, () => {
    test('the list of groups survives a restart, oldest first, newest card last written', async () => {
      const device = createDevice()
      const [family, club] = [listing(2_000), listing(1_000)]
      const tab = device.tab()
      await tab.putGroup(family)
      await tab.putGroup({ ...club, standing: 'visiting' })
      await tab.putGroup(club)
      await device.restart()
      const groups = (await device.tab().groups()).filter(({ group }) =>
        [family.group, club.group].includes(group),
      )
      expect(groups).toEqual([club, family])
    })

    test('a forgotten group leaves nothing, for other tabs too, and can be joined again', async () => {
      const device = createDevice()
      const { group } = listing(1)
      const [tab, other] = [device.tab(), device.tab()]
      await tab.putGroup(listing(1, group))
      const [store, elsewhere] = [await tab.openGroup(group), await other.openGroup(group)]
      await store.entries.commit({ entries: [sampleEntry(ana, 1)] })
      await elsewhere.blobs.put(sampleId('BlobId', 1), randomBytes(10))
      await tab.forgetGroup(group)
      expect((await other.groups()).some((left) => left.group === group)).toBe(false)
      await expect(elsewhere.entries.records()).rejects.toMatchObject({ kind: 'broken' })

      const fresh = await device.tab().openGroup(group)
      expect(await fresh.entries.records()).toEqual([])
      expect(await fresh.blobs.list()).toEqual(new Map())
    })

    test('a group is forgotten while a file of it is being written, and can be joined again', async () => {
      const tab = createDevice().tab()
      const { group } = listing(1)
      await tab.putGroup(listing(1, group))
      const store = await tab.openGroup(group)
      const begun = Promise.withResolvers<undefined>()
      const put = store.blobs.put(sampleId('BlobId', 1), {
        size: 20,
        async *pieces() {
          yield randomBytes(10)
          begun.resolve(undefined)
          await new Promise((resolve) => setTimeout(resolve, 300))
          yield randomBytes(10)
        },
      })
      const ended = Promise.allSettled([put])
      await begun.promise
      await tab.forgetGroup(group)
      await ended
      expect((await tab.groups()).some((left) => left.group === group)).toBe(false)
      const fresh = await tab.openGroup(group)
      expect(await fresh.blobs.list()).toEqual(new Map())
      await fresh.entries.commit({ entries: [sampleEntry(ana, 1)] })
      expect(await fresh.entries.lastSeq(ana)).toBe(1)
    })

    test('groups do not see each other', async () => {
      const tab = createDevice().tab()
      const [family, club] = [
        await tab.openGroup(randomGroup()),
        await tab.openGroup(randomGroup()),
      ]
      await family.entries.commit({ entries: [sampleEntry(ana, 1)] })
      await family.blobs.put(sampleId('BlobId', 1), randomBytes(10))
      expect(await club.entries.records()).toEqual([])
      expect(await club.blobs.has(sampleId('BlobId', 1))).toBe(false)
    })

    test('a closed store refuses, and the device gives a new one', async () => {
      const tab = createDevice().tab()
      const group = randomGroup()
      const store = await tab.openGroup(group)
      expect(await tab.openGroup(group)).toBe(store)
      await store.entries.commit({ entries: [sampleEntry(ana, 1)] })
      await store.close()
      await expect(store.entries.records()).rejects.toMatchObject({ kind: 'unavailable' })
      expect(await (await tab.openGroup(group)).entries.lastSeq(ana)).toBe(1)
    })
  })
}

function listing(addedMs: number, group = randomGroup()): GroupListing {
  return { group, standing: 'joined', addedMs, card: { name: 'Family', places: [] } }
}
