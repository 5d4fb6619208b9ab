import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex, utf8, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor, type CborMap, type CborValue } from '#lib/base/cbor.ts'
import type { DeviceId, EntryId, FeedId, GroupId, RelayId } from '#lib/base/ids.ts'
import { entryKinds } from './entry.ts'
import {
  encodeFrame,
  parseDeviceFrame,
  parseRelayFrame,
  proofBytes,
  refusalCodes,
  type DeviceFrame,
  type RelayFrame,
} from './frames.ts'
import { maxFrameBytes, maxHaveAuthors } from './limits.ts'
import { encodeSessionRequest, parseSessionRequest } from './session.ts'

const bytesOf = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes): Bytes => bytes.slice())
const idOf = <T>(length: number) => bytesOf(length).map((bytes) => toHex(bytes) as T)
const uint = fc.maxSafeNat()
const entries = fc.array(fc.uint8Array({ maxLength: 50 }).map((bytes): Bytes => bytes.slice()))
const have = fc.record({
  t: fc.constant('have' as const),
  authors: fc.array(fc.tuple(idOf<DeviceId>(32), uint)).map((pairs) => new Map(pairs)),
})

const proveFrame = fc.record({
  t: fc.constant('prove' as const),
  as: fc.constantFrom('device' as const, 'invitation' as const, 'relay' as const),
  key: bytesOf(32),
  nonce: bytesOf(32),
  sig: bytesOf(64),
})
const deviceFrame: fc.Arbitrary<DeviceFrame> = fc.oneof(
  proveFrame,
  fc.record({
    t: fc.constant('subscribe' as const),
    feed: fc.option(idOf<FeedId>(16)),
    after: uint,
    last: fc.option(idOf<EntryId>(32)),
  }),
  fc.record({
    t: fc.constant('select' as const),
    kinds: fc.array(fc.constantFrom(...entryKinds), { maxLength: 10 }),
    after: uint,
    limit: fc.nat(1000),
    newest: fc.boolean(),
  }),
  fc.record({ t: fc.constant('append' as const), n: uint, entry: bytesOf(70) }),
  have,
  fc.record({ t: fc.constant('ping' as const), n: uint }),
)
const relayFrame: fc.Arbitrary<RelayFrame> = fc.oneof(
  fc.record({ t: fc.constant('hello' as const), relay: idOf<RelayId>(32), nonce: bytesOf(32) }),
  fc.record({
    t: fc.constant('welcome' as const),
    sig: bytesOf(64),
    token: bytesOf(32),
    feed: idOf<FeedId>(16),
    end: uint,
    clockMs: uint,
  }),
  fc
    .record({
      t: fc.constant('entries' as const),
      from: uint,
      to: uint,
      entries,
      live: fc.boolean(),
    })
    .filter((frame) => frame.from <= frame.to),
  fc.record({ t: fc.constant('selected' as const), entries, more: fc.boolean(), to: uint }),
  have,
  fc.record({
    t: fc.constant('appended' as const),
    n: uint,
    id: idOf<EntryId>(32),
    position: uint,
  }),
  fc.record({
    t: fc.constant('refused' as const),
    n: fc.option(uint),
    code: fc.constantFrom(...refusalCodes),
    say: fc.string({ maxLength: 100 }),
  }),
  fc.record({ t: fc.constant('pong' as const), n: uint }),
)

describe('a frame', () => {
  test('of a device is read by the relay as it was sent', () => {
    fc.assert(
      fc.property(deviceFrame, (frame) => {
        expect(parseDeviceFrame(encodeFrame(frame))).toEqual(frame)
      }),
      { numRuns: 300 },
    )
  })

  test('of the relay is read by the device as it was sent', () => {
    fc.assert(
      fc.property(relayFrame, (frame) => {
        expect(parseRelayFrame(encodeFrame(frame))).toEqual(frame)
      }),
      { numRuns: 300 },
    )
  })

  test('of one side is none of the other', () => {
    const ping = encodeFrame({ t: 'ping', n: 1 })
    expect(parseDeviceFrame(ping)).toEqual({ t: 'ping', n: 1 })
    expect(parseRelayFrame(ping)).toBe(null)
    expect(parseDeviceFrame(encodeFrame({ t: 'pong', n: 1 }))).toBe(null)
  })
})

/** A value of any type in place of a field, or the field left out, or one field more. */
const disturbed = fc
  .tuple(
    fc.oneof(deviceFrame, relayFrame),
    fc.nat(),
    fc.oneof(
      fc.constant<CborValue | undefined>(undefined),
      fc.constant(null),
      fc.integer(),
      fc.string(),
      fc.uint8Array({ maxLength: 70 }),
      fc.constant([null]),
      fc.constant({ a: 1 }),
    ),
    fc.boolean(),
  )
  .map(([frame, index, value, isExtra]) => {
    const map = parseCbor(encodeFrame(frame)) as CborMap
    const names = Object.keys(map)
    return encodeCbor({ ...map, [isExtra ? 'x' : (names[index % names.length] ?? 't')]: value })
  })

