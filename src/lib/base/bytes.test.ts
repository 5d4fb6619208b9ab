import { expect, test } from 'vitest'
import { toHex } from './bytes.ts'

test.each([0, 1, 32, 256, 1024, 1025, 5000])('%s bytes are written in hexadecimal', (length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 7) % 256)
  expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'))
})
