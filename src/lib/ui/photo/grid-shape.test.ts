import { expect, test } from 'vitest'
import { dayMs } from '#lib/base/time.ts'
import { boxOf, layOutGrid, photosBetween } from './grid-layout.ts'
import { mostTiles } from './grid-scroll.ts'
import { densities, gridShapeOf, pitchOf } from './grid-shape.ts'

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

test('on a phone days of one photo fill a line, as the photos of one day do', () => {
  const days = {
    takenMs: Float64Array.from({ length: 3 }, (_, n) => (9 - n) * dayMs),
    aspect: Uint16Array.from({ length: 3 }, () => 1333),
  }
  const layout = layOutGrid(days, gridShapeOf(390, 844, 0))
  const boxes = [0, 1, 2].map((n) => boxOf(layout, n))
  expect(new Set(boxes.map(({ top }) => top)).size).toBe(1)
  const last = boxes.at(-1)
  expect((last?.left ?? 0) + (last?.width ?? 0)).toBeCloseTo(390)
})

test('on a phone what stands for photos is as far apart as they are', () => {
  const photos = {
    takenMs: Float64Array.from({ length: 60 }, () => dayMs),
    aspect: Uint16Array.from({ length: 60 }, () => 1333),
  }
  for (const level of levels) {
    const shape = gridShapeOf(390, 844, level)
    const layout = layOutGrid(photos, shape)
    const boxes = Array.from({ length: 60 }, (_, n) => boxOf(layout, n))
    const { across, down } = pitchOf(shape)
    expect(spacing(boxes.map(({ top }) => top))).toBeCloseTo(down)
    expect(spacing(boxes.map(({ left }) => left))).toBeCloseTo(across)
  }
})

/** From one to the next of these, on the average. */
function spacing(all: readonly number[]): number {
  const each = [...new Set(all)].sort((a, b) => a - b)
  return ((each.at(-1) ?? 0) - (each[0] ?? 0)) / Math.max(1, each.length - 1)
}