describe('whatever arrives', () => {
  test('never makes a parser throw, and what is accepted encodes to the very same bytes', () => {
    const junk = fc.uint8Array({ maxLength: 200 }).map((bytes): Bytes => bytes.slice())
    fc.assert(
      fc.property(fc.oneof(junk, disturbed), (bytes) => {
        const frame = parseDeviceFrame(bytes) ?? parseRelayFrame(bytes)
        if (frame !== null) expect(toHex(encodeFrame(frame))).toBe(toHex(bytes))
        const request = parseSessionRequest(bytes)
        if (request !== null) expect(toHex(encodeSessionRequest(request))).toBe(toHex(bytes))
      }),
      { numRuns: 3000 },
    )
  })

  const b = (length: number) => new Uint8Array(length)
  const prove = { t: 'prove', v: 1, as: 'device', key: b(32), nonce: b(32), sig: b(64) }
  const subscribe = { t: 'subscribe', feed: null, after: 0 }
  const select = { t: 'select', kinds: ['op'], after: 0, limit: 10, newest: true }
  test.each<[string, CborValue]>([
    ['null', null],
    ['a list', [prove]],
    ['a map without a name', {}],
    ['a frame named like a method', { t: 'constructor' }],
    ['a proof of another version', { ...prove, v: 2 }],
    ['a proof as somebody unknown', { ...prove, as: 'owner' }],
    ['a proof with a short nonce', { ...prove, nonce: b(31) }],
    ['a proof with one field more', { ...prove, x: 1 }],
    ['a subscription without its feed', { t: 'subscribe', after: 0 }],
    ['a subscription from before the start', { t: 'subscribe', feed: null, after: -1 }],
    ['a subscription after an entry of no length', { ...subscribe, last: b(0) }],
    ['a subscription after an entry that is null', { ...subscribe, last: null }],
    ['a selection of rumours', { ...select, kinds: ['rumour'] }],
    ['a selection of too many kinds', { ...select, kinds: Array.from({ length: 11 }, () => 'op') }],
    ['a selection of too much', { ...select, limit: 1001 }],
    ['an append of words', { t: 'append', n: 1, entry: 'hello' }],
    ['a have with a name that is no key', { t: 'have', authors: { ana: 1 } }],
    ['a have in capitals', { t: 'have', authors: { ['AB'.repeat(32)]: 1 } }],
    ['a have of less than nothing', { t: 'have', authors: { ['ab'.repeat(32)]: -1 } }],
  ])('%s is no frame of a device', (_name, value) => {
    expect(parseDeviceFrame(encodeCbor(value))).toBe(null)
  })

  const ok = { t: 'entries', from: 0, to: 1, entries: [b(3)], live: true }
  test.each<[string, CborValue]>([
    ['entries that run backwards', { ...ok, from: 2 }],
    ['entries that are no bytes', { ...ok, entries: ['hello'] }],
    ['entries neither live nor not', { ...ok, live: null }],
    ['a refusal for no known reason', { t: 'refused', n: null, code: 'mood', say: '' }],
    ['a refusal that talks for ever', { t: 'refused', n: 1, code: 'full', say: 'a'.repeat(1001) }],
    ['a refusal of nothing named', { t: 'refused', code: 'full', say: '' }],
    ['a hello of another version', { t: 'hello', v: 2, relay: b(32), nonce: b(32) }],
  ])('%s is no frame of a relay', (_name, value) => {
    expect(parseRelayFrame(encodeCbor(value))).toBe(null)
  })

  test('is refused beyond the limits', () => {
    const frameOf = (size: number) => encodeFrame({ t: 'append', n: 1, entry: b(size) })
    const around = frameOf(maxFrameBytes).length - maxFrameBytes
    expect(parseDeviceFrame(frameOf(maxFrameBytes - around))).not.toBe(null)
    expect(parseDeviceFrame(frameOf(maxFrameBytes - around + 1))).toBe(null)
    const authorsOf = (count: number) =>
      new Map(
        Array.from({ length: count }, (_, i) => [i.toString(16).padStart(64, '0') as DeviceId, i]),
      )
    expect(
      parseDeviceFrame(encodeFrame({ t: 'have', authors: authorsOf(maxHaveAuthors) })),
    ).not.toBe(null)
    expect(
      parseDeviceFrame(encodeFrame({ t: 'have', authors: authorsOf(maxHaveAuthors + 1) })),
    ).toBe(null)
  })
})

describe('the handshake', () => {
  const relay = 'ee'.repeat(32) as RelayId
  const group = 'fa'.repeat(32) as GroupId
  const proof = {
    relay,
    group,
    relayNonce: new Uint8Array(32).fill(1),
    deviceNonce: new Uint8Array(32).fill(2),
  }

  test('signs both names and both nonces, each side under its own prefix', () => {
    const signed = toHex(proofBytes('device', proof))
    expect(signed).toBe(
      toHex(utf8('mantel/auth/1\0')) + relay + group + '01'.repeat(32) + '02'.repeat(32),
    )
    expect(toHex(proofBytes('relay', proof))).toBe(
      signed.replace(toHex(utf8('mantel/auth/1\0')), toHex(utf8('mantel/auth-relay/1\0'))),
    )
  })

  test('goes over HTTP with the challenge beside the proof', () => {
    expect(parseSessionRequest(encodeSessionRequest({ t: 'hello' }))).toEqual({ t: 'hello' })
    fc.assert(
      fc.property(proveFrame, bytesOf(32), (prove, challenge) => {
        const request = { t: 'prove', prove, challenge } as const
        expect(parseSessionRequest(encodeSessionRequest(request))).toEqual(request)
        expect(parseSessionRequest(encodeFrame(prove))).toBe(null)
      }),
    )
  })
})
