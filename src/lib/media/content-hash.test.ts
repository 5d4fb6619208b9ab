import { expect, test } from 'vitest'
import { contentHashOf, maxWholeBytes } from './content-hash.ts'

test('nothing at all has the hash that everybody knows', async () => {
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  expect(await contentHashOf(new Blob([]), null)).toBe(empty)
})

test('a long video is hashed in slices to what it would be as a whole', async () => {
  const part = new Uint8Array(8 * 1024 * 1024 + 3).fill(7)
  const file = new Blob(Array.from({ length: 9 }, () => part))
  expect(file.size).toBeGreaterThan(maxWholeBytes)
  const whole = new Uint8Array(await file.arrayBuffer())
  expect(await contentHashOf(file, null)).toBe(await contentHashOf(file, whole))
}, 20_000)
