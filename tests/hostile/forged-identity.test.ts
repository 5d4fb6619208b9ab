/** Whoever says they are somebody else: other people's keys, proofs, challenges, tokens and names. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { plainBytes, toBase64Url, type Bytes } from '#lib/base/bytes.ts'
import { publicKeyOfSeed, signMessage } from '#lib/base/ed25519.ts'
import { platformRandom, type GroupId, type RelayId } from '#lib/base/ids.ts'
import { parseRelayFrame, proofBytes, type HelloFrame, type ProveFrame } from '#lib/wire/frames.ts'
import { sessionPath } from '#lib/wire/paths.ts'
import { encodeSessionRequest, type SessionRequest } from '#lib/wire/session.ts'
import { prototypeNames } from '#tests/support/hostile-bytes.ts'
import { hostileCount } from '#tests/support/hostile-entries.ts'
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
  forge,
  foundGroup,
  writeEpoch,
  writeInvite,
  writeJoin,
  writeOperation,
  writeSealed,
  type TestDevice,
  type TestGroup,
} from '#tests/support/test-group.ts'

/** A relay forgives a few hundred failed proofs of one address; past them it would only answer more slowly. */
const forgivenFailures = 160

let relay: RunningRelay
let otherRelay: RunningRelay
let family: TestGroup
let club: TestGroup
/** Was a member of the family until just now. */
let sam: TestDevice
let samToken: string

beforeAll(async () => {
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  otherRelay = await startRelay({ MANTEL_HOSTING: 'open' })
  const key = await relayKeyAt(relay.origin)
  family = foundGroup({ origin: relay.origin, key })
  club = foundGroup({ origin: relay.origin, key })
  for (const group of [family, club]) await host(relay.origin, null, [group.genesis.bytes])
  sam = createDevice()
  const { connection } = await connectProved(relay.origin, family.id, family.founder)
  const epoch = writeEpoch(family)
  const invitation = writeInvite(family)
  for (const entry of [epoch, invitation.entry, writeJoin(family, sam, invitation)])
    expect(await connection.append(entry.bytes)).toMatchObject({ t: 'appended' })
  samToken = await openSession(relay.origin, family.id, sam)
  const target = { device: sam.id }
  const out = writeOperation(family, family.founder, {
    ...{ op: 'remove', parents: [family.opHead], target },
  })
  expect(await connection.append(out.bytes)).toMatchObject({ t: 'appended' })
  connection.close()
})
afterAll(async () => {
  await relay.dispose()
  await otherRelay.dispose()
})

test('2,000 tokens that are of other groups, of the removed, changed or guessed open no blob', async () => {
  const count = hostileCount(2000)
  const own = await openSession(relay.origin, family.id, family.founder)
  const clubs = await openSession(relay.origin, club.id, club.founder)
  const stranger = toBase64Url(platformRandom(32))
  const tokens = (n: number): string[] => [
    clubs,
    samToken,
    stranger,
    own.slice(0, -1),
    `${own}A`,
    own.slice(0, n % 43) + (own[n % 43] === 'A' ? 'B' : 'A') + own.slice((n % 43) + 1),
    own.toLowerCase() === own ? own.toUpperCase() : own.toLowerCase(),
    prototypeNames[n % prototypeNames.length] ?? '',
    '',
  ]
  const statuses = new Map<number, number>()
  for (let n = 0; n < count; n += 50) {
    const asked = Array.from({ length: 50 }, async (_, more) => {
      const list = tokens(n + more)
      const token = list[(n + more) % list.length] ?? ''
      const answer = await fetch(`${relay.origin}/g/${family.id}/blobs`, {
        headers: { authorization: `Bearer ${token}` },
      })
      await answer.arrayBuffer()
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
    })
    await Promise.all(asked)
  }
  console.log(`${count} wrong tokens: ${JSON.stringify([...statuses])}`)
  expect([...statuses]).toEqual([[401, count]])
  const right = await fetch(`${relay.origin}/g/${family.id}/blobs`, {
    headers: { authorization: `Bearer ${own}` },
  })
  expect(right.status).toBe(200)
})

type Forging = (hello: HelloFrame) => ProveFrame

/** Every way to prove what one is not, given a proof that Ana made a moment ago. */
function forgings(made: ProveFrame, elsewhere: RelayId): Forging[] {
  const { founder } = family
  const stranger = createDevice()
  const key = publicKeyOfSeed(founder.seed)
  const signed = (hello: HelloFrame, group: GroupId, seed: Bytes, by: RelayId): ProveFrame => {
    const nonce = platformRandom(32)
    const said = { relay: by, group, relayNonce: hello.nonce, deviceNonce: nonce }
    const sig = signMessage(seed, proofBytes('device', said))
    return { t: 'prove', as: 'device', key, nonce, sig }
  }
  return [
    (hello) => prove(family.id, hello, stranger),
    (hello) => prove(family.id, hello, sam),
    (hello) => signed(hello, family.id, stranger.seed, hello.relay),
    (hello) => signed(hello, club.id, founder.seed, hello.relay),
    (hello) => signed(hello, family.id, founder.seed, elsewhere),
    (hello) =>
      signed({ ...hello, nonce: platformRandom(32) }, family.id, founder.seed, hello.relay),
    () => made,
    (hello) => ({ ...prove(family.id, hello, founder), nonce: made.nonce }),
    (hello) => ({ ...prove(family.id, hello, founder), key: publicKeyOfSeed(stranger.seed) }),
    (hello) => ({ ...prove(family.id, hello, founder), sig: forge(made.sig) }),
    (hello) => prove(family.id, hello, { as: 'invitation', seed: founder.seed }),
    (hello) => prove(family.id, hello, { as: 'relay', seed: founder.seed }),
    (hello) => prove(family.id, hello, { as: 'relay', seed: stranger.seed }),
    // Keys of small order and signatures of nothing, which careless checks take for anybody's.
    (hello) => ({ ...prove(family.id, hello, founder), key: new Uint8Array(32) }),
    (hello) => ({ ...prove(family.id, hello, founder), sig: new Uint8Array(64) }),
    (hello) => ({ ...prove(family.id, hello, founder), key: idOfOne, sig: new Uint8Array(64) }),
  ]
}

