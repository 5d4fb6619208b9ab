import { expect, test } from 'vitest'
import { parseHex, toHex, type Bytes } from '#lib/base/bytes.ts'
import { encodeRelease, parseRelease, type Release } from '#lib/wire/release.ts'
import vectors from './release.json' with { type: 'json' }

const hex = (text: string): Bytes => parseHex(text) ?? expect.fail('not hexadecimal')
const kindOf = (text: string) => (text === 'release' ? 'release' : 'keep')

test.each(vectors.bodies)('a $name is still read and written alike', (vector) => {
  const said = { blobs: vector.blobs, over: vector.over } as unknown as Release
  expect(parseRelease(kindOf(vector.kind), hex(vector.body))).toEqual(said)
  expect(toHex(encodeRelease(kindOf(vector.kind), said))).toBe(vector.body)
})

test.each(vectors.refused)('$name is still refused', ({ kind, body }) => {
  expect(parseRelease(kindOf(kind), hex(body))).toBeNull()
})
