import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatBytes, toHex, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, type CborMap } from '#lib/base/cbor.ts'
import { publicKeyOfSeed, signMessage } from '#lib/base/ed25519.ts'
import type { DeviceId, DocId, EntryId, GroupId, KeyId } from '#lib/base/ids.ts'
import {
  documentKinds,
  entryKinds,
  envelopeBytes,
  groupOfEntry,
  parseEntry,
  sealedKinds,
  signEntry,
  verifyEntry,
  type EntryKind,
  type Envelope,
} from './entry.ts'
import { maxEntryBytes, maxOpBytes } from './limits.ts'

const anaSeed = new Uint8Array(32).fill(1)
const ana = toHex(publicKeyOfSeed(anaSeed)) as DeviceId
const family = 'fa'.repeat(32) as GroupId

const idOf = (byte: number) => toHex(new Uint8Array(32).fill(byte)) as EntryId
const envelopeOf = (kind: EntryKind): Envelope => ({
  group: family,
  kind,
  ...(documentKinds.has(kind) && { doc: 'dc'.repeat(16) as DocId }),
  author: ana,
  seq: 3,
  after: [idOf(1), idOf(2)],
  ...(sealedKinds.has(kind) && { epoch: 'e0'.repeat(16) as KeyId }),
})
const bodyOf = (kind: EntryKind): Bytes => {
  if (kind === 'mark') return new Uint8Array()
  return sealedKinds.has(kind) ? new Uint8Array(40).fill(5) : encodeCbor({ op: 'remove' })
}
const genesis = encodeCbor({ op: 'genesis', nonce: new Uint8Array(16) })
const first: Envelope = { group: null, kind: 'op', author: ana, seq: 1, after: [] }

/** The map of a good talk entry with some fields replaced, signed by Ana all the same. */
function signMap(changes: Record<string, CborMap[string]>): Bytes {
  const map = encodeCbor({
    v: 1,
    group: new Uint8Array(32),
    kind: 'talk',
    doc: new Uint8Array(16),
    author: publicKeyOfSeed(anaSeed),
    seq: 1,
    after: [],
    epoch: new Uint8Array(16),
    body: new Uint8Array(30),
    ...changes,
  })
  return concatBytes(map, signMessage(anaSeed, map)) // parsing asks for no signature
}

describe('what Ana states', () => {
  test.each(entryKinds)('as %s is read by Sam as she wrote it', async (kind) => {
    const entry = signEntry(envelopeOf(kind), bodyOf(kind), anaSeed)
    const read = parseEntry(entry.bytes) ?? expect.fail('not an entry')
    expect(read).toEqual({
      ...envelopeOf(kind),
      id: entry.id,
      body: bodyOf(kind),
      bytes: entry.bytes,
    })
    expect(await verifyEntry(read)).toBe(true)
    expect(groupOfEntry(read)).toBe(family)
  })

  test('first founds a group that is named by it', async () => {
    const entry = signEntry(first, genesis, anaSeed)
    expect(groupOfEntry(entry)).toBe(entry.id)
    expect(await verifyEntry(entry)).toBe(true)
  })

  test('binds everything but the body into the context of the seal', () => {
    const one = toHex(envelopeBytes(envelopeOf('talk')))
    expect(toHex(envelopeBytes({ ...envelopeOf('talk'), seq: 4 }))).not.toBe(one)
    expect(toHex(envelopeBytes({ ...envelopeOf('talk'), after: [] }))).not.toBe(one)
    expect(toHex(envelopeBytes(envelopeOf('talk')))).toBe(one)
  })

  test('is signed by nobody else', () => {
    expect(() => signEntry(envelopeOf('mark'), new Uint8Array(), new Uint8Array(32))).toThrow()
  })
})

describe('whoever changes an entry', () => {
  test.each(['op', 'bundle', 'mark'] as const)(
    'is caught at every bit of a %s',
    async (kind) => {
      const { bytes } = signEntry(envelopeOf(kind), bodyOf(kind), anaSeed)
      for (let bit = 0; bit < 8 * bytes.length; bit++) {
        const changed = bytes.slice()
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const entry = parseEntry(changed)
        if (entry !== null && (await verifyEntry(entry))) expect.fail(`bit ${bit} went unnoticed`)
      }
      expect(parseEntry(bytes)).not.toBe(null)
    },
    60_000,
  )

  test('is caught cutting it short or writing more behind it', async () => {
    const { bytes } = signEntry(envelopeOf('bundle'), bodyOf('bundle'), anaSeed)
    for (let length = 0; length < bytes.length; length++) {
      expect(parseEntry(bytes.slice(0, length))).toBe(null)
    }
    expect(parseEntry(concatBytes(bytes, new Uint8Array(1)))).toBe(null)
    expect(await verifyEntry(parseEntry(bytes) ?? expect.fail())).toBe(true)
  })

  test('cannot make the parser throw', () => {
    const { bytes } = signEntry(envelopeOf('talk'), bodyOf('talk'), anaSeed)
    const spliced = fc
      .tuple(fc.nat(bytes.length), fc.nat(bytes.length), fc.uint8Array({ maxLength: 40 }))
      .map(([from, to, junk]) => concatBytes(bytes.slice(0, from), junk, bytes.slice(to)))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), spliced), (junk) => {
        const entry = parseEntry(junk.slice())
        if (entry !== null) expect(toHex(entry.bytes)).toBe(toHex(junk))
      }),
      { numRuns: 3000 },
    )
  })
})

