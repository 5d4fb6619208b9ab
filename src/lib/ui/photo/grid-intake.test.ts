import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  emptied,
  nextFrame,
  tilesAFrame,
  type Intake,
  type IntakeWish,
  type Range,
} from './grid-intake.ts'

const still = { isKnown: () => true, isMoving: false }
const standing = (shown: Range): Intake => ({ shown, isFilled: true, isRefilling: false })

/** The frames until nothing changes any more. */
function framesOf(first: Intake, wish: IntakeWish): Intake[] {
  const frames: Intake[] = []
  for (let before = first; ;) {
    const next = nextFrame(before, wish)
    const isSame =
      next.shown === before.shown &&
      next.isFilled === before.isFilled &&
      next.isRefilling === before.isRefilling
    if (isSame) return frames
    frames.push(next)
    before = next
  }
}

const shownIn = (frames: readonly Intake[]) => frames.map(({ shown }) => shown)

test('what Ana sees gets its tiles before what is near it, and then its pictures', () => {
  const wish = { range: { from: 80, to: 160 }, visible: { from: 100, to: 120 }, ...still }
  const frames = framesOf(standing({ from: 0, to: 20 }), wish)
  const seen = frames.findIndex(({ shown: { from, to } }) => from <= 100 && to >= 120)
  expect(seen).toBe(Math.ceil(20 / tilesAFrame) - 1)
  expect(frames.slice(0, seen + 1).map(({ isFilled }) => isFilled)).not.toContain(true)
  expect(frames[seen + 1]).toEqual({ ...frames[seen], isFilled: true })
  expect(shownIn(frames).at(-1)).toEqual(wish.range)
})

test('tiles that are there stay while she scrolls on', () => {
  const wish = { range: { from: 3, to: 43 }, visible: { from: 13, to: 33 }, ...still }
  expect(nextFrame(standing({ from: 0, to: 40 }), wish)).toEqual(standing({ from: 3, to: 43 }))
})

test('a photo that has not been read holds back only what lies behind it', () => {
  const isKnown = (index: number) => index < 25
  const wish = { range: { from: 0, to: 60 }, visible: { from: 10, to: 30 }, ...still, isKnown }
  expect(shownIn(framesOf(standing({ from: 10, to: 10 }), wish)).at(-1)).toEqual({
    from: 0,
    to: 25,
  })
})

test('where the list pauses in flight its places are filled first; pictures wait until it rests', () => {
  const visible = { from: 500, to: 526 }
  const wish = { range: visible, visible, ...still, isMoving: true }
  const frames = framesOf(emptied(visible), wish)
  expect(shownIn(frames).map(({ to }) => to)).toEqual([513, 526, 526])
  expect(frames.map(({ isFilled }) => isFilled)).not.toContain(true)
  const last = frames.at(-1)
  if (last === undefined) throw new Error('there are frames')
  const rested = nextFrame(last, { ...wish, range: { from: 480, to: 560 }, isMoving: false })
  expect(rested).toEqual(standing(visible))
})

test('where it rests at once, all places are filled in one frame', () => {
  const visible = { from: 500, to: 526 }
  const wish = { range: { from: 480, to: 560 }, visible, ...still }
  expect(nextFrame(emptied(visible), wish)).toMatchObject({ isFilled: false })
  expect(nextFrame(emptied(visible), wish).shown).toEqual({ from: 500, to: 530 })
})

test('however she moves, each frame makes few tiles, all within the range, and all known ones come', () => {
  const span = fc.tuple(fc.nat(500), fc.nat(60), fc.nat(60), fc.nat(60))
  fc.assert(
    fc.property(span, fc.nat(600), fc.nat(120), ([start, before, seen, after], at, length) => {
      const range = { from: start, to: start + before + seen + after }
      const visible = { from: start + before, to: start + before + seen }
      let shown: Range = { from: at, to: at + length }
      for (const next of shownIn(framesOf(standing(shown), { range, visible, ...still }))) {
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
      const after = nextFrame({ ...standing(shown), isFilled: false }, wish)
      const wanted = Array.from({ length: seen }, (_, i) => from + i).filter(isKnown)
      const has = (index: number) => index >= shown.from && index < shown.to
      expect(after.isFilled).toBe(wanted.every(has))
    }),
  )
})
