import { expect, test } from 'vitest'
import { parseHex, toHex, type Bytes } from '#lib/base/bytes.ts'
import type { GroupId, RelayId } from '#lib/base/ids.ts'
import { encodeFrame, parseDeviceFrame, parseRelayFrame, proofBytes } from '#lib/wire/frames.ts'
import { encodeSessionRequest, parseSessionRequest } from '#lib/wire/session.ts'
import vectors from './frames.json' with { type: 'json' }

const hex = (text: string): Bytes => parseHex(text) ?? expect.fail('not hexadecimal')

test.each(vectors.device)("a device's frame $name is still read and written alike", (vector) => {
  const frame = parseDeviceFrame(hex(vector.bytes)) ?? expect.fail('not a frame')
  expect(vector.name.startsWith(frame.t)).toBe(true)
  expect(toHex(encodeFrame(frame))).toBe(vector.bytes)
})

test.each(vectors.relay)("a relay's frame $name is still read and written alike", (vector) => {
  const frame = parseRelayFrame(hex(vector.bytes)) ?? expect.fail('not a frame')
  expect(vector.name.startsWith(frame.t)).toBe(true)
  expect(toHex(encodeFrame(frame))).toBe(vector.bytes)
})

test.each(vectors.session)('a session request $name is still read and written alike', (vector) => {
  const request = parseSessionRequest(hex(vector.bytes)) ?? expect.fail('not a request')
  expect(request.t).toBe(vector.name)
  expect(toHex(encodeSessionRequest(request))).toBe(vector.bytes)
})

test('both sides still sign the same bytes', () => {
  const proof = {
    relay: 'ee'.repeat(32) as RelayId,
    group: 'fa'.repeat(32) as GroupId,
    relayNonce: new Uint8Array(32).fill(4),
    deviceNonce: new Uint8Array(32).fill(2),
  }
  expect(toHex(proofBytes('device', proof))).toBe(vectors.proof.device)
  expect(toHex(proofBytes('relay', proof))).toBe(vectors.proof.relay)
})
