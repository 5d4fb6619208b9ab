/** Uploads that are left lying: for how long they keep others from theirs. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { platformRandom } from '#lib/base/ids.ts'
import { dayMs, hourMs } from '#lib/base/time.ts'
import { parseConfig } from '#relay/config.ts'
import { createRelay, type Relay } from '#relay/create-relay.ts'
import { connectProved, host, openSession, relayKeyAt } from '#tests/support/relay-client.ts'
import { foundGroup, type TestGroup } from '#tests/support/test-group.ts'
import { createTusClient, nameOfBlob } from '#tests/support/tus-client.ts'

let folder: string
let relay: Relay
let family: TestGroup
let nowMs = Date.now()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mantel-uploads-'))
  const config = parseConfig({
    ...{ MANTEL_PORT: '0', MANTEL_DATA: folder, MANTEL_HOSTING: 'open', MANTEL_LOG: 'silent' },
    ...{ MANTEL_MIN_FREE_BYTES: '0', MANTEL_IDLE_SECONDS: '1' },
    MANTEL_GROUP_QUOTA_BYTES: '100000',
  })
  if (!config.ok) throw new Error(config.error.sentences.join())
  relay = await createRelay(config.value, { clock: () => nowMs })
  family = foundGroup({ origin: relay.origin, key: await relayKeyAt(relay.origin) })
  await host(relay.origin, null, [family.genesis.bytes])
})
afterAll(async () => {
  await relay.close()
  await rm(folder, { recursive: true, force: true })
})

/** A token is for an hour. */
const signIn = async () =>
  createTusClient(
    relay.origin,
    family.id,
    await openSession(relay.origin, family.id, family.founder),
  )
const named = () => nameOfBlob(platformRandom(32))

test('an hour, and a week what came of them, also in a group that somebody always listens to', async () => {
  const { connection } = await connectProved(relay.origin, family.id, family.founder)
  const film = platformRandom(60_000)
  let ana = await signIn()
  const begun = await ana.create(nameOfBlob(film), film.length)
  const path = begun.headers.get('location')
  expect((await ana.patch(path, 0, film.slice(0, 20_000))).status).toBe(204)
  expect((await ana.create(named(), 60_000)).status).toBe(507)

  nowMs += hourMs
  ana = await signIn()
  const other = await ana.create(named(), 60_000)
  expect(other.status).toBe(201)
  const refused = await ana.patch(path, 20_000, film.slice(20_000, 30_000))
  expect([refused.status, refused.headers.get('tus-resumable')]).toEqual([507, '1.0.0'])
  expect((await ana.remove(other.headers.get('location'))).status).toBe(204)
  expect((await ana.patch(path, 20_000, film.slice(20_000, 30_000))).status).toBe(204)
  expect((await ana.create(named(), 60_000)).status).toBe(507)

  nowMs += hourMs
  ana = await signIn()
  expect((await ana.create(named(), 70_000)).status).toBe(507)
  nowMs += 8 * dayMs
  const incoming = join(folder, 'groups', family.id, 'incoming')
  await vi.waitFor(async () => expect(await readdir(incoming)).toEqual([]), 10_000)
  ana = await signIn()
  expect((await ana.create(named(), 90_000)).status).toBe(201)
  connection.close()
})
