import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatBytes, equalBytes, toHex, type Bytes } from '#lib/base/bytes.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { sealContent } from './aes128gcm.ts'
import {
  blobHeaderBytes,
  createBlobKey,
  openBlob,
  openRecords,
  recordBytes,
  recordRange,
  sealBlob,
  sealBlobStream,
  sealedSize,
  type BlobKey,
} from './blob-format.ts'

const runs = process.env.SLOW === '1' ? 300 : 30
const capacity = recordBytes - 17
const blobKey: BlobKey = { key: new Uint8Array(16).fill(1), salt: new Uint8Array(16).fill(2) }

/** Bytes that are nowhere the same as a record further on. */
function photo(size: number): Bytes {
  const bytes = new Uint8Array(size)
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >> 8) * 7 + (i >> 16)) & 0xff
  return bytes
}

// Sizes around the edges of records, and others.
const sizes = fc.oneof(
  fc.constantFrom(0, 1, capacity - 1, capacity, capacity + 1, 2 * capacity, 3 * capacity + 5),
  fc.nat(4 * capacity),
)

async function seal(size: number): Promise<Bytes> {
  return (await sealBlob(photo(size), blobKey)).bytes
}

async function pipe(chunks: readonly Bytes[]): Promise<Bytes> {
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  const sealed: Bytes[] = []
  for await (const part of source.pipeThrough(sealBlobStream(blobKey))) sealed.push(part)
  return concatBytes(...sealed)
}

describe('a photo that Ana seals', () => {
  test('opens whole, and is named by its ciphertext', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (size) => {
        const { id, bytes } = await sealBlob(photo(size), blobKey)
        expect(bytes.length).toBe(sealedSize(size))
        expect(id).toBe(toHex(sha256(bytes)))
        const opened = await openBlob(bytes, blobKey.key, size)
        expect(opened !== null && equalBytes(opened, photo(size))).toBe(true)
      }),
      { numRuns: runs },
    )
  })

  test('is the same bytes when it comes as a stream, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.array(fc.nat(4 * capacity), { maxLength: 6 }),
        async (size, cuts) => {
          const bytes = photo(size)
          const ends = [...cuts.map((cut) => Math.min(cut, size)), size].sort((a, b) => a - b)
          const chunks = ends.map((end, i) => bytes.slice(i === 0 ? 0 : ends[i - 1], end))
          expect(equalBytes(await pipe(chunks), await seal(size))).toBe(true)
        },
      ),
      { numRuns: runs },
    )
  })

  test('is the same bytes after a resumed upload, and others for another photo', async () => {
    expect(equalBytes(await seal(1000), await seal(1000))).toBe(true)
    const [one, two] = [createBlobKey(), createBlobKey()]
    expect(toHex(one.key)).not.toBe(toHex(two.key))
    expect(toHex(one.salt)).not.toBe(toHex(two.salt))
  })

  test('gives any part from the records of that part alone', async () => {
    const anyRange = sizes
      .filter((size) => size > 0)
      .chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1), fc.nat(size)))
    await fc.assert(
      fc.asyncProperty(anyRange, async ([size, from, length]) => {
        const to = Math.min(size, from + 1 + length)
        const sealed = await seal(size)
        const { start, end } = recordRange(from, to, size)
        const parts = {
          header: sealed.slice(0, blobHeaderBytes),
          records: sealed.slice(start, end),
        }
        const opened = await openRecords(parts, { from, to, size }, blobKey.key)
        expect(opened !== null && equalBytes(opened, photo(size).slice(from, to))).toBe(true)
      }),
      { numRuns: runs },
    )
  })

  test('costs one record to look at its first two bytes', () => {
    expect(recordRange(0, 2, 10 * capacity)).toEqual({ start: 21, end: 21 + recordBytes })
    expect(() => recordRange(2, 2, 10)).toThrow()
    expect(() => recordRange(0, 11, 10)).toThrow()
    expect(() => recordRange(-1, 2, 10)).toThrow()
  })
})

