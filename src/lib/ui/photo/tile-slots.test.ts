import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TileSlots } from './tile-slots.ts'

test('a photo keeps its elements while others come and go', () => {
  const slots = new TileSlots()
  const see = (...photos: number[]) => slots.of({ photos }, false)
  const [a, b, c] = see(11, 12, 13).used
  expect(see(10, 12, 13, 14).used.slice(1, 3)).toEqual([b, c])
  expect(see(12)).toEqual({ used: [b], spare: [] })
  expect([a, b, c]).not.toContain(see(11, 12).used[0])
})

test('where the list flew past, the photos at which it rests get the elements that were there', () => {
  const slots = new TileSlots()
  const before = slots.of({ photos: [1, 2, 3, 4, 5, 6] }, true).used
  const flying = slots.of({ places: 3 }, true)
  expect(flying).toEqual({ used: before.slice(0, 3), spare: before.slice(3) })
  expect(slots.of({ places: 4 }, true).used).toEqual(before.slice(0, 4))
  const rested = slots.of({ photos: [90, 91, 92] }, true)
  expect(rested.used).toEqual(flying.used)
  const more = slots.of({ photos: [89, 90, 91, 92, 93] }, true)
  expect(more.used).toEqual([before[3], ...rested.used, before[4]])
  expect(slots.of({ photos: [89, 90, 91, 92, 93] }, false)).toEqual({ used: more.used, spare: [] })
})

test('no two photos or places ever share elements', () => {
  const keys = fc.uniqueArray(fc.nat(40), { maxLength: 12 })
  const wish = fc.oneof(
    keys.map((photos) => ({ photos })),
    fc.nat(12).map((places) => ({ places })),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(wish, fc.boolean()), { maxLength: 20 }), (steps) => {
      const slots = new TileSlots()
      for (const [step, keepsSpare] of steps) {
        const { used, spare } = slots.of(step, keepsSpare)
        expect(used).toHaveLength('places' in step ? step.places : step.photos.length)
        expect(new Set([...used, ...spare]).size).toBe(used.length + spare.length)
        if (!keepsSpare) expect(spare).toEqual([])
      }
    }),
  )
})
