import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  elementHeight,
  layoutTopAt,
  mostTiles,
  scrolledFor,
  withNeighbours,
} from './grid-scroll.ts'

test('a library of a usual size scrolls pixel by pixel', () => {
  expect(elementHeight(4_000_000)).toBe(4_000_000)
  expect(layoutTopAt(1234, 4_000_000, 800)).toBe(1234)
})

test('both ends of an enormous library can be reached', () => {
  const height = 60_000_000
  expect(layoutTopAt(0, height, 800)).toBe(0)
  expect(layoutTopAt(elementHeight(height) - 800, height, 800)).toBeCloseTo(height - 800)
})

test('scrolling to a photo brings exactly that photo to the upper edge', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 90_000_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (height, share) => {
        const top = share * Math.max(0, height - 800)
        expect(layoutTopAt(scrolledFor(top, height, 800), height, 800)).toBeCloseTo(top, 0)
      },
    ),
  )
})

test('the page never holds more than the limit, and always what is in sight up to it', () => {
  const ranges = fc
    .tuple(fc.nat(200), fc.nat(200), fc.nat(200), fc.nat(200))
    .map(([a, b, c, d]) => ({
      near: { from: a, to: a + b + c + d },
      visible: { from: a + b, to: a + b + c },
    }))
  fc.assert(
    fc.property(ranges, ({ visible, near }) => {
      const range = withNeighbours(visible, near)
      expect(range.to - range.from).toBeLessThanOrEqual(mostTiles)
      expect(range.from).toBeLessThanOrEqual(visible.from)
      expect(range.from).toBeGreaterThanOrEqual(near.from)
      expect(range.to).toBeLessThanOrEqual(near.to)
      expect(range.to).toBeGreaterThanOrEqual(Math.min(visible.to, range.from + mostTiles))
    }),
  )
})