describe('whoever changes a sealed photo', () => {
  const size = 2 * capacity + 100
  const range = { from: capacity - 5, to: capacity + 5, size }
  const { start, end } = recordRange(range.from, range.to, size)

  /** Whole, and both records at the seam. */
  async function isRefused(changed: Bytes): Promise<boolean> {
    const whole = await openBlob(changed, blobKey.key, size)
    return whole === null
  }
  const recordsOf = (sealed: Bytes) =>
    openRecords(
      { header: sealed.slice(0, 21), records: sealed.slice(start, end) },
      range,
      blobKey.key,
    )

  test('is caught at any bit, in the whole and in a part', async () => {
    const sealed = await seal(size)
    expect(await isRefused(sealed)).toBe(false)
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.nat(8 * 21 - 1), fc.nat(8 * sealed.length - 1)), async (bit) => {
        const changed = sealed.slice()
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(await isRefused(changed)).toBe(true)
        const touchesPart = bit >> 3 < 21 || (bit >> 3 >= start && bit >> 3 < end)
        expect((await recordsOf(changed)) === null).toBe(touchesPart)
      }),
      { numRuns: runs },
    )
  })

  test('is caught cutting, adding and exchanging records', async () => {
    const sealed = await seal(size)
    const header = sealed.slice(0, 21)
    const [a, b, c] = [0, 1, 2].map((i) =>
      sealed.slice(21 + i * recordBytes, 21 + (i + 1) * recordBytes),
    ) as [Bytes, Bytes, Bytes]
    expect(await isRefused(concatBytes(header, a, b, c))).toBe(false)
    for (const records of [
      [a, b],
      [b, a, c],
      [a, c],
      [a, a, c],
      [a, b, c, c],
      [a, b, c.slice(1)],
      [],
      [a, b, c, new Uint8Array(1)],
    ]) {
      expect(await isRefused(concatBytes(header, ...records))).toBe(true)
    }
    // A prefix that is a whole number of records is no photo of that size either.
    expect(await openBlob(concatBytes(header, a, b), blobKey.key, 2 * capacity)).toBe(null)
  })

  test('is caught giving the records of another place or another photo', async () => {
    const sealed = await seal(size)
    const other = (await sealBlob(photo(size), { ...blobKey, salt: new Uint8Array(16).fill(3) }))
      .bytes
    const header = sealed.slice(0, 21)
    const tail = sealed.slice(start + recordBytes, end + recordBytes)
    expect(await openRecords({ header, records: tail }, range, blobKey.key)).toBe(null)
    expect(
      await openRecords({ header, records: other.slice(start, end) }, range, blobKey.key),
    ).toBe(null)
    expect(
      await openRecords({ header, records: sealed.slice(start, end - 1) }, range, blobKey.key),
    ).toBe(null)
    expect(
      await openRecords(
        { header: other.slice(0, 21), records: other.slice(start, end) },
        range,
        new Uint8Array(16),
      ),
    ).toBe(null)
    expect(await recordsOf(sealed)).not.toBe(null)
  })

  test('is caught lying about its size', async () => {
    const sealed = await seal(size)
    for (const claimed of [size - 1, size + 1, 0, capacity]) {
      expect(await openBlob(sealed, blobKey.key, claimed)).toBe(null)
    }
    const shorter = { from: 0, to: 5, size: capacity }
    const records = sealed.slice(21, 21 + recordBytes)
    expect(await openRecords({ header: sealed.slice(0, 21), records }, shorter, blobKey.key)).toBe(
      null,
    )
  })

  test('cannot make it another kind of content', async () => {
    const small = await sealContent(photo(100), blobKey, 50)
    expect(await openBlob(small, blobKey.key, 100)).toBe(null)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 120 }), fc.nat(120), async (junk, claimed) => {
        expect(await openBlob(junk.slice(), blobKey.key, claimed)).toBe(null)
      }),
      { numRuns: 200 },
    )
  })
})
