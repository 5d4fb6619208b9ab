import { expect, test } from 'vitest'
import { dayMs } from '#lib/base/time.ts'
import type { GroupId } from '#lib/base/ids.ts'
import type { Timeline } from '#lib/engine/library.ts'
import { holdOn, parseHold, positionOf, topOf } from './grid-hold.ts'
import { boxOf, layOutGrid } from './grid-layout.ts'
import { gridShapeOf } from './grid-shape.ts'

/** Five photos a day, by slot, newest first. */
function timelineOf(slots: number[]): Timeline {
  return {
    count: slots.length,
    takenMs: Float64Array.from(slots, (slot) => Math.floor(slot / 5) * dayMs),
    aspect: new Uint16Array(slots.length).fill(1333),
    groupOf: new Uint16Array(slots.length),
    slots: Uint32Array.from(slots),
    groups: ['family' as GroupId],
  }
}
const slots = Array.from({ length: 400 }, (_, n) => 400 - n)
const before = timelineOf(slots)
const phone = layOutGrid(before, gridShapeOf(390, 844, 0))

test('the photo Ana looks at stays where it is when others arrive or the density changes', () => {
  const looked = boxOf(phone, 123)
  const layoutTop = looked.top - 200
  const point = { x: looked.left + 5, y: looked.top + 5 }
  const hold = holdOn(before, phone, { point, layoutTop })
  expect(hold).toMatchObject({ slot: slots[123], offset: 200 })
  if (hold === null) return

  const after = timelineOf([404, 403, 402, 401, ...slots])
  const denser = layOutGrid(after, gridShapeOf(390, 844, 2))
  expect(positionOf(hold, after)).toBe(127)
  expect(topOf(hold, after, denser)).toBe(boxOf(denser, 127).top - 200)
})

test('where the photo has gone, its neighbour takes its place', () => {
  const hold = { takenMs: before.takenMs[123]!, group: 'family', slot: slots[123]!, offset: 0 }
  const after = timelineOf(slots.filter((slot) => slot !== slots[123]))
  const found = positionOf(hold, after)
  expect(Math.floor(after.takenMs[found]! / dayMs)).toBe(Math.floor(hold.takenMs / dayMs))
})

test('what was kept by somebody else is nothing', () => {
  const hold = { takenMs: 1, group: 'g', slot: 2, offset: 3 }
  expect(parseHold(structuredClone(hold))).toEqual(hold)
  for (const kept of [null, 'top', {}, { ...hold, slot: 'two' }]) expect(parseHold(kept)).toBeNull()
})
