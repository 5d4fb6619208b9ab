/** Links and groups that are not there: the same answer after the same work, and slowly for whoever goes on guessing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plainBytes, toHex } from '#lib/base/bytes.ts'
import { platformRandom, type GroupId } from '#lib/base/ids.ts'
import { secondMs } from '#lib/base/time.ts'
import { parseRelayFrame } from '#lib/wire/frames.ts'
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
  type Key,
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

const nowhere = '00'.repeat(32) as GroupId
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
    await expectAlike(
      Object.values(keys).map(
        ({ seed }) =>
          () =>
            trySocket(family.id, { as: 'invitation', seed }),
      ),
    )
    await expectAlike(
      Object.values(keys).map(
        ({ seed }) =>
          () =>
            tryHttp(family.id, { as: 'invitation', seed }),
      ),
    )
  })
})

describe('whoever may not see the family', () => {
  test('cannot tell by any answer, or how long it takes, whether this relay keeps it', async () => {
    const [eve, groups] = [createDevice(), [family.id, nowhere]]
    await expectAlike(groups.map((group) => () => trySocket(group, eve)))
    await expectAlike(groups.map((group) => () => tryHttp(group, eve)))
    const paths = [`blobs/${'00'.repeat(32)}`, 'blobs', 'uploads', 'blobs/batch', 'blobs/missing']
    for (const path of paths)
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'HEAD'])
        await expectAlike(
          groups.map((group) => () => tryPath(method, `/g/${group}/${path}`)),
          1,
        )
  })
})

type Attempt = () => Promise<{ readonly body: string; readonly tookMs: number }>

/** All are answered the same, and in the same time: the same work is done for each. */
async function expectAlike(attempts: readonly Attempt[], rounds = 16): Promise<void> {
  const bodies = new Set<string>()
  const took = attempts.map((): number[] => [])
  for (let round = 0; round < rounds; round++)
    for (const [n, attempt] of attempts.entries()) {
      const { body, tookMs } = await attempt()
      bodies.add(body)
      took[n]?.push(tookMs)
    }
  expect([...bodies]).toHaveLength(1)
  if (rounds === 1) return
  const medians = took.map(medianOf)
  // Three times is what a busy machine may add by chance.
  expect(Math.max(...medians) / Math.min(...medians)).toBeLessThan(3)
}

async function trySocket(group: GroupId, key: Key): ReturnType<Attempt> {
  const connection = await connect(relay.origin, group)
  const proof = prove(group, await connection.next('hello'), key)
  const startMs = performance.now()
  connection.send(proof)
  const refused = await connection.next('refused')
  const tookMs = performance.now() - startMs
  return { body: JSON.stringify([refused, await connection.closed]), tookMs }
}

async function tryHttp(group: GroupId, key: Key): ReturnType<Attempt> {
  const url = relay.origin + sessionPath(group)
  const hello = await postCbor(url, encodeSessionRequest({ t: 'hello' }))
  const frame = parseRelayFrame(plainBytes(new Uint8Array(await hello.arrayBuffer())))
  if (frame?.t !== 'hello') throw new Error('a challenge is for everybody')
  const request = { t: 'prove', prove: prove(group, frame, key), challenge: frame.nonce } as const
  const startMs = performance.now()
  const answer = await postCbor(url, encodeSessionRequest(request))
  const tookMs = performance.now() - startMs
  return { body: await bodyOf(answer), tookMs }
}

async function tryPath(method: string, path: string): ReturnType<Attempt> {
  const headers = { authorization: `Bearer ${'A'.repeat(43)}`, 'tus-resumable': '1.0.0' }
  return { body: await bodyOf(await fetch(relay.origin + path, { method, headers })), tookMs: 0 }
}

async function bodyOf(answer: Response): Promise<string> {
  return `${answer.status} ${toHex(plainBytes(new Uint8Array(await answer.arrayBuffer())))}`
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

test('whoever guesses waits longer and longer, and nobody else at the same address', async () => {
  const { origin } = relay
  const eve = createDevice()
  const fail = () => trySocket(nowhere, eve)
  const startMs = performance.now()
  await Promise.all(Array.from({ length: 260 }, fail))
  expect(performance.now() - startMs).toBeGreaterThan(1500)
  const guessing = Array.from({ length: 60 }, () => fail().catch(() => null))
  const anaMs = performance.now()
  await openSession(origin, family.id, family.founder)
  await connectProved(origin, family.id, family.founder)
  expect(performance.now() - anaMs).toBeLessThan(2 * secondMs)
  expect((await Promise.all(guessing)).every((answer) => answer !== null)).toBe(true)
})
