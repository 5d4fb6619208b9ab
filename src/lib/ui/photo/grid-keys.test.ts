import { expect, test } from 'vitest'
import { dayMs } from '#lib/base/time.ts'
import { neighbourOf } from './grid-keys.ts'
import { layOutGrid } from './grid-layout.ts'

/** Seven photos of one day in three columns: two full rows and one photo. */
const layout = layOutGrid(
  { takenMs: new Float64Array(7).fill(dayMs), aspect: new Uint16Array(7).fill(1000) },
  { width: 390, rows: { columns: 3 }, gap: 2, header: 44, between: 6, leastDay: 110 },
)

test('arrows lead to the photo that a person sees there', () => {
  expect(neighbourOf(layout, 0, 'ArrowRight')).toBe(1)
  expect(neighbourOf(layout, 4, 'ArrowLeft')).toBe(3)
  expect(neighbourOf(layout, 1, 'ArrowDown')).toBe(4)
  expect(neighbourOf(layout, 5, 'ArrowUp')).toBe(2)
})

test('a shorter last row is still reached from above', () => {
  expect(neighbourOf(layout, 5, 'ArrowDown')).toBe(6)
})

test('keys stop at the edges and leave other keys alone', () => {
  expect(neighbourOf(layout, 0, 'ArrowUp')).toBeNull()
  expect(neighbourOf(layout, 6, 'ArrowDown')).toBeNull()
  expect(neighbourOf(layout, 6, 'ArrowRight')).toBeNull()
  expect(neighbourOf(layout, 3, 'End')).toBe(6)
  expect(neighbourOf(layout, 3, 'a')).toBeNull()
})
