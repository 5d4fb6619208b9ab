import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseByteRange } from './byte-range.ts'

test.each([
  [null, 'whole'],
  ['bytes=0-1', { from: 0, to: 2 }],
  ['bytes=0-', { from: 0, to: 100 }],
  ['bytes=90-500', { from: 90, to: 100 }],
  ['bytes=-10', { from: 90, to: 100 }],
  ['bytes=-500', { from: 0, to: 100 }],
  ['bytes=99-99', { from: 99, to: 100 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=5-4', 'whole'],
  ['bytes=0-1,5-6', 'whole'],
  ['items=0-1', 'whole'],
  ['bytes=-', 'whole'],
])('of 100 bytes, %s is %o', (header, expected) => {
  expect(parseByteRange(header, 100)).toEqual(expected)
})

test('whatever is asked, a part is a part of the file', () => {
  const header = fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,20}-\d{0,20}$/))
  fc.assert(
    fc.property(header, fc.nat(1_000_000), (text, size) => {
      const range = parseByteRange(text, size)
      if (typeof range === 'string') return
      expect(range.from).toBeLessThan(range.to)
      expect(range.to).toBeLessThanOrEqual(size)
    }),
  )
})
