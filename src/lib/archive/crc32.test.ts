import { crc32 as nodeCrc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { crc32 } from './crc32.ts'

it('is what the standard says of its check text, and 0 of nothing', () => {
  expect(crc32(0, new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
  expect(crc32(0, new Uint8Array(0))).toBe(0)
})

it('is the same in whatever pieces the bytes come, and wherever they lie', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.nat(7), (pieces, shift) => {
      const whole = Buffer.concat(pieces)
      const shifted = new Uint8Array(whole.length + shift)
      shifted.set(whole, shift)
      const inPieces = pieces.reduce((crc, piece) => crc32(crc, piece), 0)
      expect(inPieces).toBe(nodeCrc32(whole))
      expect(crc32(0, shifted.subarray(shift))).toBe(nodeCrc32(whole))
    }),
  )
})
