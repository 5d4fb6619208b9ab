/** What a relay does about `release` and `keep`: files aside, brought back, gone for good; and who may not. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor } from '#lib/base/cbor.ts'
import { idToBytes, platformRandom, type BlobId, type EntryId } from '#lib/base/ids.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { dayMs } from '#lib/base/time.ts'
import { memberIdOfDevice, type GivenRole } from '#lib/membership/operation.ts'
import { blobPath, blobMissingPath } from '#lib/wire/paths.ts'
import { encodeRelease } from '#lib/wire/release.ts'
import { signEntry, type Entry } from '#lib/wire/entry.ts'
import { parseConfig } from '#relay/config.ts'
import { createRelay, type Relay } from '#relay/create-relay.ts'
import {
  connectProved,
  host,
  mapOf,
  openSession,
  postCbor,
  relayKeyAt,
  type RelayConnection,
} from '#tests/support/relay-client.ts'
import { startRelay } from '#tests/support/start-relay.ts'
import {
  createDevice,
  foundGroup,
  writeEpoch,
  writeInvite,
  writeJoin,
  writeOperation,
  type TestDevice,
  type TestGroup,
} from '#tests/support/test-group.ts'

let dataDir: string
let relay: Relay
let nowMs: number
let family: TestGroup
let ana: RelayConnection

const QUOTA = 100_000

/** On the same port and folder as before where there was one. */
const openRelay = async (): Promise<void> => {
  const port = String((relay as Relay | undefined)?.port ?? 0)
  const config = parseConfig({
    ...{ MANTEL_DATA: dataDir, MANTEL_HOSTING: 'open', MANTEL_LOG: 'silent', MANTEL_PORT: port },
    ...{ MANTEL_MIN_FREE_BYTES: '0', MANTEL_IDLE_SECONDS: '1' },
    MANTEL_GROUP_QUOTA_BYTES: String(QUOTA),
  })
  if (!config.ok) throw new Error(config.error.sentences.join())
  relay = await createRelay(config.value, { clock: () => nowMs })
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mantel-releases-'))
  nowMs = Date.now()
  await openRelay()
  family = foundGroup({ origin: relay.origin, key: await relayKeyAt(relay.origin) })
  expect((await host(relay.origin, null, [family.genesis.bytes])).status).toBe(201)
  ana = await open(family.founder)
  await append(ana, writeEpoch(family))
})
afterEach(async () => {
  await relay.close()
  await rm(dataDir, { recursive: true, force: true })
})

const open = async (who: TestDevice) =>
  (await connectProved(relay.origin, family.id, who)).connection
const append = async (by: RelayConnection, entry: Entry): Promise<EntryId> => {
  expect(await by.append(entry.bytes)).toMatchObject({ t: 'appended' })
  return entry.id
}
const admit = async (role: GivenRole = 'contributor'): Promise<TestDevice> => {
  const device = createDevice()
  const invitation = writeInvite(family, { role, expires: nowMs + dayMs })
  await append(ana, invitation.entry)
  await append(ana, writeJoin(family, device, invitation))
  return device
}
const say = (
  by: TestDevice,
  kind: 'release' | 'keep',
  blobs: readonly BlobId[],
  over: readonly EntryId[] = [],
): Entry => {
  const entry = signEntry(
    { group: family.id, kind, author: by.id, seq: ++by.seq, after: [family.head] },
    encodeRelease(kind, { blobs, over }),
    by.seed,
  )
  family.head = entry.id
  return entry
}
const blobOf = (bytes: Bytes) => toHex(sha256(bytes)) as BlobId
const url = (blob: BlobId) => relay.origin + blobPath(family.id, blob)
const put = async (
  by: TestDevice,
  bytes: Bytes = platformRandom(1000),
): Promise<{ id: BlobId; bytes: Bytes; status: number }> => {
  const headers = { authorization: `Bearer ${await openSession(relay.origin, family.id, by)}` }
  const { status } = await fetch(url(blobOf(bytes)), { method: 'PUT', headers, body: bytes })
  return { id: blobOf(bytes), bytes, status }
}
/** 200 where the blob is there, 404 where it is not. */
const ask = async (blob: BlobId): Promise<number> => {
  const token = await openSession(relay.origin, family.id, family.founder)
  return (await fetch(url(blob), { headers: { authorization: `Bearer ${token}` } })).status
}
const soon = (blob: BlobId, status: number) => expect.poll(() => ask(blob)).toBe(status)
/** Restarts, which reads everything anew; ends when the group was asked something. */
const restart = async (): Promise<void> => {
  await relay.close()
  await openRelay()
  ana = await open(family.founder)
}
/** All that the relay did about the feed so far is done: what is asked for now is answered after it. */
const acted = async (): Promise<BlobId> => {
  const { id } = await put(family.founder)
  await append(ana, say(family.founder, 'release', [id]))
  await soon(id, 404)
  return id
}
/** Lets 31 days pass, and the group be swept: only a sweep ends with nothing that is due. */
const passAMonth = async (): Promise<void> => {
  const id = await acted()
  nowMs += 31 * dayMs
  ana.close()
  const sentinel = join(dataDir, 'groups', family.id, 'aside', id.slice(0, 2), id)
  await ask(id)
  nowMs += 2000
  await expect.poll(() => existsSync(sentinel), { timeout: 10_000 }).toBe(false)
  ana = await open(family.founder)
}

