/** Cores of items, as they have always been written, and those of live photos. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseHex, toHex } from '#lib/base/bytes.ts'
import { encodeCbor, type CborMap } from '#lib/base/cbor.ts'
import { maxBlobBytes } from '#lib/wire/limits.ts'
import {
  encodeItemCore,
  filmContent,
  parseItemCore,
  withinLimits,
  type ItemCore,
} from './item-core.ts'

const rendition = (byte: number, size: number): CborMap => ({
  ...{ blob: new Uint8Array(32).fill(byte), key: new Uint8Array(16).fill(byte) },
  ...{ size, mime: 'image/jpeg' },
})
const still: CborMap = {
  ...{ v: 1, kind: 'photo', mime: 'image/jpeg', name: 'a.jpg', taken: 5, width: 4, height: 3 },
  ...{ duration: 0, hash: new Uint8Array(), by: new Uint8Array(16).fill(1) },
  ...{ content: new Uint8Array(32).fill(2), original: rendition(3, 100) },
}
const film: CborMap = { name: 'a.mov', content: new Uint8Array(32).fill(7) }
const core = (fields: CborMap) => parseItemCore(encodeCbor({ ...still, ...fields }))

/** Written by the version before live photos. */
const frozen =
  'ac6176016262795001010101010101010101010101010101646861736840646b696e646570686f746f646d696d656a696d6167652f6a706567646e616d6565612e6a70676574616b656e0565776964746804666865696768740367636f6e74656e7458200202020202020202020202020202020202020202020202020202020202020202686475726174696f6e00686f726967696e616ca4636b6579500303030303030303030303030303030364626c6f6258200303030303030303030303030303030303030303030303030303030303030303646d696d656a696d6167652f6a7065676473697a651864'

test('what was written before live photos is read, and written, as it was', () => {
  const bytes = parseHex(frozen)!
  const read = parseItemCore(bytes)!
  expect(read).toMatchObject({ name: 'a.jpg', film: null })
  expect(read.renditions.motion).toBeNull()
  expect(toHex(encodeItemCore(read))).toBe(frozen)
})

test('a film that is a file of its own, or a part of the original, is read back', () => {
  for (const fields of [{ film, motion: rendition(4, 50) }, { film: { from: 60, size: 40 } }]) {
    const read = core(fields)!
    expect(read.film).not.toBeNull()
    expect(toHex(encodeItemCore(read))).toBe(toHex(encodeCbor({ ...still, ...fields })))
  }
  expect(filmContent(core({ film, motion: rendition(4, 50) })!)).toBe('07'.repeat(32))
  expect(filmContent(core({ film: { from: 60, size: 40 } })!)).toBeNull()
})

test('a film without its bytes, or beyond its original, is none, and the still shows', () => {
  const nonsense = [
    { film },
    { motion: rendition(4, 50) },
    { film: { from: 60, size: 41 } },
    { film: { from: 0, size: 4 } },
    { film: { name: 'a.mov' }, motion: rendition(4, 50) },
    { film: 'a.mov', motion: rendition(4, 50) },
  ]
  for (const fields of nonsense) {
    const read = core(fields)
    expect([read?.name, read?.film, read?.renditions.motion]).toEqual(['a.jpg', null, null])
  }
})

test('whatever is written is read again: the longest texts, and one cut inside a character', () => {
  const long = `${'漢'.repeat(254)}🐈${'漢'.repeat(2000)}`
  const read = core({ film, motion: rendition(4, 50) })!
  const facts = { ...read.renditions.motion!, size: maxBlobBytes, mime: long }
  const longest: ItemCore = {
    ...{ ...read, mime: long, name: long, camera: long, thumbhash: new Uint8Array(32) },
    ...{ takenMs: -8.64e15, offsetMinutes: -1440, width: 1e6, height: 1e6, durationMs: 8.64e15 },
    place: { latitudeE7: -90e7, longitudeE7: -180e7 },
    film: { name: long, content: filmContent(read)! },
    renditions: { thumbnail: facts, preview: facts, original: facts, motion: facts },
  }
  const bytes = encodeItemCore(longest)
  const again = parseItemCore(bytes)!
  expect(again.name).toBe(`${'漢'.repeat(254)}\u{fffd}`)
  expect(toHex(encodeItemCore(again))).toBe(toHex(bytes))
})

test('a core that is far too long, or a great many things, is none', () => {
  expect(core({ more: new Uint8Array(7000) })).not.toBeNull()
  expect(core({ more: new Uint8Array(9000) })).toBeNull()
  expect(core({ more: Array.from({ length: 500 }, () => ({})) })).toBeNull()
})

test('whatever a file says of itself can be written and read again, and what is sensible stays as it is', () => {
  const read = core({})!
  expect(withinLimits(read)).toEqual(read)
  const numbers = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger())
  const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 2000 }), fc.constant('\ud83d'))
  const said = fc.record({
    ...{ takenMs: numbers, width: numbers, height: numbers, durationMs: numbers },
    ...{ name: texts, mime: texts, camera: fc.option(texts), offsetMinutes: fc.option(numbers) },
    place: fc.option(fc.record({ latitudeE7: numbers, longitudeE7: numbers })),
    thumbhash: fc.uint8Array({ maxLength: 40 }).map((bytes) => new Uint8Array(bytes)),
  })
  fc.assert(
    fc.property(said, (facts) => {
      const made = encodeItemCore(withinLimits({ ...read, ...facts }))
      expect(toHex(encodeItemCore(parseItemCore(made)!))).toBe(toHex(made))
    }),
  )
})
