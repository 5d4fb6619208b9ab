/** What every `BlobStore` of a relay must do; run on each implementation. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { concatBytes, toHex, type Bytes } from '#lib/base/bytes.ts'
import type { BlobId } from '#lib/base/ids.ts'
import { sha256 } from '#lib/base/sha256.ts'
import type { BlobStore } from '#relay/blobs/blob-store.ts'

/** Bytes that differ by their seed, longer than one read of a store where asked for. */
function blob(seed: number, length = 3000): { id: BlobId; bytes: Bytes } {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 7 + (i >> 8)) & 0xff)
  return { id: toHex(sha256(bytes)) as BlobId, bytes }
}

async function* inPieces(bytes: Bytes, pieceBytes = 700): AsyncIterable<Bytes> {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    yield await Promise.resolve(bytes.slice(at, at + pieceBytes))
  }
}

async function* broken(bytes: Bytes): AsyncIterable<Bytes> {
  yield await Promise.resolve(bytes.slice(0, 100))
  throw new Error('the connection is gone')
}

/** Describes an implementation; `open` gives an empty store and a folder on the same disk. */
export function describeBlobStore(
  name: string,
  open: () => Promise<{ store: BlobStore; folder: string }>,
): void {
  const MAX = 10_000_000
  const readAll = async (store: BlobStore, id: BlobId, start: number, end: number) =>
    concatBytes(...(await Array.fromAsync(store.read(id, start, end))))

  describe(`${name} as a blob store`, () => {
    test('gives back what was put, whole and in ranges', async () => {
      const { store } = await open()
      const { id, bytes } = blob(1, 2_500_000)
      expect(await store.put(id, inPieces(bytes, 64_000), MAX)).toEqual({
        ok: true,
        value: 'stored',
      })
      expect(await store.size(id)).toBe(bytes.length)
      expect(toHex(sha256(await readAll(store, id, 0, bytes.length)))).toBe(id)
      const ranges = [
        [0, 1],
        [1_048_575, 1_048_577],
        [2_499_999, 2_500_000],
      ] as const
      for (const [start, end] of ranges) {
        expect(await readAll(store, id, start, end)).toEqual(bytes.slice(start, end))
      }
    })

    test('keeps an empty blob, too', async () => {
      const { store } = await open()
      const { id, bytes } = blob(0, 0)
      expect(await store.put(id, inPieces(bytes), MAX)).toMatchObject({ ok: true })
      expect(await store.size(id)).toBe(0)
      expect(await readAll(store, id, 0, 0)).toEqual(bytes)
    })

    test('knows a blob that comes again', async () => {
      const { store } = await open()
      const { id, bytes } = blob(2)
      await store.put(id, inPieces(bytes), MAX)
      expect(await store.put(id, inPieces(bytes), MAX)).toEqual({ ok: true, value: 'known' })
      expect(await store.byteLength()).toBe(bytes.length)
    })

    test('keeps nothing of a blob that is another than its name, too long, or cut off', async () => {
      const { store } = await open()
      const [{ bytes }, { id }] = [blob(3), blob(4)]
      const mismatch = await store.put(id, inPieces(bytes), MAX)
      expect(mismatch).toEqual({ ok: false, error: { kind: 'mismatch' } })
      const long = await store.put(blob(3).id, inPieces(bytes), bytes.length - 1)
      expect(long).toEqual({ ok: false, error: { kind: 'too-large' } })
      await expect(store.put(blob(3).id, broken(bytes), MAX)).rejects.toThrow('gone')
      expect(await store.list(null, 10)).toEqual([])
      expect(await store.byteLength()).toBe(0)
    })

    test('adopts a finished file of the right content and drops any other', async () => {
      const { store, folder } = await open()
      const [good, bad] = [blob(5), blob(6)]
      const file = join(folder, 'finished')
      await writeFile(file, bad.bytes)
      expect(await store.adopt(good.id, file)).toEqual({ ok: false, error: { kind: 'mismatch' } })
      await writeFile(file, good.bytes)
      expect(await store.adopt(good.id, file)).toEqual({ ok: true, value: 'stored' })
      await expect(writeFile(file, '', { flag: 'r+' })).rejects.toThrow('ENOENT')
      expect(await readAll(store, good.id, 0, good.bytes.length)).toEqual(good.bytes)
    })

    test('lists everything in pages, in the order of ids', async () => {
      const { store } = await open()
      const blobs = Array.from({ length: 20 }, (_, i) => blob(i, 100 + i))
      for (const { id, bytes } of blobs) await store.put(id, inPieces(bytes), MAX)
      const listed = []
      for (let page = await store.list(null, 6); page.length > 0;) {
        listed.push(...page)
        page = await store.list(page.at(-1)?.id ?? null, 6)
      }
      const expected = blobs.map(({ id, bytes }) => ({ id, size: bytes.length }))
      expect(listed).toEqual(expected.sort((a, b) => (a.id < b.id ? -1 : 1)))
    })

    test('does without what is set aside, and has it whole when it is brought back', async () => {
      const { store } = await open()
      const [one, other] = [blob(7), blob(8, 500)]
      for (const { id, bytes } of [one, other]) await store.put(id, inPieces(bytes), MAX)
      expect(await store.setAside(one.id)).toBe(true)
      expect(await store.setAside(one.id)).toBe(false)
      expect(await store.size(one.id)).toBeNull()
      expect(await store.list(null, 10)).toEqual([{ id: other.id, size: 500 }])
      expect(await store.listAside(null, 10)).toEqual([{ id: one.id, size: one.bytes.length }])
      expect([await store.byteLength(), await store.asideByteLength()]).toEqual([500, 3000])
      expect(await store.bringBack(one.id)).toBe(true)
      expect(await store.bringBack(one.id)).toBe(false)
      expect(await readAll(store, one.id, 0, one.bytes.length)).toEqual(one.bytes)
      expect([await store.byteLength(), await store.asideByteLength()]).toEqual([3500, 0])
    })

    test('takes what comes anew while it is aside, and brings it back as the one blob that it is', async () => {
      const { store } = await open()
      const { id, bytes } = blob(10)
      await store.put(id, inPieces(bytes), MAX)
      await store.setAside(id)
      expect(await store.put(id, inPieces(bytes), MAX)).toEqual({ ok: true, value: 'stored' })
      expect(await store.bringBack(id)).toBe(true)
      expect([await store.byteLength(), await store.asideByteLength()]).toEqual([3000, 0])
      await store.setAside(id)
      await store.removeAside(id)
      await store.removeAside(id)
      expect([await store.size(id), await store.bringBack(id)]).toEqual([null, false])
      expect([await store.byteLength(), await store.asideByteLength()]).toEqual([0, 0])
    })

    test('does not know what never came', async () => {
      const { store } = await open()
      expect(await store.size(blob(9).id)).toBeNull()
      await expect(readAll(store, blob(9).id, 0, 1)).rejects.toThrow()
    })
  })
}
