import { expect, test } from 'vitest'
import { once } from './once.ts'

test('what is asked for twice is fetched once', async () => {
  let fetched = 0
  const load = once(() => Promise.resolve(++fetched))
  expect(await Promise.all([load(), load()])).toEqual([1, 1])
  expect(await load()).toBe(1)
})

test('what could not be fetched is tried again', async () => {
  const answers = [() => Promise.reject(new Error('no signal')), () => Promise.resolve('here')]
  const load = once(() => answers.shift()?.() ?? Promise.reject(new Error('asked too often')))
  await expect(load()).rejects.toThrow('no signal')
  expect(await load()).toBe('here')
  expect(await load()).toBe('here')
})
