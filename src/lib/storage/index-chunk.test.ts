import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toHex } from '#lib/base/bytes.ts'
import type { BlobId, DocId, ItemId, MemberId } from '#lib/base/ids.ts'
import type { IndexRow, Rendition } from '#lib/ports/index-store.ts'
import {
  changeChunk,
  chunkRows,
  emptyChunk,
  packChunk,
  packRow,
  parseChunk,
  parseRow,
  rowOf,
} from './index-chunk.ts'

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((drawn) => new Uint8Array(drawn))
const shortBytes = fc.uint8Array({ maxLength: 40 }).map((drawn) => new Uint8Array(drawn))
const text = fc.string({ unit: 'grapheme', maxLength: 30 })

const rendition: fc.Arbitrary<Rendition> = fc.record({
  blob: bytes(32).map((id) => toHex(id) as BlobId),
  key: shortBytes,
  size: fc.maxSafeNat(),
  mime: text,
})
const row: fc.Arbitrary<IndexRow> = fc.record({
  item: bytes(16).map((id) => toHex(id) as ItemId),
  album: bytes(16).map((id) => toHex(id) as DocId),
  author: bytes(16).map((id) => toHex(id) as MemberId),
  kind: fc.constantFrom('photo', 'video', 'file'),
  takenMs: fc.maxSafeInteger(),
  offsetMinutes: fc.option(fc.integer({ min: -1440, max: 1440 })),
  width: fc.nat(),
  height: fc.nat(),
  durationMs: fc.maxSafeNat(),
  thumbhash: shortBytes,
  name: text,
  mime: text,
  caption: text,
  rank: fc.option(fc.double({ noNaN: true })),
  isCopy: fc.boolean(),
  thumbnail: fc.option(rendition),
  preview: fc.option(rendition),
  original: fc.option(rendition),
  motion: fc.option(rendition),
  filmInside: fc.option(fc.record({ from: fc.nat(), size: fc.nat() })),
})
const rowsByPlace = fc
  .array(fc.tuple(fc.nat(chunkRows - 1), row), { maxLength: 20 })
  .map((places) => new Map(places))

test('a packed row is read back as it was', () => {
  fc.assert(
    fc.property(row, (one) => {
      expect(parseRow(packRow(one))).toEqual(one)
    }),
  )
})

test('a row with a caption as long as people may write is read back, wherever its room ends', () => {
  const [drawn] = fc.sample(row, { numRuns: 1, seed: 1 })
  for (const length of [...Array(600).keys(), 10_000]) {
    const one = { ...drawn!, caption: 'x'.repeat(length) }
    expect(parseRow(packRow(one))).toEqual(one)
  }
})

test('a chunk gives every row back, and nothing where there is none', () => {
  fc.assert(
    fc.property(rowsByPlace, (rows) => {
      const chunk = parseChunk(packChunk(changeChunk(emptyChunk, rows)))
      if (chunk === null) throw new Error('an untouched chunk does not open')
      for (let place = 0; place < chunkRows; place++)
        expect(rowOf(chunk, place)).toEqual(rows.get(place) ?? null)
    }),
  )
})

test('rows that a change does not name stay as they are', () => {
  fc.assert(
    fc.property(rowsByPlace, rowsByPlace, fc.nat(chunkRows - 1), (before, change, emptied) => {
      const once = changeChunk(emptyChunk, before)
      const twice = changeChunk(once, new Map([...change, [emptied, null]]))
      for (let place = 0; place < chunkRows; place++) {
        const expected = place === emptied ? null : (change.get(place) ?? before.get(place) ?? null)
        expect(rowOf(twice, place)).toEqual(expected)
      }
    }),
  )
})

test('a chunk with one damaged byte, or cut short, is null', () => {
  fc.assert(
    fc.property(rowsByPlace, fc.nat(), fc.integer({ min: 1, max: 255 }), (rows, where, flip) => {
      const packed = packChunk(changeChunk(emptyChunk, rows))
      const at = where % packed.length
      expect(parseChunk(packed.slice(0, at))).toBeNull()
      packed[at] = (packed[at] ?? 0) ^ flip
      expect(parseChunk(packed)).toBeNull()
    }),
  )
})

test('reading is total on any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (drawn) => {
      expect(parseChunk(new Uint8Array(drawn))).toBeNull()
      expect(() => parseRow(new Uint8Array(drawn))).not.toThrow()
    }),
  )
})
