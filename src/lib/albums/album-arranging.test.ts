import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareByHand, ranksToPlace, type AlbumOrder, type Ranked } from './album-arranging.ts'

const photos = (count: number): Ranked[] =>
  Array.from({ length: count }, (_, n) => ({ id: `p${n}`, rank: null, takenMs: n }))

function placed(
  all: readonly Ranked[],
  moved: readonly string[],
  before: string | null,
  order: AlbumOrder = 'hand',
): Ranked[] {
  const ranks = new Map(
    ranksToPlace(all, { moved, before, order }).map((one) => [one.id, one.rank]),
  )
  return all.map((one) => ({ ...one, rank: ranks.get(one.id) ?? one.rank })).sort(compareByHand)
}

const ids = (all: readonly Ranked[]) => all.map(({ id }) => id)

test('Ana puts the cake before the guests, and everything else stays where it was', () => {
  const once = placed(photos(5), ['p3'], 'p1')
  expect(ids(once)).toEqual(['p0', 'p3', 'p1', 'p2', 'p4'])
  expect(ids(placed(once, ['p0', 'p2'], null))).toEqual(['p3', 'p1', 'p4', 'p0', 'p2'])
})

test('an album that showed the newest first, or the oldest, keeps that order but for what Ana moves', () => {
  expect(ids(placed(photos(4), ['p0'], 'p2', 'newest'))).toEqual(['p3', 'p0', 'p2', 'p1'])
  expect(ids(placed(photos(4), ['p3'], 'p0', 'oldest'))).toEqual(['p3', 'p0', 'p1', 'p2'])
  const long = placed(photos(4), ['p3'], 'p0', 'hand')
  expect(ids(placed(long, ['p1'], null, 'newest'))).toEqual(['p3', 'p2', 'p0', 'p1'])
})

test('once an album is placed, moving one photo writes that photo alone', () => {
  const all = placed(photos(50), ['p9'], 'p0')
  const order = 'hand'
  expect(ranksToPlace(all, { moved: ['p30'], before: 'p9', order })).toHaveLength(1)
  expect(ranksToPlace(all, { moved: ['p30', 'p31'], before: null, order })).toHaveLength(2)
})

test('any number of moves gives the order that was asked for, also where numbers run out', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(6), fc.nat(7)), { maxLength: 120 }), (moves) => {
      let all = photos(7)
      let model = ids(all)
      for (const [which, to] of moves) {
        const id = `p${which}`
        const before = to === 7 || to === which ? null : `p${to}`
        all = placed(all, [id], before)
        model = model.filter((one) => one !== id)
        model.splice(before === null ? model.length : model.indexOf(before), 0, id)
        expect(ids(all)).toEqual(model)
      }
    }),
  )
  let all = placed(photos(3), ['p2'], 'p1')
  for (let n = 0; n < 200; n++) all = placed(all, [all[2]!.id], all[1]!.id)
  expect(new Set(all.map(({ rank }) => rank)).size).toBe(3)
})
