import { expect, test } from 'vitest'
import { inBatches } from './in-batches.ts'

/** Notes what is done together, and ends a batch when the test says so. */
function watched() {
  const batches: (readonly number[])[] = []
  const ends: PromiseWithResolvers<null>[] = []
  const double = inBatches(async (all: readonly number[]) => {
    batches.push(all)
    const end = Promise.withResolvers<null>()
    ends.push(end)
    await end.promise
    return all.map((number) => number * 2)
  })
  const step = (): Promise<null> => new Promise((resolve) => setTimeout(resolve, 0, null))
  return { batches, ends, double, step }
}

test('what Ana asks for while a batch is under way is done together, and each gets its own answer', async () => {
  const { batches, ends, double, step } = watched()
  const first = double(1)
  await step()
  const others = [double(2), double(3)]
  await step()
  expect(batches).toEqual([[1]])
  ends[0]?.resolve(null)
  expect(await first).toBe(2)
  await step()
  ends[1]?.resolve(null)
  expect(await Promise.all(others)).toEqual([4, 6])
  expect(batches).toEqual([[1], [2, 3]])
})

test('a batch that fails fails for all in it, and the next goes on', async () => {
  const { ends, double, step } = watched()
  const failing = [double(1), double(2)].map((asked) => asked.catch(String))
  await step()
  const later = double(3)
  ends[0]?.reject(new Error('full'))
  expect(await Promise.all(failing)).toEqual(['Error: full', 'Error: full'])
  await step()
  ends[1]?.resolve(null)
  expect(await later).toBe(6)
})
