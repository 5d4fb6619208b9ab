import { expect, test } from 'vitest'
import { dayMs } from '#lib/base/time.ts'
import { monthAt, monthByKey, monthsOf, yearMarks } from './date-scale.ts'
import { layOutGrid } from './grid-layout.ts'
import { gridShapeOf } from './grid-shape.ts'

/** A photo every ten days from 2026 back to 2020. */
const takenMs = Float64Array.from({ length: 220 }, (_, n) => Date.UTC(2026, 5, 20) - n * 10 * dayMs)
const layout = layOutGrid(
  { takenMs, aspect: new Uint16Array(220).fill(1000) },
  gridShapeOf(390, 844, 0),
)
const months = monthsOf(layout.days)
const at = (year: number, month: number) =>
  months.findIndex(({ number }) => number === year * 12 + month - 1)

test('every month begins with its newest photo, and is found from there on', () => {
  expect(months[0]).toEqual({ number: 2026 * 12 + 5, top: 0 })
  const may = months[at(2026, 5)]?.top ?? 0
  expect(monthAt(months, may)).toBe(at(2026, 5))
  expect(monthAt(months, may - 1)).toBe(at(2026, 6))
})

test('keys go by month and by year, and stop at both ends', () => {
  expect(monthByKey(months, at(2024, 3), 'ArrowDown')).toBe(at(2024, 2))
  expect(monthByKey(months, at(2024, 3), 'ArrowUp')).toBe(at(2024, 4))
  expect(monthByKey(months, at(2024, 3), 'PageDown')).toBe(at(2023, 3))
  expect(monthByKey(months, at(2024, 3), 'PageUp')).toBe(at(2025, 3))
  expect(monthByKey(months, 0, 'ArrowUp')).toBe(0)
  expect(monthByKey(months, 3, 'End')).toBe(months.length - 1)
  expect(monthByKey(months, 3, 'x')).toBeNull()
})

test('years are written where there is room for them', () => {
  const roomy = yearMarks(months, { range: layout.height, leastShare: 0.01 })
  expect(roomy.map(({ year }) => year)).toEqual([2026, 2025, 2024, 2023, 2022, 2021, 2020])
  const tight = yearMarks(months, { range: layout.height, leastShare: 0.3 })
  for (const [n, { share }] of tight.entries()) {
    const above = tight[n - 1]
    if (above !== undefined) expect(share - above.share).toBeGreaterThanOrEqual(0.3)
  }
})

test('keys go down the list where it begins with the oldest, too', () => {
  const rising = [...months].reverse().map(({ number }, n) => ({ number, top: n * 100 }))
  const at = (year: number, month: number) =>
    rising.findIndex(({ number }) => number === year * 12 + month - 1)
  expect(monthByKey(rising, at(2024, 3), 'ArrowDown')).toBe(at(2024, 4))
  expect(monthByKey(rising, at(2024, 3), 'PageDown')).toBe(at(2025, 3))
  expect(monthByKey(rising, at(2024, 3), 'PageUp')).toBe(at(2023, 3))
  expect(monthByKey(rising, rising.length - 1, 'PageDown')).toBe(rising.length - 1)
})
