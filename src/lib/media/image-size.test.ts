import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatBytes, utf8 } from '#lib/base/bytes.ts'
import { sniffMime } from '#lib/base/sniff.ts'
import { generatePhoto, generatePng, samplePhotos } from '#tests/support/photos.ts'
import { parseImageSize } from './image-size.ts'
import { displayedSize, uprightMatrix } from './orientation.ts'
import {
  isTooLarge,
  previewSize,
  sampleSize,
  sufficientShare,
  thumbnailSize,
} from './rendition-sizes.ts'

const sides = fc.record({
  width: fc.integer({ min: 1, max: 30_000 }),
  height: fc.integer({ min: 1, max: 30_000 }),
})

test('a JPEG and a PNG tell their stored size', () => {
  const plan = { seed: 1, width: 64, height: 48, orientation: 6 }
  expect(parseImageSize('image/jpeg', generatePhoto(plan))).toEqual({ width: 48, height: 64 })
  expect(parseImageSize('image/png', generatePng(plan))).toEqual({ width: 48, height: 64 })
})

test.each([...samplePhotos('camera').slice(0, 6), ...samplePhotos('formats')])(
  '$name tells its size before it is decoded',
  (sample) => {
    const [width, height] = sample.expected?.stored ?? []
    const bytes = sample.read()
    const mime = sniffMime(bytes) ?? ''
    const claimed = parseImageSize(mime, bytes)
    // HEIC from phones is turned by its own property, which a guard need not know.
    const turned = width === claimed?.height && height === claimed?.width
    if (mime.startsWith('image/hei') && turned) return
    expect(claimed).toEqual({ width, height })
  },
)

test('a GIF and a WebP of every kind', () => {
  const gif = concatBytes(utf8('GIF89a'), Uint8Array.of(0x40, 1, 0xf0, 0))
  expect(parseImageSize('image/gif', gif)).toEqual({ width: 320, height: 240 })
  const lossless = concatBytes(
    utf8('RIFF\0\0\0\0WEBPVP8L\0\0\0\0'),
    Uint8Array.of(0x2f, 0x3f, 0xc1, 0x3b, 0, 0, 0, 0, 0, 0),
  )
  expect(parseImageSize('image/webp', lossless)).toEqual({ width: 320, height: 240 })
})

test('any bytes under any type give an answer', () => {
  const types = ['jpeg', 'png', 'gif', 'bmp', 'webp', 'avif', 'heic', 'tiff']
  const starts = ['', '\xff\xd8\xff\xe0', 'RIFF\0\0\0\0WEBPVP8X', 'RIFF\0\0\0\0WEBPVP8L', 'ispe']
  fc.assert(
    fc.property(
      fc.constantFrom(...types),
      fc.constantFrom(...starts),
      fc.uint8Array({ maxLength: 64 }),
      (type, start, rest) => {
        const head = Uint8Array.from(start, (char) => char.charCodeAt(0))
        const size = parseImageSize(`image/${type}`, concatBytes(head, rest))
        expect(size === null || (size.width > 0 && size.height > 0)).toBe(true)
      },
    ),
  )
})

test('a preview and a thumbnail keep the shape, fit their frame and are never larger', () => {
  fc.assert(
    fc.property(sides, (original) => {
      for (const size of [previewSize, thumbnailSize, sampleSize].map((of) => of(original))) {
        expect(size.width).toBeGreaterThanOrEqual(1)
        expect(size.width).toBeLessThanOrEqual(original.width)
        expect(size.height).toBeLessThanOrEqual(original.height)
      }
      const thumbnail = thumbnailSize(original)
      expect(Math.min(thumbnail.width, thumbnail.height)).toBeLessThanOrEqual(320)
      expect(Math.max(thumbnail.width, thumbnail.height)).toBeLessThanOrEqual(640)
    }),
  )
  expect(previewSize({ width: 4000, height: 3000 })).toEqual({ width: 2048, height: 1536 })
  expect(thumbnailSize({ width: 4000, height: 3000 })).toEqual({ width: 427, height: 320 })
  expect(thumbnailSize({ width: 12_000, height: 1200 })).toEqual({ width: 640, height: 64 })
})

test('what is decoded smaller is still as good as its preview', () => {
  fc.assert(
    fc.property(sides, (original) => {
      const longSide = (of: typeof original): number => Math.max(of.width, of.height)
      const decoded = longSide(original) * sufficientShare(original)
      expect(decoded).toBeGreaterThanOrEqual(0.95 * longSide(previewSize(original)))
    }),
  )
  expect(sufficientShare({ width: 4032, height: 3024 })).toBe(1 / 2)
  expect(sufficientShare({ width: 3000, height: 4000 })).toBe(1 / 2)
  expect(sufficientShare({ width: 3264, height: 2448 })).toBe(1)
  expect(sufficientShare({ width: 8160, height: 6120 })).toBe(1 / 4)
})

test('a phone of 200 megapixels is decoded, a bomb is not', () => {
  expect(isTooLarge({ width: 16_320, height: 12_240 })).toBe(false)
  expect(isTooLarge({ width: 65_535, height: 65_535 })).toBe(true)
})

test('upright, the corners of a stored picture are the corners of what is displayed', () => {
  fc.assert(
    fc.property(sides, fc.integer({ min: 1, max: 8 }), (stored, orientation) => {
      const [a, b, c, d, e, f] = uprightMatrix(stored, orientation)
      const shown = displayedSize(stored, orientation)
      const corners = [0, stored.width].flatMap((x) =>
        [0, stored.height].map((y) => `${a * x + c * y + e},${b * x + d * y + f}`),
      )
      const expected = [0, shown.width].flatMap((x) => [0, shown.height].map((y) => `${x},${y}`))
      expect(corners.sort()).toEqual(expected.sort())
    }),
  )
})
