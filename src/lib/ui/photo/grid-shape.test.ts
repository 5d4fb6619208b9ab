import { expect, test } from 'vitest'
import { dayMs } from '#lib/base/time.ts'
import { boxOf, layOutGrid, photosBetween } from './grid-layout.ts'
import { mostTiles } from './grid-scroll.ts'
import { densities, gridShapeOf } from './grid-shape.ts'

const windows = [
  [320, 640],
  [390, 844],
  [744, 1133],
  [1280, 800],
  [3840, 2160],
] as const
const levels = Array.from(
  { length: densities.smallest - densities.largest + 1 },
  (_, n) => densities.largest + n,
)

test.each(windows)('in a window of %i × %i every density fits the page and is denser', (w, h) => {
  const photos = {
    takenMs: Float64Array.from({ length: 2000 }, () => dayMs),
    aspect: Uint16Array.from({ length: 2000 }, (_, n) => (n % 3 === 0 ? 750 : 1333)),
  }
  let last = Infinity
  for (const level of levels) {
    const layout = layOutGrid(photos, gridShapeOf(w, h, level))
    const seen = photosBetween(layout, 3000, 3000 + h)
    expect(seen.to - seen.from).toBeLessThanOrEqual(mostTiles)
    const { height } = boxOf(layout, seen.from)
    expect(height).toBeLessThanOrEqual(last * 1.05)
    last = height
  }
})
