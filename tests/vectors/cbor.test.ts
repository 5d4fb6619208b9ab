import { expect, test } from 'vitest'
import { parseHex, toHex, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor, type CborValue } from '#lib/base/cbor.ts'
import vectors from './cbor.json' with { type: 'json' }

const hex = (text: string): Bytes => parseHex(text) ?? expect.fail('not hexadecimal')

test.each(vectors.accepted)('RFC 8949 example $hex is read and written alike', (vector) => {
  const value: CborValue = vector.bytes === undefined ? vector.value : hex(vector.bytes)
  expect(toHex(encodeCbor(value))).toBe(vector.hex)
  expect(toHex(encodeCbor(parseCbor(hex(vector.hex))))).toBe(vector.hex)
})

test.each(vectors.refused)('RFC 8949 example %s lies outside our shape', (bytes) => {
  expect(parseCbor(hex(bytes))).toBe(null)
})
