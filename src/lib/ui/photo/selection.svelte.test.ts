import { expect, test } from 'vitest'
import { dayMs } from '#lib/base/time.ts'
import type { GroupId } from '#lib/base/ids.ts'
import type { Timeline } from '#lib/engine/library.ts'
import { Selection } from './selection.svelte.ts'

/** Photos by slot, newest first. */
function timelineOf(slots: number[], takenMs = slots.map((slot) => slot * dayMs)): Timeline {
  return {
    count: slots.length,
    takenMs: Float64Array.from(takenMs),
    aspect: new Uint16Array(slots.length).fill(1000),
    groupOf: new Uint16Array(slots.length),
    slots: Uint32Array.from(slots),
    groups: ['family' as GroupId],
  }
}
const six = timelineOf([6, 5, 4, 3, 2, 1])

test('Ana picks two photos and lets them go; with the last one the picking ends', () => {
  const selection = new Selection()
  selection.toggle(six, 1)
  selection.toggle(six, 4)
  expect(selection.positions(six)).toEqual([1, 4])
  selection.toggle(six, 1)
  expect(selection.isOn).toBe(true)
  selection.toggle(six, 4)
  expect([selection.count, selection.isOn]).toEqual([0, false])
})

test('a range follows the finger out and back, and keeps what was picked before', () => {
  const selection = new Selection()
  selection.toggle(six, 5)
  selection.toggle(six, 1)
  selection.extendTo(six, 4)
  expect(selection.positions(six)).toEqual([1, 2, 3, 4, 5])
  selection.extendTo(six, 2)
  expect(selection.positions(six)).toEqual([1, 2, 5])
  selection.extendTo(six, 0)
  expect(selection.positions(six)).toEqual([0, 1, 5])
})

test('a range that begins at a photo let go lets go of the others', () => {
  const selection = new Selection()
  selection.pickAll(six)
  selection.toggle(six, 2)
  selection.extendTo(six, 4)
  expect(selection.positions(six)).toEqual([0, 1, 5])
})

test('photos that arrive move nothing; what has gone is no longer picked, even where its slot is taken', () => {
  const selection = new Selection()
  selection.toggle(six, 0)
  selection.toggle(six, 3)
  const grown = timelineOf([7, 6, 5, 4, 3, 2, 1])
  selection.keepTo(grown)
  expect(selection.positions(grown)).toEqual([1, 4])
  const replaced = timelineOf(
    [3, 7, 5, 4, 2, 1],
    [9, 7, 5, 4, 2, 1].map((day) => day * dayMs),
  )
  selection.keepTo(replaced)
  expect([selection.count, selection.isOn]).toEqual([0, false])
})

test('of which groups the picked photos are follows what Ana picks and lets go', () => {
  const both: Timeline = {
    ...timelineOf([3, 2, 1]),
    groupOf: Uint16Array.from([0, 1, 0]),
    groups: ['family' as GroupId, 'club' as GroupId],
  }
  const selection = new Selection()
  expect(selection.groups).toEqual([])
  selection.toggle(both, 1)
  expect(selection.groups).toEqual(['club'])
  selection.toggle(both, 0)
  expect([...selection.groups].sort()).toEqual(['club', 'family'])
  selection.toggle(both, 1)
  expect(selection.groups).toEqual(['family'])
})
