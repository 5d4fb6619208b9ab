import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8 } from '#lib/base/bytes.ts'
import { isAnimated } from './animated.ts'

const frame = [0x21, 0xf9, 4, 0, 0, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]
const gif = (frames: number): Uint8Array =>
  Uint8Array.of(
    ...utf8('GIF89a'),
    ...[1, 0, 1, 0, 0x80, 0, 0],
    ...[0, 0, 0, 255, 255, 255],
    ...Array.from({ length: frames }, () => frame).flat(),
    0x3b,
  )
const webp = (flags: number): Uint8Array =>
  Uint8Array.of(...utf8('RIFF    WEBPVP8X'), 10, 0, 0, 0, flags)

test('a GIF moves from its second picture on', () => {
  expect(isAnimated('image/gif', gif(1))).toBe(false)
  expect(isAnimated('image/gif', gif(2))).toBe(true)
  expect(isAnimated('image/gif', gif(2).subarray(0, 30))).toBe(false)
})

test('a WebP, a PNG and an AVIF say so', () => {
  expect(isAnimated('image/webp', webp(0x02))).toBe(true)
  expect(isAnimated('image/webp', webp(0x10))).toBe(false)
  expect(isAnimated('image/png', utf8('\x89PNG....acTL'))).toBe(true)
  expect(isAnimated('image/avif', utf8('\0\0\0 ftypavis'))).toBe(true)
  expect(isAnimated('image/avif', utf8('\0\0\0 ftypavif'))).toBe(false)
  expect(isAnimated('image/jpeg', webp(0x02))).toBe(false)
})

test('any bytes have an answer, and soon', () => {
  const mime = fc.constantFrom('image/gif', 'image/webp', 'image/png', 'image/avif')
  fc.assert(
    fc.property(mime, fc.uint8Array({ maxLength: 300 }), (type, bytes) => {
      expect(typeof isAnimated(type, bytes)).toBe('boolean')
    }),
  )
})
