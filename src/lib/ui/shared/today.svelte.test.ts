import { flushSync } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { dayMs, hourMs } from '#lib/base/time.ts'
import { wallClockMs } from './format.ts'
import { todayMs } from './today.ts'

const seen: number[] = []
let stop: () => void

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 5, 20, 22, 30) })
  stop = $effect.root(() => {
    $effect(() => void seen.push(todayMs()))
  })
  flushSync()
})
afterEach(() => {
  stop()
  seen.length = 0
  vi.useRealTimers()
})

test('at midnight it is tomorrow for whoever stays', () => {
  const [evening = 0] = seen
  expect(evening).toBe(wallClockMs(new Date(2026, 5, 20)))
  vi.advanceTimersByTime(hourMs)
  flushSync()
  expect(seen.at(-1)).toBe(evening)
  vi.advanceTimersByTime(hourMs)
  flushSync()
  expect(seen.at(-1)).toBe(evening + dayMs)
})

test('a phone that slept over night knows it on waking', () => {
  const [evening = 0] = seen
  vi.setSystemTime(new Date(2026, 5, 22, 8))
  document.dispatchEvent(new Event('visibilitychange'))
  flushSync()
  expect(seen.at(-1)).toBe(evening + 2 * dayMs)
})
