import fc from 'fast-check'
import { thumbHashToRGBA } from 'thumbhash'
import { expect, test } from 'vitest'
import { pictureOf } from './thumbhash-picture.ts'

const hashes = fc.uint8Array({ minLength: 6, maxLength: 40 })

test('every thumbhash is drawn as its library draws it', () => {
  fc.assert(
    fc.property(hashes, (hash) => {
      const { w, h, rgba } = thumbHashToRGBA(hash)
      // The library makes a picture of no size, or none at all, of a shape that nobody has.
      fc.pre(Number.isFinite(h) && w > 0 && h > 0)
      const drawn = pictureOf(hash)
      expect([drawn.width, drawn.height]).toEqual([w, h])
      expect(drawn.rgba.length).toBe(rgba.length)
      // The library cuts fractions off, a picture's bytes round them.
      const differences = drawn.rgba.map((value, place) => Math.abs(value - (rgba[place] ?? 0)))
      expect(Math.max(...differences)).toBeLessThanOrEqual(1)
    }),
    { numRuns: 2000 },
  )
})

test('a shape that nobody has makes a picture without pixels, or one of the usual size', () => {
  fc.assert(
    fc.property(hashes, (hash) => {
      const { width, height, rgba } = pictureOf(hash)
      expect(Math.max(width, height)).toBeLessThanOrEqual(32)
      expect(rgba.length).toBe(width * height * 4)
    }),
    { numRuns: 2000 },
  )
})