describe('a photo that Sam released', () => {
  test('is set aside, brought back by a keep, and set aside again by a release over that', async () => {
    const sam = await admit()
    const his = await open(sam)
    const photo = await put(sam)
    await append(his, say(sam, 'release', [photo.id]))
    await soon(photo.id, 404)
    const token = await openSession(relay.origin, family.id, sam)
    const missing = await postCbor(
      relay.origin + blobMissingPath(family.id),
      encodeCbor({ blobs: [idToBytes(photo.id)] }),
      token,
    )
    expect((await mapOf(missing)).missing).toEqual([idToBytes(photo.id)])
    const keep = await append(ana, say(family.founder, 'keep', [photo.id]))
    await soon(photo.id, 200)
    await append(his, say(sam, 'release', [photo.id], [keep]))
    await soon(photo.id, 404)
    await restart()
    expect(await ask(photo.id)).toBe(404)
  })

  test('stays where somebody had said, unknown to him, that it is needed', async () => {
    const sam = await admit()
    const photo = await put(sam)
    await append(ana, say(family.founder, 'keep', [photo.id]))
    await append(await open(sam), say(sam, 'release', [photo.id]))
    await acted()
    expect(await ask(photo.id)).toBe(200)
  })

  test('is gone for good after thirty days, and no sooner', async () => {
    const sam = await admit()
    const photo = await put(sam)
    await append(await open(sam), say(sam, 'release', [photo.id]))
    await soon(photo.id, 404)
    nowMs += 29 * dayMs
    await restart()
    const first = await append(ana, say(family.founder, 'keep', [photo.id]))
    await soon(photo.id, 200)
    await append(ana, say(family.founder, 'release', [photo.id], [first]))
    await soon(photo.id, 404)
    await passAMonth()
    await append(ana, say(family.founder, 'keep', [photo.id]))
    await acted()
    expect(await ask(photo.id)).toBe(404)
    expect((await put(sam, photo.bytes)).status).toBe(201)
    expect(await ask(photo.id)).toBe(200)
  })

  test('comes back with a new upload, for good', async () => {
    const sam = await admit()
    const photo = await put(sam)
    await append(await open(sam), say(sam, 'release', [photo.id]))
    await soon(photo.id, 404)
    expect((await put(sam, photo.bytes)).status).toBe(201)
    expect(await ask(photo.id)).toBe(200)
    await restart()
    await acted()
    await passAMonth()
    expect(await ask(photo.id)).toBe(200)
  })

  test('makes room at once, but never for more than the quota again', async () => {
    const sam = await admit()
    const his = await open(sam)
    const photos = [await put(sam, platformRandom(60_000))]
    expect((await put(sam, platformRandom(60_000))).status).toBe(507)
    for (let round = 0; round < 3; round++) {
      const last = photos.at(-1)?.id ?? expect.fail('none')
      await append(his, say(sam, 'release', [last]))
      await soon(last, 404)
      photos.push(await put(sam, platformRandom(60_000)))
    }
    expect(photos.map(({ status }) => status)).toEqual([201, 201, 201, 507])
  })
})

