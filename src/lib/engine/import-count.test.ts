import { expect, test } from 'vitest'
import type { ItemId } from '#lib/base/ids.ts'
import { createImportCount } from './import-count.ts'

const file = (name: string) => ({ item: name as ItemId, size: 10 })

test('what is ready counts as done before it is written, and the end comes only with the last entry', () => {
  const count = createImportCount()
  const files = ['a', 'b', 'c'].map(file)
  count.announce(files)
  for (const one of files) count.takenIn(one)
  expect(count.progress([])).toEqual({ done: 0, total: 3, doneBytes: 0, totalBytes: 30 })
  expect(count.progress(files.slice(0, 2))).toMatchObject({ done: 2, doneBytes: 20 })
  for (const one of files.slice(0, 2)) count.settled(one)
  expect(count.progress(files.slice(2))).toMatchObject({ done: 3, total: 3 })
  for (const one of files.slice(2)) count.settled(one)
  expect(count.progress([])).toBeNull()
})
