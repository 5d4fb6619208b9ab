import { describe, expect, test } from 'vitest'
import { concatBytes, toHex, type Bytes } from '#lib/base/bytes.ts'
import type { BlobId } from '#lib/base/ids.ts'
import { sha256 } from '#lib/base/sha256.ts'
import type { ComingFile } from '#lib/ports/blob-store.ts'
import {
  homeRelay,
  randomBytes,
  sampleEntry,
  sampleId,
  sampleTransfer,
} from '#tests/support/stored-samples.ts'
import { freshGroup, type CreateDevice } from './stores-under-test.ts'

const blob = (n: number) => sampleId('BlobId', n)
const author = sampleId('DeviceId', 1)
/** Of one that is kept in a row, and of one that is kept in a file. */
const sizes = [1000, 100_000]

export function blobStoreSuite(name: string, createDevice: CreateDevice): void {
  describe(`blob store, ${name}`, () => {
    test('ciphertext comes back byte for byte after a restart, from bytes and from a file', async () => {
      const { store, afterRestart } = await freshGroup(createDevice)
      const [small, large] = [randomBytes(1000), largeBytes()]
      await store.blobs.put(blob(1), small)
      await store.blobs.put(blob(2), new Blob([large]))
      const again = (await afterRestart()).blobs
      expect(await bytesOf(await again.get(blob(1)))).toEqual(small)
      const kept = await again.get(blob(2))
      expect(await bytesOf(kept?.slice(5_000_000, 5_000_009) ?? null)).toEqual(
        large.slice(5_000_000, 5_000_009),
      )
      const sizes = [...(await again.list())].map(([id, { size }]) => [id, size])
      expect(sizes).toEqual(
        [blob(1), blob(2)].sort().map((id) => [id, id === blob(1) ? 1000 : large.length]),
      )
    })

    test.each(sizes)(
      'what is staged is no blob until its entry comes, and then it is; what is dropped never (%d bytes)',
      async (size) => {
        const { store, afterRestart } = await freshGroup(createDevice)
        const [kept, dropped] = [bytesFrom(1, size), bytesFrom(2, size)]
        const staged = await store.blobs.stage(blob(1), kept)
        const unwanted = await store.blobs.stage(blob(2), dropped)
        if (staged === null || unwanted === null) throw new Error('both have a name')
        expect(await store.blobs.stage(() => null, dropped)).toBeNull()
        expect([...(await store.blobs.list())]).toEqual([])
        await store.blobs.discard([unwanted])
        await store.entries.commit({ entries: [sampleEntry(author, 1)], blobs: [staged] })
        await store.blobs.discard([staged])
        const again = (await afterRestart()).blobs
        expect(await bytesOf(await again.get(blob(1)))).toEqual(kept)
        expect([...(await again.list()).keys()]).toEqual([blob(1)])
      },
    )

    test.each(sizes)(
      'of a blob that is staged twice, or is here already, the first one counts (%d bytes)',
      async (size) => {
        const { store, inAnotherTab } = await freshGroup(createDevice)
        const bytes = bytesFrom(1, size)
        await store.blobs.put(blob(1), bytes)
        const stage = async (n: number) => {
          const staged = await store.blobs.stage(blob(n), bytes)
          if (staged === null) throw new Error('it has a name')
          return staged
        }
        const twice = await store.blobs.stageFile(blob(2), bytes)
        const blobs = [await stage(1), await stage(2), await stage(2), twice]
        await store.entries.commit({ entries: [sampleEntry(author, 1)], blobs })
        const { blobs: seen } = await inAnotherTab()
        expect([...(await seen.list()).keys()].sort()).toEqual([blob(1), blob(2)].sort())
        for (const n of [1, 2]) expect(await bytesOf(await seen.get(blob(n)))).toEqual(bytes)
      },
    )

    test('what another tab has tidied up meanwhile is kept no more, and nothing of its entry is stored', async () => {
      const { store, inAnotherTab } = await freshGroup(createDevice)
      const staged = await store.blobs.stage(blob(1), bytesFrom(1, 100_000))
      const small = await store.blobs.stage(blob(2), bytesFrom(2, 1000))
      if (staged === null || small === null) throw new Error('both have a name')
      await (await inAnotherTab()).blobs.discard([staged])
      const commit = { entries: [sampleEntry(author, 1)], blobs: [small, staged] }
      await expect(store.entries.commit(commit)).rejects.toMatchObject({ kind: 'unstaged' })
      expect(await store.entries.records()).toEqual([])
      expect([...(await store.blobs.list())]).toEqual([])
    })

    test('a long film that is written while it comes is named at its end; another one leaves nothing', async () => {
      const { store, afterRestart } = await freshGroup(createDevice)
      const parts = [randomBytes(60_000), randomBytes(5)]
      const film = { size: 60_005, pieces: () => comingIn(parts) }
      await store.blobs.put(() => blob(1), film)
      await store.blobs.put(() => null, film)
      await expect(
        store.blobs.put(() => blob(2), { ...film, pieces: () => comingIn(parts, 'it broke off') }),
      ).rejects.toThrow('it broke off')
      const again = (await afterRestart()).blobs
      expect(await bytesOf(await again.get(blob(1)))).toEqual(concatBytes(...parts))
      expect([...(await again.list()).keys()]).toEqual([blob(1)])
    })

    test('a long film whose line breaks goes on where it was, after a restart too, and is there once whole', async () => {
      const { store, afterRestart } = await freshGroup(createDevice)
      const film = randomBytes(60_000)
      const id = nameOf(film)
      const asked: number[] = []
      const comes = (to: number) => comingFrom(film, (from) => (asked.push(from), to))
      expect(await store.blobs.receive(id, comes(20_000))).toBe('further')
      expect(await store.blobs.receive(id, comes(20_000))).toBe('nothing')
      expect([await store.blobs.has(id), await store.blobs.get(id)]).toEqual([false, null])
      const again = (await afterRestart()).blobs
      expect(await again.receive(id, comes(50_000))).toBe('further')
      expect(await again.missing([blob(7), id])).toEqual([blob(7), id])
      expect(await again.receive(id, comes(60_000))).toBe('whole')
      expect(await again.missing([blob(7), id])).toEqual([blob(7)])
      expect(asked).toEqual([0, 20_000, 20_000, 50_000])
      expect(await bytesOf(await again.get(id))).toEqual(film)
      expect(await again.receive(id, comes(60_000))).toBe('whole')
      expect(asked).toHaveLength(4)
    })

    test('what comes under a wrong name is not kept, also when only its beginning is another’s', async () => {
      const { store } = await freshGroup(createDevice)
      const film = randomBytes(60_000)
      const other = randomBytes(60_000)
      const id = nameOf(film)
      expect(
        await store.blobs.receive(
          id,
          comingFrom(other, () => 60_000),
        ),
      ).toBe('other')
      expect(
        await store.blobs.receive(
          id,
          comingFrom(other, () => 10_000),
        ),
      ).toBe('further')
      expect(
        await store.blobs.receive(
          id,
          comingFrom(film, () => 60_000),
        ),
      ).toBe('mixed')
      expect(await store.blobs.has(id)).toBe(false)
      expect(
        await store.blobs.receive(
          id,
          comingFrom(film, () => 60_000),
        ),
      ).toBe('whole')
    })

    test('of two tabs that take in the same film at once, it is there once', async () => {
      const { store, inAnotherTab } = await freshGroup(createDevice)
      const film = randomBytes(60_000)
      const id = nameOf(film)
      const stores = [store.blobs, (await inAnotherTab()).blobs]
      for (const blobs of stores)
        await blobs.receive(
          id,
          comingFrom(film, () => 9),
        )
      const got = await Promise.all(
        stores.map((blobs) =>
          blobs.receive(
            id,
            comingFrom(film, () => 60_000),
          ),
        ),
      )
      expect(got).toContain('whole')
      expect(await bytesOf(await store.blobs.get(id))).toEqual(film)
      expect((await store.blobs.list()).size).toBe(1)
    })

    test('an unknown blob is not there', async () => {
      const { store } = await freshGroup(createDevice)
      expect(await store.blobs.get(blob(1))).toBeNull()
      expect(await store.blobs.has(blob(1))).toBe(false)
      await store.blobs.remove(blob(1))
      expect(await store.blobs.list()).toEqual(new Map())
    })

    test.each(sizes)(
      'two tabs that keep the same blob at once keep it once (%d bytes)',
      async (size) => {
        const { store, inAnotherTab } = await freshGroup(createDevice)
        const other = await inAnotherTab()
        const bytes = bytesFrom(1, size)
        await Promise.all([store.blobs.put(blob(1), bytes), other.blobs.put(blob(1), bytes)])
        expect(await bytesOf(await store.blobs.get(blob(1)))).toEqual(bytes)
        expect((await other.blobs.list()).size).toBe(1)
      },
    )

    test.each(sizes)(
      'what is given up is gone with its file, what waits to be sent stays (%d bytes)',
      async (size) => {
        const { store, afterRestart } = await freshGroup(createDevice)
        const onItsWay = sampleTransfer(homeRelay, 1, 1)
        for (const id of [blob(1), blob(2), onItsWay.blob])
          await store.blobs.put(id, bytesFrom(1, size))
        await store.entries.addTransfers([onItsWay])
        const given = await store.blobs.giveUp([blob(1), onItsWay.blob, blob(9)])
        expect(given).toEqual([blob(1)])
        const again = (await afterRestart()).blobs
        expect(await again.get(blob(1))).toBeNull()
        expect((await again.get(onItsWay.blob))?.size).toBe(size)
        expect([...(await again.list()).keys()]).toEqual([blob(2), onItsWay.blob].sort())
      },
    )

    test('a blob that came later was of use later', async () => {
      const { store } = await freshGroup(createDevice)
      const before = Date.now()
      await store.blobs.put(blob(1), randomBytes(100))
      expect((await store.blobs.list()).get(blob(1))?.usedMs).toBeGreaterThanOrEqual(before)
    })

    test.each(sizes)(
      'a removed blob is gone for every tab and can come back (%d bytes)',
      async (size) => {
        const { store, inAnotherTab } = await freshGroup(createDevice)
        const other = await inAnotherTab()
        await store.blobs.put(blob(1), bytesFrom(1, size))
        await other.blobs.remove(blob(1))
        expect(await store.blobs.get(blob(1))).toBeNull()
        await store.blobs.put(blob(1), new Uint8Array([7]))
        expect(await bytesOf(await other.blobs.get(blob(1)))).toEqual(new Uint8Array([7]))
      },
    )

    test('a small one is opened in memory, a longer one as a file, and one from before as it was kept', async () => {
      const { store, afterRestart } = await freshGroup(createDevice)
      const [small, long] = sizes.map((size) => bytesFrom(1, size))
      await store.blobs.put(blob(1), small ?? new Uint8Array())
      await store.blobs.put(blob(2), long ?? new Uint8Array())
      const early = await store.blobs.stageFile(blob(3), small ?? new Uint8Array())
      await store.entries.commit({ entries: [sampleEntry(author, 1)], blobs: [early] })
      const again = (await afterRestart()).blobs
      expect(await again.open(blob(1))).toEqual(small)
      expect(await again.open(blob(4))).toBeNull()
      for (const [n, bytes] of [
        [2, long],
        [3, small],
      ] as const) {
        const held = await again.open(blob(n))
        expect(held instanceof Blob ? await bytesOf(held) : null).toEqual(bytes)
      }
    })
  })
}

const nameOf = (bytes: Bytes) => toHex(sha256(bytes)) as BlobId

/** A file whose line breaks at a place, told by where it is asked to go on. */
function comingFrom(bytes: Bytes, breaksAt: (from: number) => number): ComingFile {
  return {
    size: bytes.length,
    pieces: (from) => {
      const to = breaksAt(from)
      const rest = bytes.subarray(from, to)
      const parts = [rest.slice(0, 7), rest.slice(7)].filter(({ length }) => length > 0)
      return comingIn(parts, to < bytes.length ? 'the line broke' : undefined)
    },
  }
}

function largeBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 5_300_000 }, (_, n) => (n * 31) % 251)
}

function bytesFrom(seed: number, length: number): Bytes {
  return Uint8Array.from({ length }, (_, n) => (n * 31 + seed) % 251)
}

async function bytesOf(blob: Blob | null): Promise<Uint8Array | null> {
  return blob && new Uint8Array(await blob.arrayBuffer())
}

async function* comingIn(parts: readonly Bytes[], problem?: string): AsyncGenerator<Bytes> {
  for (const part of parts) yield await Promise.resolve(part)
  if (problem !== undefined) throw new Error(problem)
}
