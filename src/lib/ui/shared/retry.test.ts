import { expect, it, vi } from 'vitest'
import { Retry } from './retry.ts'

it('what fails is tried again by itself, less and less often, and at once where somebody asks for it', async () => {
  vi.useFakeTimers()
  const retry = new Retry()
  const failed: number[] = []
  let tries = 0
  let works = false
  let isOver = false
  const act = () => {
    tries += 1
    return works ? Promise.resolve() : Promise.reject(new Error('no answer'))
  }
  void retry.until(act, (_, failures) => failed.push(failures)).then(() => (isOver = true))
  await vi.advanceTimersByTimeAsync(700)
  expect([tries, failed]).toEqual([3, [1, 2, 3]])
  await vi.advanceTimersByTimeAsync(60_000)
  const before = tries
  expect(before).toBeGreaterThan(10)
  retry.now()
  await vi.advanceTimersByTimeAsync(0)
  expect(tries).toBe(before + 1)
  works = true
  await vi.advanceTimersByTimeAsync(5000)
  expect(isOver).toBe(true)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(tries).toBe(before + 2)
  vi.useRealTimers()
})