describe('nothing is freed', () => {
  test('by a viewer, by somebody who did not bring it, or by bytes that are no release', async () => {
    const [sam, luis, viewer] = [await admit(), await admit(), await admit('viewer')]
    const photo = await put(sam)
    const released = say(viewer, 'release', [photo.id])
    expect(await (await open(viewer)).append(released.bytes)).toMatchObject({ t: 'refused' })
    expect(await ana.append(released.bytes)).toMatchObject({ t: 'refused' })
    await append(await open(luis), say(luis, 'release', [photo.id]))
    const nonsense = signEntry(
      { group: family.id, kind: 'release', author: sam.id, seq: ++sam.seq, after: [family.head] },
      encodeCbor({ blobs: 7 }),
      sam.seed,
    )
    await append(await open(sam), nonsense)
    await acted()
    expect(await ask(photo.id)).toBe(200)
  })

  test('by what Sam’s removed phone wrote and an accomplice brings, also after a restart', async () => {
    const [sam, luis] = [await admit('admin'), await admit()]
    const photo = await put(sam)
    const late = say(sam, 'release', [photo.id])
    const removal = { op: 'remove', target: { member: memberIdOfDevice(sam.id) } } as const
    await append(
      ana,
      writeOperation(family, family.founder, { ...removal, parents: [family.opHead] }),
    )
    await append(await open(luis), late)
    await acted()
    expect(await ask(photo.id)).toBe(200)
    await restart()
    await acted()
    expect(await ask(photo.id)).toBe(200)
  })

  test('by a release that names another photo than those that are there', async () => {
    const photo = await put(family.founder)
    await append(ana, say(family.founder, 'release', [blobOf(platformRandom(8))]))
    await acted()
    expect(await ask(photo.id)).toBe(200)
  })
})

test('an admin releases what others brought, and what he does not know of stays', async () => {
  const [sam, luis] = [await admit(), await admit('admin')]
  const photos = [await put(sam), await put(sam)] as const
  await append(await open(luis), say(luis, 'release', [photos[0].id]))
  await soon(photos[0].id, 404)
  expect(await ask(photos[1].id)).toBe(200)
})

test('a real relay that is killed right after it took the word acts on it when it is back', async () => {
  const real = await startRelay({ MANTEL_HOSTING: 'open' })
  try {
    family = foundGroup({ origin: real.origin, key: await relayKeyAt(real.origin) })
    expect((await host(real.origin, null, [family.genesis.bytes])).status).toBe(201)
    const at = async (blob: BlobId) => {
      const token = await openSession(real.origin, family.id, family.founder)
      const headers = { authorization: `Bearer ${token}` }
      return (await fetch(real.origin + blobPath(family.id, blob), { headers })).status
    }
    const connected = async () =>
      (await connectProved(real.origin, family.id, family.founder)).connection
    await append(await connected(), writeEpoch(family))
    const token = await openSession(real.origin, family.id, family.founder)
    const photos = Array.from({ length: 40 }, () => platformRandom(100))
    for (const body of photos)
      await fetch(real.origin + blobPath(family.id, blobOf(body)), {
        ...{ method: 'PUT', body, headers: { authorization: `Bearer ${token}` } },
      })
    const ids = photos.map(blobOf)
    await append(await connected(), say(family.founder, 'release', ids))
    await real.restart('SIGKILL')
    for (const id of ids) await expect.poll(() => at(id)).toBe(404)
    await append(await connected(), say(family.founder, 'keep', ids.slice(0, 20)))
    await real.restart('SIGKILL')
    for (const id of ids.slice(0, 20)) await expect.poll(() => at(id)).toBe(200)
    for (const id of ids.slice(20)) expect(await at(id)).toBe(404)
  } finally {
    await real.dispose()
  }
})
