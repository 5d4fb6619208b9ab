import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasAllOf, takeIn, tilesAFrame, type Range } from './grid-intake.ts'

const all = () => true

/** The frames until nothing more comes. */
function framesOf(shown: Range, wish: Parameters<typeof takeIn>[1]): Range[] {
  const frames: Range[] = []
  for (let next = takeIn(shown, wish); next !== shown; next = takeIn(shown, wish)) {
    frames.push(next)
    shown = next
  }
  return frames
}

test('what Ana sees gets its tiles before what is near it', () => {
  const wish = { range: { from: 80, to: 160 }, visible: { from: 100, to: 120 }, isKnown: all }
  const frames = framesOf({ from: 0, to: 20 }, wish)
  const seen = frames.findIndex(({ from, to }) => from <= 100 && to >= 120)
  expect(seen).toBe(Math.ceil(20 / tilesAFrame) - 1)
  expect(frames.at(-1)).toEqual(wish.range)
})

test('tiles that are there stay while she scrolls on', () => {
  const wish = { range: { from: 3, to: 43 }, visible: { from: 13, to: 33 }, isKnown: all }
  expect(takeIn({ from: 0, to: 40 }, wish)).toEqual({ from: 3, to: 43 })
})

test('a photo that has not been read holds back only what lies behind it', () => {
  const isKnown = (index: number) => index < 25
  const wish = { range: { from: 0, to: 60 }, visible: { from: 10, to: 30 }, isKnown }
  expect(framesOf({ from: 10, to: 10 }, wish).at(-1)).toEqual({ from: 0, to: 25 })
})

test('however she moves, each frame makes few tiles, all within the range, and all known ones come', () => {
  const span = fc.tuple(fc.nat(500), fc.nat(60), fc.nat(60), fc.nat(60))
  fc.assert(
    fc.property(span, fc.nat(600), fc.nat(120), ([start, before, seen, after], at, length) => {
      const range = { from: start, to: start + before + seen + after }
      const visible = { from: start + before, to: start + before + seen }
      let shown: Range = { from: at, to: at + length }
      for (const next of framesOf(shown, { range, visible, isKnown: all })) {
        const kept = Math.max(0, Math.min(shown.to, next.to) - Math.max(shown.from, next.from))
        expect(next.to - next.from - kept).toBeLessThanOrEqual(tilesAFrame)
        expect(next.from >= range.from && next.to <= range.to).toBe(true)
        shown = next
      }
      if (seen > 0) expect(shown).toEqual(range)
    }),
  )
})

test('what is in sight is complete exactly when no frame would add to it', () => {
  const isKnown = (index: number) => index < 25
  fc.assert(
    fc.property(fc.nat(40), fc.nat(40), fc.nat(40), fc.nat(40), (at, length, from, seen) => {
      const shown = { from: at, to: at + length }
      const visible = { from, to: from + seen }
      const [first = shown] = framesOf(shown, { range: visible, visible, isKnown })
      const has = (index: number) => index >= shown.from && index < shown.to
      const adds = Array.from({ length: first.to - first.from }, (_, i) => first.from + i)
      expect(hasAllOf(shown, visible, isKnown)).toBe(adds.every(has))
    }),
  )
})
