import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  firstFrame,
  nextFrame,
  picturesAFrame,
  standing,
  tilesAFrame,
  type Intake,
  type IntakeWish,
  type Range,
} from './grid-intake.ts'

const still = { isKnown: () => true, isMoving: false }
const allOf = (shown: Range): Intake => ({ shown, pictured: shown, isRefilling: false })

/** The frames until nothing changes any more. */
function framesOf(first: Intake, wish: IntakeWish): Intake[] {
  const frames: Intake[] = []
  for (let before = first; ;) {
    const next = nextFrame(before, wish)
    if (next === before) return frames
    frames.push(next)
    before = next
  }
}

const picturesOf = ({ pictured: { from, to } }: Intake) => to - from
const shownIn = (frames: readonly Intake[]) => frames.map(({ shown }) => shown)

test('what Ana sees gets its tiles before what is near it, and then its pictures', () => {
  const wish = { range: { from: 80, to: 160 }, visible: { from: 100, to: 120 }, ...still }
  const frames = framesOf(allOf({ from: 0, to: 20 }), wish)
  const seen = frames.findIndex(({ shown: { from, to } }) => from <= 100 && to >= 120)
  expect(seen).toBe(Math.ceil(20 / tilesAFrame) - 1)
  expect(frames.slice(0, seen + 1).map(picturesOf)).toEqual(Array(seen + 1).fill(0))
  const asking = Math.ceil(20 / picturesAFrame)
  expect(frames.slice(seen + 1, seen + 1 + asking).map(picturesOf)).toEqual([9, 18, 24])
  expect(shownIn(frames).slice(seen, seen + 1 + asking)).toEqual(
    Array(asking + 1).fill(frames[seen]?.shown),
  )
  expect(frames.at(-1)).toEqual(allOf(wish.range))
})

test('tiles that are there stay while she scrolls on', () => {
  const wish = { range: { from: 3, to: 43 }, visible: { from: 13, to: 33 }, ...still }
  expect(nextFrame(allOf({ from: 0, to: 40 }), wish)).toEqual(allOf({ from: 3, to: 43 }))
})

test('a photo that has not been read holds back only what lies behind it', () => {
  const isKnown = (index: number) => index < 25
  const wish = { range: { from: 0, to: 60 }, visible: { from: 10, to: 30 }, ...still, isKnown }
  expect(shownIn(framesOf(allOf({ from: 10, to: 10 }), wish)).at(-1)).toEqual({
    from: 0,
    to: 25,
  })
})

test('where the list pauses in flight what is in sight comes at once; pictures wait until it rests', () => {
  const visible = { from: 500, to: 526 }
  const wish = { range: visible, visible, ...still, isMoving: true }
  const first = firstFrame(wish)
  const frames = [first, ...framesOf(first, wish)]
  expect(shownIn(frames)).toEqual([visible, visible])
  expect(frames.map((intake) => standing(intake, wish))).toEqual([visible, visible])
  expect(frames.map(picturesOf)).toEqual([0, 0])
  const rested = { ...wish, range: { from: 480, to: 560 }, isMoving: false }
  const [next] = framesOf(frames[1] ?? first, rested)
  expect(next).toMatchObject({ shown: visible, pictured: { from: 500, to: 509 } })
})

test('what has not been read where the list pauses leaves its places out, until it rests', () => {
  const visible = { from: 500, to: 526 }
  const wish = { range: visible, visible, ...still, isKnown: () => false, isMoving: true }
  const first = firstFrame(wish)
  expect(standing(first, wish)).toEqual({ from: 500, to: 500 })
  expect(nextFrame(first, wish)).toBe(first)
  expect(standing(first, { ...wish, isMoving: false })).toEqual(visible)
})

test('where it rests at once, all places are filled in one frame', () => {
  const visible = { from: 500, to: 526 }
  const wish = { range: { from: 480, to: 560 }, visible, ...still }
  const first = firstFrame(wish)
  expect(first).toMatchObject({ shown: visible })
  expect(picturesOf(first)).toBe(0)
  expect(standing(first, wish)).toEqual(first.shown)
})

test('however she moves, each frame makes few tiles, all within the range, and all known ones come', () => {
  const span = fc.tuple(fc.nat(500), fc.nat(60), fc.nat(60), fc.nat(60))
  fc.assert(
    fc.property(span, fc.nat(600), fc.nat(120), ([start, before, seen, after], at, length) => {
      const range = { from: start, to: start + before + seen + after }
      const visible = { from: start + before, to: start + before + seen }
      let shown: Range = { from: at, to: at + length }
      for (const next of shownIn(framesOf(allOf(shown), { range, visible, ...still }))) {
        const kept = Math.max(0, Math.min(shown.to, next.to) - Math.max(shown.from, next.from))
        expect(next.to - next.from - kept).toBeLessThanOrEqual(tilesAFrame)
        expect(next.from >= range.from && next.to <= range.to).toBe(true)
        shown = next
      }
      if (seen > 0) expect(shown).toEqual(range)
    }),
  )
})

test('there is time for pictures exactly when no tile in sight is missing that has been read', () => {
  const isKnown = (index: number) => index < 25
  fc.assert(
    fc.property(fc.nat(40), fc.nat(40), fc.nat(40), fc.nat(40), (at, length, from, seen) => {
      const shown = { from: Math.min(at, 25), to: Math.min(at + length, 25) }
      const visible = { from, to: from + seen }
      const wish = { range: visible, visible, ...still, isKnown }
      const nothing = { from: visible.from, to: visible.from }
      const after = nextFrame({ shown, pictured: nothing, isRefilling: false }, wish)
      const wanted = Array.from({ length: seen }, (_, i) => from + i).filter(isKnown)
      const has = (index: number) => index >= shown.from && index < shown.to
      const isFilled = wanted.length > 0 && wanted.every(has)
      expect(picturesOf(after)).toBe(isFilled ? Math.min(wanted.length, picturesAFrame) : 0)
    }),
  )
})
