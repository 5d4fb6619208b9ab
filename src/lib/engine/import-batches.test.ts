import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createImportBatches } from './import-batches.ts'
import { batchItems } from './import-writing.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function stage() {
  const ready: string[] = []
  const written: string[] = []
  const state = { isMoreToCome: true }
  const batches = createImportBatches({
    ready,
    isMoreToCome: () => state.isMoreToCome,
    write: () => {
      written.push(ready.splice(0).join())
      return Promise.resolve()
    },
  })
  return {
    ...{ written, state, batches },
    prepare: async (...names: string[]) => {
      ready.push(...names)
      await batches.prepared()
    },
  }
}

test('a photo with which nothing more comes is written at once', async () => {
  const { state, prepare, written } = stage()
  state.isMoreToCome = false
  await prepare('a')
  expect(written).toEqual(['a'])
})

test('one with which more come waits for them, but not for long', async () => {
  const { prepare, written } = stage()
  await prepare('a')
  await vi.advanceTimersByTimeAsync(1500)
  await prepare('b')
  expect(written).toEqual([])
  await vi.advanceTimersByTimeAsync(600)
  expect(written).toEqual(['a,b'])
  await vi.advanceTimersByTimeAsync(5000)
  expect(written).toEqual(['a,b'])
})

test('as many as an entry bears are written at once, and the last ones when nothing more comes', async () => {
  const { state, prepare, written } = stage()
  const names = Array.from({ length: batchItems }, (_, n) => String(n))
  await prepare(...names)
  expect(written).toEqual([names.join()])
  await prepare('a')
  state.isMoreToCome = false
  await prepare('b')
  expect(written).toEqual([names.join(), 'a,b'])
  await vi.advanceTimersByTimeAsync(5000)
  expect(written).toHaveLength(2)
})

test('once stopped nothing is written any more, and without photos nothing ever', async () => {
  const { prepare, written, batches } = stage()
  await batches.prepared()
  await prepare('a')
  batches.stop()
  await vi.advanceTimersByTimeAsync(5000)
  expect(written).toEqual([])
})
