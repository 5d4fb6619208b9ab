/** What a page hears of an engine that cannot be started. */
import { expect, test } from 'vitest'
import { createLazyEngine } from '#lib/engine/lazy-engine.ts'

const gate = { opened: Promise.resolve(), open: () => undefined }

test('calls of a worker whose script is not there end with a failure, and the next call starts another', async () => {
  let started = 0
  const engine = createLazyEngine({
    gate,
    spawn: () => {
      started += 1
      return new Worker('/no-such-script.js', { type: 'module' })
    },
  })
  const calls = [engine.overview(), engine.storage()]
  for (const outcome of await Promise.allSettled(calls)) expect(outcome.status).toBe('rejected')
  expect(started).toBe(1)
  await expect(engine.overview()).rejects.toThrow('could not be started')
  expect(started).toBe(2)
})

test('an error in one task of a worker that answers ends no call', async () => {
  const script = `
    onmessage = ({ data: { id, path } }) => {
      setTimeout(() => { throw new Error('a bug somewhere') }, 20 * (path[0] === 'storage' ? 1 : 9))
      setTimeout(() => postMessage({ id, type: 'RAW', value: path[0] }), path[0] === 'storage' ? 100 : 0)
    }`
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))
  const engine = createLazyEngine({ gate, spawn: () => new Worker(address) })
  expect(await engine.overview()).toBe('overview')
  expect(await engine.storage()).toBe('storage')
})
