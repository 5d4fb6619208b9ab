/** The relay from outside: a real process, its real port and its real disk. */
import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { utf8, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor } from '#lib/base/cbor.ts'
import { idFromBytes, platformRandom, type BlobId, type RelayId } from '#lib/base/ids.ts'
import { maxPutBytes } from '#lib/wire/limits.ts'
import { blobPath } from '#lib/wire/paths.ts'
import {
  connectProved,
  host,
  mapOf,
  openSession,
  postCbor,
  relayKeyAt,
} from '#tests/support/relay-client.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'
import {
  forge,
  foundGroup,
  writeEpoch,
  writeSealed,
  type TestGroup,
} from '#tests/support/test-group.ts'

let relay: RunningRelay
let key: RelayId
let family: TestGroup

beforeAll(async () => {
  relay = await startRelay({ MANTEL_HOSTING: 'open', MANTEL_LOG: 'debug' })
  key = await relayKeyAt(relay.origin)
})
afterAll(() => relay.dispose())
beforeEach(async () => {
  family = foundGroup({ origin: relay.origin, key })
  expect((await host(relay.origin, null, [family.genesis.bytes])).status).toBe(201)
})

const noBlob = (): BlobId => idFromBytes('BlobId', platformRandom(32)) as BlobId
const nameOf = (bytes: Bytes): BlobId =>
  idFromBytes('BlobId', createHash('sha256').update(bytes).digest()) as BlobId
const putBlob = (token: string, id: BlobId, bytes: Bytes) =>
  fetch(relay.origin + blobPath(family.id, id), {
    ...{ method: 'PUT', body: bytes, headers: { authorization: `Bearer ${token}` } },
  })

describe('hosting', () => {
  test('Ana hosts the same group twice and it is the same group', async () => {
    expect((await host(relay.origin, null, [family.genesis.bytes])).status).toBe(200)
  })

  test('a group that names another address or another relay is not hosted', async () => {
    const elsewhere = foundGroup({ origin: 'https://elsewhere.example', key })
    const other = foundGroup({ origin: relay.origin, key: '00'.repeat(32) as RelayId })
    for (const group of [elsewhere, other]) {
      expect((await host(relay.origin, null, [group.genesis.bytes])).status).toBe(403)
      expect(await readdir(join(relay.dataDir, 'groups'))).not.toContain(group.id)
    }
  })

  test('a genesis with a forged signature is not hosted', async () => {
    const group = foundGroup({ origin: relay.origin, key })
    const answer = await host(relay.origin, null, [forge(group.genesis.bytes)])
    expect((await mapOf(answer)).code).toBe('bad-signature')
  })

  test('nonsense is told apart from a group', async () => {
    for (const body of [new Uint8Array(), utf8('{"code":null}'), encodeCbor({ entries: [] })]) {
      const answer = await postCbor(`${relay.origin}/g`, body)
      expect([answer.status, (await mapOf(answer)).code]).toEqual([400, 'malformed'])
    }
  })

  test('a code hosts one group, and the next code is printed', async () => {
    const closed = await startRelay()
    const place = { origin: closed.origin, key: await relayKeyAt(closed.origin) }
    const code = closed.hostingCode()
    const [first, second] = [foundGroup(place), foundGroup(place)]
    expect((await host(closed.origin, 'ABCD-EFGH', [first.genesis.bytes])).status).toBe(403)
    expect((await host(closed.origin, null, [first.genesis.bytes])).status).toBe(403)
    expect((await host(closed.origin, code, [first.genesis.bytes])).status).toBe(201)
    expect((await host(closed.origin, code, [first.genesis.bytes])).status).toBe(200)
    expect((await host(closed.origin, code, [second.genesis.bytes])).status).toBe(403)
    await closed.restart()
    expect(closed.hostingCode()).not.toBe(code)
    const again = await host(closed.origin, closed.hostingCode(), [second.genesis.bytes])
    expect(again.status).toBe(201)
    await closed.dispose()
  })
})

describe('a relay killed in the middle', () => {
  test('keeps every acknowledged entry and blob, and the feed goes on under its id', async () => {
    const { connection, welcome } = await connectProved(relay.origin, family.id, family.founder)
    const token = await openSession(relay.origin, family.id, family.founder)
    const entries = [writeEpoch(family)]
    for (let i = 0; i < 40; i++) entries.push(writeSealed(family, family.founder))
    const answers = await Promise.all(entries.map((entry) => connection.append(entry.bytes)))
    expect(answers.every(({ t }) => t === 'appended')).toBe(true)
    const blobs = [1, 1000, 3_000_000].map((length) => noise(length))
    for (const blob of blobs) expect((await putBlob(token, nameOf(blob), blob)).status).toBe(201)
    await relay.restart('SIGKILL')

    const again = await connectProved(relay.origin, family.id, family.founder)
    expect(again.welcome).toMatchObject({ feed: welcome.feed, end: entries.length + 1 })
    again.connection.send({ t: 'subscribe', feed: welcome.feed, after: 1, last: null })
    const { entries: kept } = await again.connection.next('entries')
    expect(kept).toEqual(entries.map((entry) => entry.bytes))
    const fresh = await openSession(relay.origin, family.id, family.founder)
    for (const blob of blobs) {
      const url = relay.origin + blobPath(family.id, nameOf(blob))
      const answer = await fetch(url, { headers: { authorization: `Bearer ${fresh}` } })
      expect(nameOf(new Uint8Array(await answer.arrayBuffer()))).toBe(nameOf(blob))
    }
  })

  test('stops within a second when asked to, saying so to its devices', async () => {
    const stopped = await startRelay({ MANTEL_HOSTING: 'open' })
    const group = foundGroup({ origin: stopped.origin, key: await relayKeyAt(stopped.origin) })
    await host(stopped.origin, null, [group.genesis.bytes])
    const { connection } = await connectProved(stopped.origin, group.id, group.founder)
    const startedMs = performance.now()
    await stopped.kill('SIGTERM')
    expect(await connection.closed).toBe(1001)
    expect(performance.now() - startedMs).toBeLessThan(1500)
    await stopped.dispose()
  })
})

describe('the disk', () => {
  test('holds nothing of a blob that is not what its name says, or is too large', async () => {
    const token = await openSession(relay.origin, family.id, family.founder)
    const bytes = platformRandom(5000)
    expect((await putBlob(token, noBlob(), bytes)).status).toBe(422)
    const large = new Uint8Array(maxPutBytes + 1)
    expect((await putBlob(token, nameOf(large), large)).status).toBe(413)
    const files = await readdir(join(relay.dataDir, 'groups', family.id), { recursive: true })
    expect(files.filter((file) => /blobs|part/.test(file))).toEqual([])
  })

  test('holds the relay key for its user only, and the log no address of a visitor', async () => {
    const stranger = connectProved(relay.origin, family.id, { seed: platformRandom(32) })
    await expect(stranger).rejects.toThrow('1008')
    expect(relay.log()).toContain('refused a frame')
    expect(relay.log()).not.toMatch(/127\.0\.0\.1|::1|remoteAddress/)
    const { mode } = await stat(join(relay.dataDir, 'relay.sqlite'))
    expect(mode & 0o777).toBe(0o600)
  })
})

function noise(length: number): Bytes {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += 65_536) {
    bytes.set(platformRandom(Math.min(65_536, length - at)), at)
  }
  return bytes
}
