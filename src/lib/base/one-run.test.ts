import { expect, test } from 'vitest'
import { inOneRun } from './one-run.ts'

test('whoever asks in any step while a run ends is heard', async () => {
  for (let steps = 0; steps < 20; steps++) {
    let wanted = 0
    let done = 0
    const run = inOneRun(async () => {
      await Promise.resolve()
      done = wanted
    })
    wanted = 1
    const first = run()
    for (let step = 0; step < steps; step++) await Promise.resolve()
    wanted = 2
    await run()
    expect(done, `after ${steps} steps`).toBe(2)
    await first
  }
})

test('rounds never overlap, and many who ask meanwhile share one', async () => {
  let now = 0
  let most = 0
  let rounds = 0
  const run = inOneRun(async () => {
    most = Math.max(most, ++now)
    await new Promise((resolve) => setTimeout(resolve, 1))
    rounds++
    now--
  })
  await Promise.all(Array.from({ length: 10 }, run))
  expect({ most, rounds }).toEqual({ most: 1, rounds: 2 })
})

test('a round that fails ends the run for all who wait, and the next may begin', async () => {
  let isBroken = true
  const run = inOneRun(async () => {
    await Promise.resolve()
    if (isBroken) throw new Error('full')
  })
  const outcomes = await Promise.allSettled([run(), run()])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  isBroken = false
  await expect(run()).resolves.toBeUndefined()
})
