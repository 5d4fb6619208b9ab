import { expect, test } from 'vitest'
import { parseHex, toHex, type Bytes } from '#lib/base/bytes.ts'
import { envelopeBytes, parseEntry, signEntry, verifyEntry } from '#lib/wire/entry.ts'
import vectors from './entry.json' with { type: 'json' }

const hex = (text: string): Bytes => parseHex(text) ?? expect.fail('not hexadecimal')

test.each(vectors.entries)('an entry $name is still read and written alike', async (vector) => {
  const entry = parseEntry(hex(vector.bytes)) ?? expect.fail('not an entry')
  expect(entry).toMatchObject(vector.envelope)
  expect(entry.id).toBe(vector.id)
  expect(toHex(entry.body)).toBe(vector.body)
  expect(toHex(envelopeBytes(entry))).toBe(vector.context)
  expect(toHex(signEntry(entry, hex(vector.body), hex(vectors.seed)).bytes)).toBe(vector.bytes)
  expect(await verifyEntry(entry)).toBe(true)
})