/** The neutral element of the curve. */
const idOfOne = Uint8Array.from([1, ...new Uint8Array(31)])

test('160 forged, borrowed and replayed proofs by socket open nothing', async () => {
  const elsewhere = await relayKeyAt(otherRelay.origin)
  const first = await connect(relay.origin, family.id)
  const made = prove(family.id, await first.next('hello'), family.founder)
  first.send(made)
  await first.next('welcome')
  first.close()
  const ways = forgings(made, elsewhere)
  const answers: string[] = []
  for (let n = 0; n < forgivenFailures; n++) {
    const connection = await connect(relay.origin, family.id)
    const forging = ways[n % ways.length]
    const hello = await connection.next('hello')
    if (forging !== undefined) connection.send(forging(hello))
    const answer = await Promise.race([connection.next('welcome'), connection.next('refused')])
    answers.push(answer.t)
    connection.close()
  }
  const welcomed = answers.filter((t) => t === 'welcome').length
  console.log(`${answers.length} forged proofs by socket: ${welcomed} welcome`)
  expect(welcomed).toBe(0)
  const honest = await connectProved(relay.origin, family.id, family.founder)
  honest.connection.close()
})

test('as many by HTTP, with the challenges of others or used ones, give no token', async () => {
  await relay.restart()
  const elsewhere = await relayKeyAt(otherRelay.origin)
  const url = relay.origin + sessionPath(family.id)
  const hello = async (): Promise<HelloFrame> => {
    const socket = await connect(relay.origin, family.id)
    const frame = await socket.next('hello')
    socket.close()
    return frame
  }
  const ask = (request: SessionRequest) => postCbor(url, encodeSessionRequest(request))
  const challenge = await challengeBy(url)
  const made = prove(family.id, challenge, family.founder)
  const taken = await ask({ t: 'prove', prove: made, challenge: challenge.nonce })
  expect(taken.status).toBe(200)
  const ways = forgings(made, elsewhere)
  const statuses: number[] = []
  for (let n = 0; n < forgivenFailures; n++) {
    const issued = await challengeBy(url)
    const forging = ways[n % ways.length] ?? (() => made)
    const kind = n % 4
    // By turns: a forged proof; a right one for a challenge of a socket's, a used one, one nobody gave.
    const shown = kind === 1 ? await hello() : kind === 2 ? challenge : issued
    const nonce = kind === 3 ? platformRandom(32) : shown.nonce
    const proof =
      kind === 0 ? forging(shown) : prove(family.id, { ...shown, nonce }, family.founder)
    statuses.push((await ask({ t: 'prove', prove: proof, challenge: nonce })).status)
  }
  const given = statuses.filter((status) => status < 400).length
  console.log(`${statuses.length} forged proofs by HTTP: ${given} tokens`)
  expect(given).toBe(0)
  expect(new Set(statuses)).toEqual(new Set([403]))
})

async function challengeBy(url: string): Promise<HelloFrame> {
  const answer = await postCbor(url, encodeSessionRequest({ t: 'hello' }))
  const frame = parseRelayFrame(plainBytes(new Uint8Array(await answer.arrayBuffer())))
  if (frame?.t !== 'hello') throw new Error('no challenge')
  return frame
}

test('300 names of peers, Ana’s own key and the relay’s among them, give nobody anything', async () => {
  const { founder } = family
  const key = await relayKeyAt(relay.origin)
  const names = [
    ...[founder.id, key, 'relay', 'ana', '', 'x'.repeat(4000), '\u{0}', '../..', '\u{202e}'],
    ...prototypeNames,
  ]
  const count = hostileCount(300)
  const group = writeSealed(family, founder).bytes
  let served = 0
  for (let n = 0; n < count; n++) {
    const connection = await connect(relay.origin, family.id, names[n % names.length])
    if (n % 2 === 0) connection.send({ t: 'subscribe', feed: null, after: 0, last: null })
    else connection.send({ t: 'append', n: 1, entry: group })
    await connection.closed
    await connection.next('hello').catch(() => undefined)
    served += await connection.next('entries').then(
      () => 1,
      () => 0,
    )
  }
  console.log(`${count} names of peers: ${served} served`)
  expect(served).toBe(0)
})
