import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTelling } from './telling.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** What a screen hears. */
function listening(overviewEveryMs: number) {
  const telling = createTelling({ overviewEveryMs })
  const heard: string[] = []
  telling.subscribe(({ kind }) => heard.push(kind))
  return { ...telling, heard }
}

test('while much happens Ana’s screen looks at once, then seldom, and once more after the last of it', () => {
  const { emit, heard } = listening(200)
  for (let n = 0; n < 50; n++) emit({ kind: 'overview' })
  expect(heard).toHaveLength(1)
  vi.advanceTimersByTime(200)
  expect(heard).toHaveLength(2)
  emit({ kind: 'overview' })
  vi.advanceTimersByTime(1000)
  expect(heard).toHaveLength(3)
})

test('what happens after a pause is told at once, and nothing after the end', () => {
  const { emit, heard, stop } = listening(200)
  emit({ kind: 'overview' })
  vi.advanceTimersByTime(200)
  emit({ kind: 'overview' })
  emit({ kind: 'overview' })
  expect(heard).toHaveLength(2)
  stop()
  vi.advanceTimersByTime(1000)
  expect(heard).toHaveLength(2)
})
