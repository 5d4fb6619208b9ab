/** The blurs of tiles, on the browser's own canvas. */
import { expect, test } from 'vitest'
import { drawPlaceholder } from '#lib/ui/shared/placeholder.ts'

const sunset = Uint8Array.from(atob('1QcSHQRnh493V4dIh4eXh1h4kJUI'), (c) => c.charCodeAt(0))

test.each([
  ['has no blur', new Uint8Array()],
  ['has a blur of a shape that nobody has', new Uint8Array(6)],
])('a tile that goes from a photo to a file that %s shows nothing of the photo', (_, thumbhash) => {
  const canvas = document.createElement('canvas')
  drawPlaceholder(sunset)(canvas)
  expect(coloursOf(canvas).every((value, n) => n % 4 !== 3 || value === 255)).toBe(true)
  drawPlaceholder(thumbhash)(canvas)
  expect(new Set(coloursOf(canvas))).toEqual(new Set([0]))
})

function coloursOf(canvas: HTMLCanvasElement): Uint8ClampedArray {
  const { width, height } = canvas
  return canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray()
}
