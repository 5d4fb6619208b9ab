/** Blobs of which anything is changed, cut, moved or mixed: no relay stores and no device opens one. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { concatBytes, plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { platformRandom } from '#lib/base/ids.ts'
import { ok } from '#lib/base/result.ts'
import {
  blobHeaderBytes,
  createBlobKey,
  openBlob,
  openRecords,
  recordBytes,
  recordRange,
  sealBlob,
  type BlobKey,
  type SealedBlob,
} from '#lib/crypto/blob-format.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import { createBegunUploads } from '#lib/sync/begun-uploads.ts'
import { createBlobClient } from '#lib/sync/blob-client.ts'
import { createRelaySession } from '#lib/sync/relay-session.ts'
import { signMessage, publicKeyOfSeed } from '#lib/base/ed25519.ts'
import { blobPath } from '#lib/wire/paths.ts'
import { hostileCount } from '#tests/support/hostile-entries.ts'
import { host, openSession, relayKeyAt } from '#tests/support/relay-client.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'
import { foundGroup, type TestGroup } from '#tests/support/test-group.ts'
import { seededRandom } from '#tests/support/unreliable-relay.ts'

interface Photo extends SealedBlob, BlobKey {
  readonly size: number
}

let relay: RunningRelay
let family: TestGroup
const photos: Photo[] = []
/** Two of each size, so that records of one fit into the other. */
const sizes = [1, 1, 700, 700, recordBytes + 1000, recordBytes + 1000, 2.5 * recordBytes]

beforeAll(async () => {
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  family = foundGroup({ origin: relay.origin, key: await relayKeyAt(relay.origin) })
  await host(relay.origin, null, [family.genesis.bytes])
  for (const size of sizes) {
    const key = createBlobKey()
    photos.push({ size, ...key, ...(await sealBlob(noise(size), key)) })
  }
})
afterAll(() => relay.dispose())

/** The platform gives 64 KiB of randomness at a time. */
function noise(length: number): Bytes {
  const piece = 2 ** 16
  return concatBytes(
    ...Array.from({ length: Math.ceil(length / piece) }, (_, n) =>
      platformRandom(Math.min(piece, length - n * piece)),
    ),
  )
}

function pick<T>(from: readonly T[], at: number): T {
  const found = from[Math.floor(at) % from.length]
  if (found === undefined) throw new Error('there is one at least')
  return found
}

/** The ciphertext with one thing wrong with it; another photo gives what is put in its place. */
function tampered({ bytes }: Photo, other: Photo, random: () => number): Bytes {
  const at = Math.floor(random() * bytes.length)
  const header = bytes.slice(0, blobHeaderBytes)
  const records = Array.from(
    { length: Math.ceil((bytes.length - blobHeaderBytes) / recordBytes) },
    (_, n) =>
      bytes.slice(blobHeaderBytes + n * recordBytes, blobHeaderBytes + (n + 1) * recordBytes),
  )
  const flipped = bytes.slice()
  flipped[at] = (flipped[at] ?? 0) ^ (1 << Math.floor(random() * 8))
  const ways: readonly (() => Bytes)[] = [
    () => flipped,
    () => bytes.slice(0, at),
    () => concatBytes(bytes, platformRandom(1 + Math.floor(random() * 40))),
    () => concatBytes(header, ...records.slice(1)),
    () => concatBytes(header, ...records.slice(0, -1)),
    () => concatBytes(header, ...[...records].reverse()),
    () => concatBytes(header, ...records, records.at(-1) ?? header),
    () => concatBytes(other.bytes.slice(0, blobHeaderBytes), ...records),
    () => concatBytes(header, other.bytes.slice(blobHeaderBytes)),
    () => other.bytes,
  ]
  return pick(ways, random() * ways.length)()
}

function isSame(one: Bytes, other: Bytes): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}

