/** Links and groups that are not there: the same answer after the same work, and slowly for whoever goes on guessing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Bytes } from '#lib/base/bytes.ts'
import { platformRandom, type GroupId } from '#lib/base/ids.ts'
import { secondMs } from '#lib/base/time.ts'
import { sessionPath } from '#lib/wire/paths.ts'
import { encodeSessionRequest } from '#lib/wire/session.ts'
import {
  connect,
  connectProved,
  host,
  openSession,
  postCbor,
  prove,
  relayKeyAt,
} from '#tests/support/relay-client.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'
import {
  createDevice,
  foundGroup,
  writeEpoch,
  writeInvite,
  writeJoin,
  writeOperation,
  type TestGroup,
} from '#tests/support/test-group.ts'

let relay: RunningRelay
let family: TestGroup

beforeAll(async () => {
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  family = foundGroup({ origin: relay.origin, key: await relayKeyAt(relay.origin) })
  expect((await host(relay.origin, null, [family.genesis.bytes])).status).toBe(201)
})
afterAll(() => relay.dispose())

describe('a link that opens nothing', () => {
  test('is answered alike, and as fast, whether it never was, is used, expired or taken back', async () => {
    const epoch = writeEpoch(family)
    const [used, expired, revoked] = [
      writeInvite(family),
      writeInvite(family, { expires: Date.now() - 1 }),
      writeInvite(family),
    ]
    const join = writeJoin(family, createDevice(), used)
    const target = { invitation: revoked.entry.id }
    const removal = writeOperation(family, family.founder, {
      ...{ op: 'remove', parents: [family.opHead], target },
    })
    const { connection } = await connectProved(relay.origin, family.id, family.founder)
    for (const { bytes } of [epoch, used.entry, expired.entry, revoked.entry, join, removal])
      expect(await connection.append(bytes)).toMatchObject({ t: 'appended' })
    const keys = { used, expired, revoked, guessed: { seed: platformRandom(32) } }
    const answers = new Map<string, { body: string; tookMs: number[] }>()
    for (let round = 0; round < 24; round++) {
      for (const [name, { seed }] of Object.entries(keys)) {
        const { body, tookMs } = await tryLink(seed)
        const known = answers.get(name) ?? { body, tookMs: [] }
        expect(body).toBe(known.body)
        known.tookMs.push(tookMs)
        answers.set(name, known)
      }
    }
    expect(new Set([...answers.values()].map(({ body }) => body)).size).toBe(1)
    const medians = [...answers.values()].map(({ tookMs }) => medianOf(tookMs))
    // The same work is done for each; three times is what a busy machine may add by chance.
    expect(Math.max(...medians) / Math.min(...medians)).toBeLessThan(3)
  })

  const tryLink = async (seed: Bytes) => {
    const connection = await connect(relay.origin, family.id)
    const proof = prove(family.id, await connection.next('hello'), { as: 'invitation', seed })
    const startMs = performance.now()
    connection.send(proof)
    const refused = await connection.next('refused')
    const tookMs = performance.now() - startMs
    return { body: JSON.stringify([refused, await connection.closed]), tookMs }
  }
  const medianOf = (values: readonly number[]) =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
})

test('whoever guesses waits longer and longer, and nobody else at the same address', async () => {
  const { origin } = relay
  const nowhere = '00'.repeat(32) as GroupId
  const fail = async () => (await connect(origin, nowhere)).next('refused')
  const startMs = performance.now()
  const [answer] = await Promise.all([
    postCbor(origin + sessionPath(nowhere), encodeSessionRequest({ t: 'hello' })),
    ...Array.from({ length: 260 }, fail),
  ])
  expect(answer.status).toBe(404)
  expect(performance.now() - startMs).toBeGreaterThan(1500)
  const guessing = Array.from({ length: 60 }, () => fail().catch(() => null))
  const anaMs = performance.now()
  await openSession(origin, family.id, family.founder)
  await connectProved(origin, family.id, family.founder)
  expect(performance.now() - anaMs).toBeLessThan(2 * secondMs)
  expect((await Promise.all(guessing)).every((frame) => frame?.code === 'unknown-group')).toBe(true)
})
