/** The largest things that honest devices and relays say are within the limits of what is read. */
import { expect, test } from 'vitest'
import { encodeCbor, maxCborValues, parseCbor, type CborValue } from '#lib/base/cbor.ts'
import { isMap, readList } from '#lib/base/fields.ts'
import {
  idFromBytes,
  idLengths,
  idToBytes,
  platformRandom,
  type IdName,
  type IdOf,
} from '#lib/base/ids.ts'
import { encodeTalk, maxForkBoxes, parseTalk } from '#lib/groups/talk.ts'
import { encodeOperation, parseOperation } from '#lib/membership/operation.ts'
import { encodeSnapshot, parseSnapshot } from '#lib/sync/snapshot.ts'
import { parseEntry, signEntry } from '#lib/wire/entry.ts'
import { encodeFrame, parseDeviceFrame, parseRelayFrame } from '#lib/wire/frames.ts'
import {
  maxAfterIds,
  maxEntryBytes,
  maxFrameBytes,
  maxHaveAuthors,
  maxMissingIds,
  maxOpBytes,
  maxOps,
  maxSelectedEntries,
} from '#lib/wire/limits.ts'
import { encodeRelease, maxReleasedBlobs, parseRelease } from '#lib/wire/release.ts'
import { encodeEnvelope, parseEnvelope } from '#relay/feed/envelope.ts'
import { maxPageEntries } from '#relay/feed/feed-store.ts'
import { createDevice } from '#tests/support/test-group.ts'

const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)
const idOf = <Name extends IdName>(name: Name): IdOf<Name> =>
  idFromBytes(name, platformRandom(idLengths[name])) ?? expect.fail('no id')
const newest = Number.MAX_SAFE_INTEGER

test('frames with as much as a frame may hold', () => {
  const authors = new Map(many(maxHaveAuthors, () => [idOf('DeviceId'), newest] as const))
  const have = encodeFrame({ t: 'have', authors })
  expect(parseDeviceFrame(have)).toMatchObject({ t: 'have' })
  expect(parseRelayFrame(have)).toMatchObject({ t: 'have' })
  const entries = many(Math.max(maxPageEntries, maxSelectedEntries), () => platformRandom(900))
  const page = encodeFrame({ t: 'entries', from: 0, to: newest, entries, live: true })
  const selected = encodeFrame({ t: 'selected', entries, more: true, to: newest })
  for (const frame of [page, selected]) expect(parseRelayFrame(frame)).not.toBeNull()
  const entry = new Uint8Array(maxEntryBytes)
  const append = encodeFrame({ t: 'append', n: newest, entry })
  expect(append.length).toBeLessThanOrEqual(maxFrameBytes)
  expect(parseDeviceFrame(append)).toMatchObject({ t: 'append' })
  const ends = { senderId: 'a'.repeat(256), targetId: 'b'.repeat(256) }
  expect(parseEnvelope(encodeEnvelope(ends, append))).toMatchObject({ type: 'mantel' })
})

test('what stands around frames: the greeting of automerge-repo, with all that it says of a peer', () => {
  const peerMetadata = { storageId: crypto.randomUUID(), isEphemeral: false }
  const greeting = { type: 'join', senderId: 'ana', supportedProtocolVersions: ['1'], peerMetadata }
  expect(parseEnvelope(encodeCbor(greeting))).toMatchObject({ type: 'join' })
})

test('entries after as many others as there may be, and operations of the greatest length', () => {
  const device = createDevice()
  const after = many(maxAfterIds, () => idOf('EntryId')).sort()
  const envelope = { group: idOf('GroupId'), author: device.id, seq: newest, after }
  const sealed = { kind: 'bundle', doc: idOf('DocId'), epoch: idOf('KeyId') } as const
  const entry = signEntry({ ...envelope, ...sealed }, platformRandom(100), device.seed)
  expect(parseEntry(entry.bytes)).toEqual(entry)
  const boxes = (count: number) =>
    new Map(many(count, () => [idOf('EntryId'), platformRandom(80)] as const))
  const epoch = (count: number) =>
    encodeOperation({
      ...{ op: 'epoch', parents: after, key: idOf('KeyId'), boxes: boxes(count) },
      previous: new Map(many(maxAfterIds, () => [idOf('KeyId'), platformRandom(60)] as const)),
    })
  const body = epoch(Math.floor((maxOpBytes - epoch(1).length) / 148))
  expect(body.length).toBeGreaterThan(maxOpBytes - 500)
  expect(parseOperation(body)).toMatchObject({ op: 'epoch' })
  const signed = signEntry({ ...envelope, kind: 'op' }, body, device.seed)
  expect(parseEntry(signed.bytes)).not.toBeNull()
})

test('releases, snapshots and forks of the largest groups', () => {
  const released = { blobs: many(maxReleasedBlobs, () => idOf('BlobId')) }
  const over = many(1000, () => idOf('EntryId'))
  const release = encodeRelease('release', { ...released, over })
  expect(parseRelease('release', release)?.blobs).toHaveLength(maxReleasedBlobs)
  const snapshot = encodeSnapshot({
    covers: new Map(many(2 * maxOps, () => [idOf('DeviceId'), newest] as const)),
    ...{ blob: idOf('BlobId'), key: platformRandom(16), size: newest },
  })
  expect(parseSnapshot(snapshot)?.covers.size).toBe(2 * maxOps)
  const offers = many(maxForkBoxes, () => [idOf('DeviceId'), platformRandom(1024)] as const)
  const fork = encodeTalk({ type: 'fork', id: platformRandom(16), boxes: new Map(offers) })
  expect(parseTalk(fork)).toMatchObject({ type: 'fork' })
})

test('bodies of requests and answers', () => {
  const listOf = (value: CborValue, name: string, most: number) => {
    const map = parseCbor(encodeCbor(value))
    return readList(isMap(map) ? map[name] : undefined, most, (item) => item ?? null)?.length
  }
  const blobs = many(maxMissingIds, () => platformRandom(32))
  expect(listOf({ blobs }, 'blobs', maxMissingIds)).toBe(maxMissingIds)
  expect(listOf({ missing: blobs }, 'missing', maxMissingIds)).toBe(maxMissingIds)
  const operations = many(maxOps, () => platformRandom(1000))
  expect(listOf({ code: null, entries: operations }, 'entries', maxOps)).toBe(maxOps)
  const listed = many(1000, () => [idToBytes(idOf('BlobId')), newest])
  expect(listOf({ blobs: listed, next: null }, 'blobs', 1000)).toBe(1000)
  expect(maxCborValues).toBeGreaterThan(maxReleasedBlobs)
})
