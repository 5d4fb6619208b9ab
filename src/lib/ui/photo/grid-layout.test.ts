import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dayMs } from '#lib/base/time.ts'
import {
  boxesOf,
  boxOf,
  daysOf,
  layOutGrid,
  photoAt,
  photosBetween,
  type GridShape,
} from './grid-layout.ts'

const phone: GridShape = {
  width: 390,
  rows: { columns: 3 },
  gap: 2,
  header: 44,
  between: 12,
  leastDay: 110,
}
const desk: GridShape = { ...phone, width: 1180, rows: { height: 210 }, gap: 4, between: 24 }

const photos = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 65535 })), {
    maxLength: 120,
  })
  .map((list) => {
    const sorted = list.toSorted((a, b) => b[0] - a[0])
    return {
      takenMs: Float64Array.from(sorted, ([day], i) => day * dayMs + 1000 - i),
      aspect: Uint16Array.from(sorted, ([, aspect]) => aspect),
    }
  })
const shapes = fc
  .tuple(fc.constantFrom(phone, desk), fc.integer({ min: 320, max: 2600 }))
  .map(([shape, width]) => ({ ...shape, width }))

function boxes(layout: ReturnType<typeof layOutGrid>) {
  return boxesOf(layout, 0, layout.count).map(({ top, left, width, height }) => ({
    ...{ top, left, right: left + width, bottom: top + height },
  }))
}

test('every photo has a place of its own inside the grid', () => {
  fc.assert(
    fc.property(photos, shapes, (list, shape) => {
      const layout = layOutGrid(list, shape)
      const all = boxes(layout)
      expect(all).toHaveLength(list.takenMs.length)
      for (const box of all) {
        expect(box.left).toBeGreaterThanOrEqual(0)
        expect(box.right).toBeLessThanOrEqual(shape.width + 1)
        expect(box.right - box.left).toBeGreaterThan(8)
        expect(box.bottom).toBeLessThanOrEqual(layout.height + 0.01)
      }
      for (const [i, a] of all.entries()) {
        for (const b of all.slice(i + 1)) {
          const isApart =
            a.right <= b.left + 0.01 || b.right <= a.left + 0.01 || a.bottom <= b.top + 0.01
          expect(isApart).toBe(true)
        }
      }
    }),
    { numRuns: 60 },
  )
})

test('tops and bottoms never decrease, so that what is visible can be bisected', () => {
  fc.assert(
    fc.property(photos, shapes, (list, shape) => {
      const all = boxes(layOutGrid(list, shape))
      for (const [i, box] of all.entries()) {
        const before = all[i - 1]
        if (before === undefined) continue
        expect(box.top).toBeGreaterThanOrEqual(before.top)
        expect(box.bottom).toBeGreaterThanOrEqual(before.bottom - 0.01)
      }
    }),
  )
})

test('the same photos in the same width always stand in the same places', () => {
  fc.assert(
    fc.property(photos, shapes, (list, shape) => {
      expect(boxes(layOutGrid(list, shape))).toEqual(boxes(layOutGrid(list, shape)))
    }),
  )
})

test('every day has its photos below its title, and titles never cover each other', () => {
  fc.assert(
    fc.property(photos, shapes, (list, shape) => {
      const layout = layOutGrid(list, shape)
      const { days } = layout
      for (let d = 0; d < days.count; d++) {
        for (let i = days.first[d]!; i < days.first[d + 1]!; i++) {
          expect(Math.floor(list.takenMs[i]! / dayMs)).toBe(days.day[d])
          expect(boxOf(layout, i).top).toBeGreaterThanOrEqual(days.top[d]! + shape.header)
          expect(boxOf(layout, i).left).toBeGreaterThanOrEqual(days.left[d]!)
        }
        const isBeside = d > 0 && days.top[d] === days.top[d - 1]
        if (isBeside) {
          expect(days.left[d]).toBeGreaterThanOrEqual(days.left[d - 1]! + days.width[d - 1]!)
        }
      }
    }),
  )
})

test('an album from the oldest on has the same days the other way round; one by hand has none', () => {
  fc.assert(
    fc.property(photos, shapes, (list, shape) => {
      const oldest = {
        takenMs: list.takenMs.toReversed(),
        aspect: list.aspect.toReversed(),
        order: 'oldest' as const,
      }
      const days = layOutGrid(oldest, shape).days.day
      expect([...days].reverse()).toEqual(layOutGrid(list, shape).days.day)
      const byHand = layOutGrid({ ...list, order: 'hand' }, shape)
      expect(byHand.days.count).toBe(Math.min(1, list.takenMs.length))
      expect(boxes(byHand)).toHaveLength(list.takenMs.length)
    }),
  )
})

test('the photo under a finger is the one that stands there', () => {
  fc.assert(
    fc.property(photos, shapes, fc.nat(), (list, shape, any) => {
      const layout = layOutGrid(list, shape)
      if (layout.count === 0) {
        expect(photoAt(layout, 5, 5)).toBe(-1)
        return
      }
      const index = any % layout.count
      const { top, left, width, height } = boxOf(layout, index)
      expect(photoAt(layout, left + width / 2, top + height / 2)).toBe(index)
    }),
  )
})

test('the band of a screen finds exactly the photos that touch it, and their days', () => {
  fc.assert(
    fc.property(photos, shapes, fc.nat(5000), (list, shape, from) => {
      const layout = layOutGrid(list, shape)
      const found = photosBetween(layout, from, from + 800)
      for (const [i, box] of boxes(layout).entries()) {
        const isVisible = box.bottom > from && box.top < from + 800
        expect(i >= found.from && i < found.to).toBe(isVisible)
      }
      const days = daysOf(layout.days, found.from, found.to)
      if (found.to > found.from) {
        expect(layout.days.first[days.from]).toBeLessThanOrEqual(found.from)
        expect(layout.days.first[days.to]).toBeGreaterThanOrEqual(found.to)
      }
    }),
  )
})

test('three photos of three days share one line on a phone', () => {
  const layout = layOutGrid(
    { takenMs: Float64Array.of(3 * dayMs, 2 * dayMs, dayMs), aspect: Uint16Array.of(1, 1, 1) },
    { ...phone, between: 2 },
  )
  expect(new Set(boxes(layout).map(({ top }) => top)).size).toBe(1)
})

test('of a hundred thousand photos only rows are kept, and squares need no shapes', () => {
  const count = 100_000
  const takenMs = Float64Array.from({ length: count }, (_, i) => (count - i) * dayMs * 0.05)
  const aspect = Uint16Array.from({ length: count }, (_, i) => (i % 3 === 0 ? 750 : 1333))
  const filled = layOutGrid({ takenMs, aspect }, desk)
  expect(filled.days.count).toBeGreaterThan(4_900)
  expect(filled.rows.count).toBeLessThan(count / 3)
  const squares = layOutGrid({ takenMs, aspect: new Uint16Array() }, phone)
  expect(squares.rows.count).toBeLessThan(count / 2)
  expect(boxOf(squares, count - 1).width).toBeCloseTo(boxOf(squares, 0).width)
})
