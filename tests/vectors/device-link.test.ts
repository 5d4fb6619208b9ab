import { expect, test } from 'vitest'
import { parseHex } from '#lib/base/bytes.ts'
import { formatDeviceLink, parseDeviceLink, type DeviceLink } from '#lib/wire/device-link.ts'
import vectors from './device-link.json' with { type: 'json' }

test.each(vectors)('a $purpose link printed before is still read: $text', (vector) => {
  const { text, ...fields } = vector
  const link = { ...fields, seed: parseHex(vector.seed) } as unknown as DeviceLink
  expect(parseDeviceLink(text)).toEqual(link)
  expect(formatDeviceLink(link)).toBe(text)
})