describe('an entry is nothing', () => {
  const ids = (...bytes: number[]) => bytes.map((byte) => new Uint8Array(32).fill(byte))

  test('unless changed: the example of this table is one', () => {
    expect(parseEntry(signMap({}))).not.toBe(null)
  })

  test.each([
    ['of another version', { v: 2 }],
    ['with a group of 31 bytes', { group: new Uint8Array(31) }],
    ['sealed but of no group', { group: new Uint8Array() }],
    ['of an unknown kind', { kind: 'rumour' }],
    ['about a document where none belongs', { kind: 'held' }],
    ['about no document where one belongs', { doc: undefined }],
    ['with a document id of 15 bytes', { doc: new Uint8Array(15) }],
    ['by nobody', { author: undefined }],
    ['by half a key', { author: new Uint8Array(16) }],
    ['numbered 0', { seq: 0 }],
    ['numbered below', { seq: -1 }],
    ['numbered in words', { seq: 'one' }],
    ['after nothing said', { after: undefined }],
    ['after descending ids', { after: ids(2, 1) }],
    ['after the same id twice', { after: ids(1, 1) }],
    ['after 33 ids', { after: ids(...Array.from({ length: 33 }, (_, i) => i)) }],
    ['after a short id', { after: [new Uint8Array(31)] }],
    ['sealed under no epoch', { epoch: undefined }],
    ['plain but with an epoch', { kind: 'mark', doc: undefined, body: new Uint8Array() }],
    ['with a body in words', { body: 'hello' }],
    ['without a body', { body: undefined }],
    ['with one field more', { x: 0 }],
    ['with a field named __proto__', JSON.parse('{"__proto__": 0}') as CborMap],
  ])('%s', (_name, changes) => {
    expect(parseEntry(signMap(changes))).toBe(null)
  })

  const plain = { kind: 'op', doc: undefined, epoch: undefined }
  test.each([
    ['a mark that says something', { ...plain, kind: 'mark', body: new Uint8Array(1) }],
    ['an op that is no map', { ...plain, body: encodeCbor([1]) }],
    ['an op that is no CBOR', { ...plain, body: new Uint8Array(3).fill(255) }],
    ['a genesis inside another group', { ...plain, body: genesis }],
    [
      'an op of no group that is no genesis',
      { ...plain, group: new Uint8Array(), body: encodeCbor({ op: 'role' }) },
    ],
    [
      'a genesis that is not the first',
      { ...plain, group: new Uint8Array(), seq: 2, body: genesis },
    ],
    [
      'a genesis after something',
      { ...plain, group: new Uint8Array(), after: ids(1), body: genesis },
    ],
  ])('%s', (_name, changes) => {
    expect(parseEntry(signMap(changes))).toBe(null)
  })

  test('beyond its limits', () => {
    const opOf = (size: number) => encodeCbor({ op: 'x', fill: new Uint8Array(size) })
    const largest = opOf(maxOpBytes - opOf(60_000).length + 60_000)
    expect(largest.length).toBe(maxOpBytes)
    expect(parseEntry(signMap({ ...plain, body: largest }))).not.toBe(null)
    expect(parseEntry(signMap({ ...plain, body: opOf(maxOpBytes) }))).toBe(null)
    const around = signMap({ body: new Uint8Array(maxEntryBytes) }).length - maxEntryBytes
    const fits = signMap({ body: new Uint8Array(maxEntryBytes - around) })
    expect(fits.length).toBe(maxEntryBytes)
    expect(parseEntry(fits)).not.toBe(null)
    expect(parseEntry(signMap({ body: new Uint8Array(maxEntryBytes - around + 1) }))).toBe(null)
    const body = new Uint8Array(maxEntryBytes)
    expect(() => signEntry(envelopeOf('talk'), body, anaSeed)).toThrow('talk')
  })
})
