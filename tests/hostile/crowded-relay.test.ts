/** Members send more than their group may keep, all at once or bit by bit: what is stored stays within the quota. */
import { randomBytes } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { blobPath } from '#lib/wire/paths.ts'
import { host, openSession, relayKeyAt } from '#tests/support/relay-client.ts'
import { sendPartly } from '#tests/support/slow-request.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'
import { foundGroup, type TestGroup } from '#tests/support/test-group.ts'
import { createTusClient, nameOfBlob, type TusClient } from '#tests/support/tus-client.ts'

const mebibyte = 1024 * 1024
const quota = 4 * mebibyte

let relay: RunningRelay
let family: TestGroup
let sam: TusClient

beforeEach(async () => {
  const settings = { MANTEL_HOSTING: 'open', MANTEL_GROUP_QUOTA_BYTES: String(quota) }
  relay = await startRelay(settings)
  family = foundGroup({ origin: relay.origin, key: await relayKeyAt(relay.origin) })
  await host(relay.origin, null, [family.genesis.bytes])
  sam = await signIn()
})
afterEach(() => relay.dispose())

const signIn = async () =>
  createTusClient(
    relay.origin,
    family.id,
    await openSession(relay.origin, family.id, family.founder),
  )
const noise = (length: number): Bytes => plainBytes(randomBytes(length))
const folder = (name: string) => join(relay.dataDir, 'groups', family.id, name)

/** Bytes of all files in a folder of the group. */
async function lengthOf(name: string): Promise<number> {
  const names = await readdir(folder(name), { recursive: true }).catch(() => [])
  const facts = await Promise.all(names.map((each) => stat(join(folder(name), each))))
  return facts.reduce((sum, each) => sum + (each.isFile() ? each.size : 0), 0)
}

const counted = (statuses: readonly number[]) => Object.groupBy(statuses, (status) => status)

test('twenty films at once: one has room, and gets through a restart; the others wait until there is some', async () => {
  const films = Array.from({ length: 20 }, () => noise(3 * mebibyte))
  const asked = await Promise.all(films.map((film) => sam.create(nameOfBlob(film), film.length)))
  expect(counted(asked.map(({ status }) => status))[201]).toHaveLength(1)
  const taken = asked.findIndex(({ status }) => status === 201)
  const [film = noise(0), path = ''] = [films[taken], asked[taken]?.headers.get('location')]
  const [other = noise(0)] = films.filter((each) => each !== film)
  const refusesOther = async () => {
    expect((await sam.create(nameOfBlob(other), other.length)).status).toBe(507)
    expect((await sam.put(other)).status).toBe(507)
  }

  expect((await sam.patch(path, 0, film.slice(0, mebibyte))).status).toBe(204)
  await refusesOther()
  await relay.restart('SIGKILL')
  sam = await signIn()
  await refusesOther()
  expect((await sam.head(path)).headers.get('upload-offset')).toBe(String(mebibyte))
  expect((await sam.patch(path, mebibyte, film.slice(mebibyte, -1))).status).toBe(204)
  await refusesOther()
  expect((await sam.patch(path, film.length - 1, film.slice(-1))).status).toBe(204)
  await refusesOther()
  expect(await lengthOf('blobs')).toBe(film.length)
  expect((await sam.put(noise(mebibyte / 2))).status).toBe(201)
})

test('one that is given up, or is not what it says, leaves its room to the next', async () => {
  const film = noise(3 * mebibyte)
  const given = await sam.create(nameOfBlob(film), film.length)
  expect((await sam.create(nameOfBlob(film), film.length)).status).toBe(507)
  expect((await sam.remove(given.headers.get('location'))).status).toBe(204)
  const false_ = await sam.create('00'.repeat(32), film.length)
  expect((await sam.patch(false_.headers.get('location'), 0, film)).status).toBe(422)
  const good = await sam.create(nameOfBlob(film), film.length)
  expect((await sam.patch(good.headers.get('location'), 0, film)).status).toBe(204)
})

test('a photo whose relay was killed in its midst leaves nothing, and its room', async () => {
  const photo = noise(3 * mebibyte)
  const token = await openSession(relay.origin, family.id, family.founder)
  const headers = { authorization: `Bearer ${token}`, 'content-length': String(photo.length) }
  const url = relay.origin + blobPath(family.id, nameOfBlob(photo))
  const sent = await sendPartly(url, { method: 'PUT', headers, part: photo.slice(0, mebibyte) })
  await vi.waitFor(async () => expect(await lengthOf('incoming')).toBeGreaterThan(0), 10_000)
  expect((await sam.put(noise(2 * mebibyte))).status).toBe(507)
  await relay.restart('SIGKILL')
  await sent.broken
  sam = await signIn()
  expect(await lengthOf('incoming')).toBe(0)
  expect((await sam.put(photo)).status).toBe(201)
})

test('twenty photos at the same moment: as many as fit are stored, and no more', async () => {
  const photos = Array.from({ length: 20 }, () => noise(mebibyte))
  const statuses = (await Promise.all(photos.map((photo) => sam.put(photo)))).map(
    ({ status }) => status,
  )
  expect(new Set(statuses)).toEqual(new Set([201, 507]))
  expect(counted(statuses)[201]).toHaveLength(3)
  expect(await lengthOf('blobs')).toBe(3 * mebibyte)
  expect(await lengthOf('incoming')).toBe(0)
})