/** That many pairs of a photo and what is not quite its ciphertext. */
function hostileBlobs(count: number, seed: number): { photo: Photo; bytes: Bytes }[] {
  const random = seededRandom(seed)
  const made: { photo: Photo; bytes: Bytes }[] = []
  while (made.length < count) {
    const at = Math.floor(random() * photos.length)
    const [photo, other] = [pick(photos, at), pick(photos, at + 1 + random() * (photos.length - 1))]
    const bytes = tampered(photo, other, random)
    if (!isSame(bytes, photo.bytes)) made.push({ photo, bytes })
  }
  return made
}

test('of 3,000 changed, cut, mixed and swapped blobs, none opens: whole or by the record', async () => {
  const count = hostileCount(3000)
  let opened = 0
  for (let done = 0; done < count; done += 500)
    for (const { photo, bytes } of hostileBlobs(500, 3 + done)) {
      if ((await openBlob(bytes, photo.key, photo.size)) !== null) opened++
      if (await opensByRecord(photo, bytes)) opened++
    }
  console.log(`${count} hostile blobs: ${opened} opened`)
  expect(opened).toBe(0)
})

/** Whether every part of the photo can be read through bytes that are not its own. */
async function opensByRecord({ size, key }: Photo, bytes: Bytes): Promise<boolean> {
  const { start, end } = recordRange(0, size, size)
  const parts = { header: bytes.slice(0, blobHeaderBytes), records: bytes.slice(start, end) }
  const isWhole = bytes.length === end
  return (await openRecords(parts, { from: 0, to: size, size }, key)) !== null && isWhole
}

test('of 500 such blobs under the names of real ones, the relay stores none', async () => {
  const count = hostileCount(500)
  const token = await openSession(relay.origin, family.id, family.founder)
  const answers = new Map<number, number>()
  const send = async ({ photo, bytes }: { photo: Photo; bytes: Bytes }) => {
    const answer = await fetch(relay.origin + blobPath(family.id, photo.id), {
      ...{ method: 'PUT', body: bytes, headers: { authorization: `Bearer ${token}` } },
    })
    await answer.arrayBuffer()
    answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1)
  }
  const hostile = hostileBlobs(count, 5)
  for (let at = 0; at < count; at += 10) await Promise.all(hostile.slice(at, at + 10).map(send))
  const listed = await fetch(`${relay.origin}/g/${family.id}/blobs`, {
    headers: { authorization: `Bearer ${token}` },
  })
  console.log(`${count} hostile blobs sent: ${JSON.stringify([...answers])}`)
  expect([...answers.keys()]).toEqual([422])
  // {blobs: [], next: null}
  expect((await listed.arrayBuffer()).byteLength).toBeLessThan(20)
})

test('of 1,000 such blobs given by a lying relay, the device keeps none', async () => {
  const count = hostileCount(1000)
  const { seed } = family.founder
  let answer: Bytes = new Uint8Array()
  const lying: typeof fetch = (input, init) =>
    new URL(input instanceof Request ? input.url : input).pathname.includes('/blobs/')
      ? Promise.resolve(new Response(answer))
      : fetch(input, init)
  const identity = {
    as: 'device' as const,
    key: publicKeyOfSeed(seed),
    sign: (message: Bytes) => signMessage(seed, message),
  }
  const session = createRelaySession({
    ...{ group: family.id, identity: () => identity, fetch: lying },
    place: { address: relay.origin, key: await relayKeyAt(relay.origin) },
  })
  const { notes } = await createDeviceStore(createMemoryDisk().mount()).openGroup(family.id)
  const begun = createBegunUploads(notes, session.place.key)
  const client = createBlobClient(family.id, session, begun)
  const kinds = new Map<string, number>()
  for (const { photo, bytes } of hostileBlobs(count, 7)) {
    answer = plainBytes(bytes)
    const got = await client.get(photo.id, 0, new AbortController().signal)
    const kind = got.ok ? 'accepted' : got.error.kind
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  console.log(`${count} hostile blobs fetched: ${JSON.stringify([...kinds])}`)
  expect([...kinds.keys()]).toEqual(['damaged'])
  answer = pick(photos, 0).bytes
  expect(await client.get(pick(photos, 0).id, 0, new AbortController().signal)).toEqual(ok(answer))
})
