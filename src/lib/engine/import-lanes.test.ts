/** Photos come while others are worked on: none waits without need, none is forgotten. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLanes } from './import-lanes.ts'

const { signal } = new AbortController()
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Lanes over photos that take so long each. */
function laneStage(lanes: number, takesMs: (name: string) => number) {
  const waiting: string[] = []
  const done: string[] = []
  let atOnce = 0
  let most = 0
  const line = createLanes<string>({
    lanes,
    list: async () => {
      const seen = [...waiting]
      await pause(1)
      return seen
    },
    async work(name) {
      waiting.splice(waiting.indexOf(name), 1)
      most = Math.max(most, ++atOnce)
      await pause(takesMs(name))
      atOnce--
      if (name === 'broken') throw new Error('it is broken')
      done.push(name)
    },
  })
  const add = (...names: string[]): void => {
    waiting.push(...names)
    line.ask()
  }
  return { line, add, done, waiting, most: () => most }
}

test('a photo that comes while a slow one is read is not kept waiting by it', async () => {
  const { line, add, done } = laneStage(2, (name) => (name === 'slow' ? 60 : 5))
  add('slow')
  const all = line.workOff(signal)
  for (const name of ['a', 'b', 'c']) {
    await pause(10)
    add(name)
  }
  await all
  expect(done).toEqual(['a', 'b', 'c', 'slow'])
})

test('a photo that comes just after a look at what there is begins beside a slow one', async () => {
  const { line, add, done } = laneStage(2, (name) => (name === 'slow' ? 60 : 5))
  add('slow')
  const all = line.workOff(signal)
  await pause(10)
  line.ask()
  // It has looked, and not yet said what it saw.
  await new Promise((resolve) => setImmediate(resolve))
  add('quick')
  await pause(30)
  expect(done).toEqual(['quick'])
  await all
})

test('one that fails keeps the others from beginning, lets those under way end, and is told', async () => {
  const { line, add, done, waiting } = laneStage(2, (name) => (name === 'broken' ? 5 : 20))
  add('a', 'broken', 'b', 'c')
  await expect(line.workOff(signal)).rejects.toThrow('it is broken')
  expect(done).toEqual(['a'])
  expect(waiting).toEqual(['b', 'c'])
  line.ask()
  await line.workOff(signal)
  expect(done).toEqual(['a', 'b', 'c'])
})

test('whenever photos come, all are worked on once, and never more at once than there are lanes', async () => {
  const comings = fc.array(fc.nat(6), { minLength: 1, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(comings, fc.integer({ min: 1, max: 3 }), async (delays, lanes) => {
      const { line, add, done, most } = laneStage(lanes, (name) => Number(name) % 4)
      const comeAll = async () => {
        for (const [n, delay] of delays.entries()) {
          if (delay > 0) await pause(delay - 1)
          add(String(n))
        }
      }
      const coming = comeAll()
      await line.workOff(signal)
      await coming
      await line.workOff(signal)
      expect([...done].sort()).toEqual(delays.map((_, n) => String(n)).sort())
      expect(most()).toBeLessThanOrEqual(lanes)
    }),
    { numRuns: 30 },
  )
})

test('what is done beside the lanes takes none of them, and everything ends only after it', async () => {
  const { line, add, done } = laneStage(1, () => 5)
  const writing = Promise.withResolvers<undefined>()
  add('a')
  void line.beside(writing.promise)
  let hasEnded = false
  const all = line.workOff(signal).then(() => (hasEnded = true))
  await pause(30)
  add('b')
  await pause(30)
  expect([done, hasEnded]).toEqual([['a', 'b'], false])
  writing.resolve(undefined)
  await all
})

test('where that fails nothing more begins', async () => {
  const { line, add, done } = laneStage(1, () => 20)
  add('a', 'b')
  const all = line.workOff(signal)
  await pause(10)
  void line.beside(Promise.reject(new Error('the disk is full')))
  await expect(all).rejects.toThrow('the disk is full')
  expect(done).toEqual(['a'])
})
