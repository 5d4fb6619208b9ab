import { expect, test } from 'vitest'
import { randomId } from '#lib/base/ids.ts'
import { dayMs, hourMs } from '#lib/base/time.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { daysInBin, noteSeenInBin, seenAgain, type SeenInBin } from './bin-notes.ts'

const id = randomId('ItemId')
const startMs = Date.UTC(2026, 6, 1)
const never: SeenInBin = new Map()

/** Days that are counted after looks at these times, in days from the first. */
function daysAfter(looks: readonly number[], mark = (_look: number) => 'Sam'): number {
  const seen = looks.reduce(
    (before, day, at) => seenAgain(before, [{ id, mark: mark(at) }], startMs + day * dayMs),
    never,
  )
  return daysInBin(seen, id)
}

test('a day counts once, however often one looks, and none is missed by looking at another hour', () => {
  expect(daysAfter([0, 0.1, 0.5, 0.9])).toBe(0)
  expect(daysAfter([0, 0.5, 1, 1.5, 2, 2.5, 3])).toBe(3)
  expect(daysAfter([0, 1.4, 2.1, 3.4, 4])).toBe(4)
})

test('what was not looked at for a month has been seen on one day more', () => {
  expect(daysAfter([0, 1, 32])).toBe(2)
})

test('a clock that jumps, to 1970 and back or months ahead and back, adds a day at most', () => {
  expect(daysAfter([0, -20_000, 0])).toBe(0)
  expect(daysAfter([-20_000, 0])).toBe(1)
  expect(daysAfter([0, 60, 0, 0.1])).toBe(1)
  const flatEveryDay = Array.from({ length: 20 }, (_, day) => [-20_000, day / 100]).flat()
  expect(daysAfter([0, ...flatEveryDay])).toBe(0)
})

test('after a jump days are counted again', () => {
  expect(daysAfter([0, -20_000, 0, 1, 2])).toBe(2)
  expect(daysAfter([0, 60, 0, 1, 2, 3])).toBe(3)
})

test('what was taken out and put in again counts from the beginning', () => {
  expect(daysAfter([0, 1, 2, 3, 4], (look) => (look < 3 ? 'Sam' : 'Sam again'))).toBe(1)
})

test('what left the bin is forgotten, and what an earlier version noted counts from now', async () => {
  let stored: unknown = new Map([[id, startMs]])
  const notes = {
    read: () => Promise.resolve(stored),
    change: (_: string, change: (old: unknown) => unknown) =>
      Promise.resolve(void (stored = change(stored))),
  }
  const look = (things: Parameters<typeof noteSeenInBin>[1], day: number) =>
    noteSeenInBin({ notes }, things, startMs + day * dayMs)
  const thing = { id, mark: 'Sam' }
  expect(daysInBin(await look([thing], 40), id)).toBe(0)
  expect(daysInBin(await look([thing], 41), id)).toBe(1)
  await look([], 41 + hourMs / dayMs)
  expect(daysInBin(await look([thing], 42), id)).toBe(0)
})

test('without any room the bin is told all the same, and nothing that was counted is lost', async () => {
  let stored: unknown = null
  let isFull = false
  const notes = {
    read: () => Promise.resolve(stored),
    change: (_: string, edit: (old: unknown) => unknown) => {
      if (isFull) return Promise.reject(new StorageProblem('full'))
      stored = edit(stored)
      return Promise.resolve()
    },
  }
  const look = (day: number) =>
    noteSeenInBin({ notes: notes }, [{ id, mark: 'Sam' }], startMs + day * dayMs)
  await look(0)
  isFull = true
  expect(daysInBin(await look(1), id)).toBe(1)
  expect(daysInBin(await look(1.5), id)).toBe(1)
  isFull = false
  expect(daysInBin(await look(1.6), id)).toBe(1)
})
