import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { GridRush } from './grid-rush.svelte.ts'

const frameMs = 16

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => setTimeout(run, frameMs))
  vi.stubGlobal('cancelAnimationFrame', clearTimeout)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function followed() {
  const said: string[] = []
  const rush = new GridRush({ read: () => said.push('read'), pause: () => said.push('pause') })
  const now = () => [rush.isOn, rush.isFlying]
  return { rush, said, now }
}

test('a list that moves again and again flies; once it stands it reads, pauses, then rests', () => {
  const { rush, said, now } = followed()
  expect(now()).toEqual([false, false])
  for (let moves = 0; moves < 20; moves++) {
    rush.note()
    vi.advanceTimersByTime(17)
    expect(now()).toEqual([true, true])
  }
  expect(said).toEqual([])
  vi.advanceTimersByTime(frameMs)
  expect([...now(), said]).toEqual([true, true, ['read']])
  vi.advanceTimersByTime(frameMs)
  expect([...now(), said]).toEqual([true, false, ['read', 'pause']])
  rush.note()
  expect(now()).toEqual([true, true])
  vi.advanceTimersByTime(100)
  expect([...now(), said]).toEqual([false, false, ['read', 'pause', 'read', 'pause']])
})

test('a finger that misses a frame flies on', () => {
  const { rush, said, now } = followed()
  for (let moves = 0; moves < 5; moves++) {
    rush.note()
    vi.advanceTimersByTime(2 * frameMs)
  }
  expect(now()).toEqual([true, true])
  expect(said).not.toContain('pause')
})

test('a list that moves again before the next frame has not paused, however late that frame is', () => {
  const { rush, said, now } = followed()
  for (let moves = 0; moves < 3; moves++) {
    rush.note()
    vi.advanceTimersByTime(25)
  }
  expect([...now(), said]).toEqual([true, true, []])
})

test('whoever lets go sees photos at once', () => {
  const { rush, said, now } = followed()
  rush.note()
  rush.end()
  expect([...now(), said]).toEqual([false, false, ['read', 'pause']])
  vi.advanceTimersByTime(100)
  rush.end()
  expect(said).toEqual(['read', 'pause'])
})
