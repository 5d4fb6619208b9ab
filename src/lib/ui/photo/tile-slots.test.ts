import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TileSlots } from './tile-slots.ts'

test('a photo keeps its elements while others come and go', () => {
  const slots = new TileSlots()
  const [a, b, c] = slots.of([11, 12, 13])
  expect(slots.of([10, 12, 13, 14]).slice(1, 3)).toEqual([b, c])
  expect(slots.of([12])).toEqual([b])
  expect([a, b, c]).not.toContain(slots.of([11, 12])[0])
})

test('where the list flew past, the photos at which it rests get the elements of their places', () => {
  const slots = new TileSlots()
  const before = slots.of([1, 2, 3, 4, 5])
  const places = slots.of({ places: 3 })
  expect(places).toEqual(before.slice(0, 3))
  expect(slots.of({ places: 4 }).slice(0, 3)).toEqual(places)
  const rested = slots.of([90, 91, 92])
  expect(rested).toEqual(places)
  expect(slots.of([89, 90, 91, 92]).slice(1)).toEqual(rested)
})

test('no two photos or places ever share elements', () => {
  const keys = fc.uniqueArray(fc.nat(40), { maxLength: 12 })
  const steps = fc.array(fc.oneof(keys, fc.record({ places: fc.nat(12) })), { maxLength: 20 })
  fc.assert(
    fc.property(steps, (all) => {
      const slots = new TileSlots()
      for (const step of all) {
        const ids = slots.of(step)
        expect(ids).toHaveLength('places' in step ? step.places : step.length)
        expect(new Set(ids).size).toBe(ids.length)
      }
    }),
  )
})
