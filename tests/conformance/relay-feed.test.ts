/** A group's feed from outside: who is let in, what is taken, who is put out. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { concatBytes, utf8, type Bytes } from '#lib/base/bytes.ts'
import {
  idFromBytes,
  platformRandom,
  type BlobId,
  type GroupId,
  type RelayId,
} from '#lib/base/ids.ts'
import { minuteMs } from '#lib/base/time.ts'
import { maxFrameBytes } from '#lib/wire/limits.ts'
import { blobPath, sessionPath } from '#lib/wire/paths.ts'
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
  forge,
  foundGroup,
  writeEpoch,
  writeInvite,
  writeJoin,
  writeOperation,
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

const ana = async () => (await connectProved(relay.origin, family.id, family.founder)).connection
const noBlob = (): BlobId => idFromBytes('BlobId', platformRandom(32)) as BlobId
const nameOf = (bytes: Bytes): BlobId =>
  idFromBytes('BlobId', createHash('sha256').update(bytes).digest()) as BlobId
const putBlob = (token: string, id: BlobId, bytes: Bytes) =>
  fetch(relay.origin + blobPath(family.id, id), {
    ...{ method: 'PUT', body: bytes, headers: { authorization: `Bearer ${token}` } },
  })

describe('proving', () => {
  test('a stranger, a wrong signature and a key of another kind look alike', async () => {
    const stranger = createDevice()
    const keys = [stranger, { ...family.founder, as: 'invitation' as const }]
    for (const shown of keys) {
      const connection = await connect(relay.origin, family.id)
      connection.send(prove(family.id, await connection.next('hello'), shown))
      expect(await connection.next('refused')).toMatchObject({ n: null, code: 'not-allowed' })
      expect(await connection.closed).toBe(1008)
    }
    const connection = await connect(relay.origin, family.id)
    const proof = prove(family.id, await connection.next('hello'), family.founder)
    connection.send({ ...proof, sig: forge(proof.sig) })
    expect(await connection.next('refused')).toMatchObject({ n: null, code: 'not-allowed' })
  })

  test('a challenge answered once serves nobody a second time', async () => {
    const url = relay.origin + sessionPath(family.id)
    const hello = await connect(relay.origin, family.id).then((c) => c.next('hello'))
    const byOtherWay = encodeSessionRequest({
      ...{ t: 'prove', prove: prove(family.id, hello, family.founder), challenge: hello.nonce },
    })
    expect((await postCbor(url, byOtherWay)).status).toBe(403)

    const connection = await connect(relay.origin, family.id)
    const proof = prove(family.id, await connection.next('hello'), family.founder)
    connection.send(proof)
    await connection.next('welcome')
    connection.send(proof)
    expect(await connection.next('refused')).toMatchObject({ n: null, code: 'malformed' })
    const replay = await connect(relay.origin, family.id)
    await replay.next('hello')
    replay.send(proof)
    expect(await replay.next('refused')).toMatchObject({ code: 'not-allowed' })
  })

  test('a group that is not here refuses whoever asks, like one that does not know them', async () => {
    const nowhere = '00'.repeat(32) as GroupId
    const connection = await connect(relay.origin, nowhere)
    connection.send(prove(nowhere, await connection.next('hello'), family.founder))
    expect(await connection.next('refused')).toMatchObject({ n: null, code: 'not-allowed' })
    expect(await connection.closed).toBe(1008)
  })

  test('appending before proving ends the connection', async () => {
    const connection = await connect(relay.origin, family.id)
    connection.send({ t: 'append', n: 1, entry: writeEpoch(family).bytes })
    expect(await connection.next('refused')).toMatchObject({ n: null, code: 'not-allowed' })
    expect(await connection.closed).toBe(1008)
  })
})

describe('the feed', () => {
  test('what Ana appends reaches her other connection, in order', async () => {
    const [writer, reader] = [await ana(), await ana()]
    reader.send({ t: 'subscribe', feed: null, after: 0, last: null })
    expect(await reader.next('entries')).toMatchObject({ from: 0, to: 1, live: true })
    const entries = [writeEpoch(family), writeSealed(family, family.founder)]
    for (const [index, entry] of entries.entries()) {
      const answer = await writer.append(entry.bytes)
      expect(answer).toMatchObject({ t: 'appended', id: entry.id, position: index + 2 })
      expect((await reader.next('entries')).entries).toEqual([entry.bytes])
    }
  })

  test('an entry appended twice keeps its position', async () => {
    const connection = await ana()
    const entry = writeEpoch(family)
    expect(await connection.append(entry.bytes)).toMatchObject({ position: 2 })
    expect(await connection.append(entry.bytes)).toMatchObject({ t: 'appended', position: 2 })
  })

  test('forged, foreign, premature and unreadable entries are refused and leave no trace', async () => {
    const connection = await ana()
    const epoch = writeEpoch(family)
    const orphan = writeInvite(family).entry
    const stranger = writeSealed(family, createDevice())
    const foreign = writeSealed(foundGroup({ origin: relay.origin, key }), family.founder)
    const refusals = [
      [forge(epoch.bytes), 'bad-signature'],
      [orphan.bytes, 'missing-past'],
      [stranger.bytes, 'not-allowed'],
      [foreign.bytes, 'wrong-group'],
      [utf8('entry'), 'malformed'],
      [new Uint8Array(), 'malformed'],
    ] as const
    for (const [bytes, code] of refusals) {
      expect(await connection.append(bytes)).toMatchObject({ t: 'refused', code })
    }
    connection.send({ t: 'subscribe', feed: null, after: 0, last: null })
    expect((await connection.next('entries')).entries).toEqual([family.genesis.bytes])
  })

  test('a frame beyond the limit, a CBOR bomb and text end the connection only', async () => {
    const hostile = [
      { bytes: new Uint8Array(maxFrameBytes + 65_536), code: 1009 },
      { bytes: new Uint8Array(100_000).fill(0x81), code: 1008 },
      { bytes: concatBytes(Uint8Array.of(0xbb), new Uint8Array(8).fill(0xff)), code: 1008 },
      { bytes: utf8('{"__proto__":{"type":"mantel"}}'), code: 1008 },
      { bytes: Uint8Array.of(0xf6), code: 1008 },
    ]
    for (const { bytes, code } of hostile) {
      const connection = await ana()
      connection.sendRaw(bytes)
      expect(await connection.closed).toBe(code)
    }
    expect((await fetch(`${relay.origin}/healthz`)).status).toBe(200)
  })

  test('a device asks what the relay has, and for entries of some kinds', async () => {
    const connection = await ana()
    const [epoch, bundle] = [writeEpoch(family), writeSealed(family, family.founder)]
    await connection.append(epoch.bytes)
    await connection.append(bundle.bytes)
    connection.send({ t: 'have', authors: new Map() })
    expect((await connection.next('have')).authors).toEqual(new Map([[family.founder.id, 3]]))
    connection.send({ t: 'select', kinds: ['bundle'], after: 0, limit: 5, newest: true })
    const selected = await connection.next('selected')
    expect(selected).toMatchObject({ entries: [bundle.bytes], more: false, to: 3 })
  })
})

describe('Sam', () => {
  const invite = async (options = {}) => {
    const connection = await ana()
    await connection.append(writeEpoch(family).bytes)
    const invitation = writeInvite(family, options)
    await connection.append(invitation.entry.bytes)
    return { connection, invitation }
  }
  const byLink = async (seed: Bytes) =>
    (await connectProved(relay.origin, family.id, { as: 'invitation', seed })).connection

  test('looks at the group through his link, joins, and writes as himself', async () => {
    const { invitation } = await invite()
    const link = await byLink(invitation.seed)
    link.send({ t: 'subscribe', feed: null, after: 0, last: null })
    expect((await link.next('entries')).entries).toHaveLength(3)
    const sam = createDevice()
    const join = writeJoin(family, sam, invitation)
    expect(await link.append(join.bytes)).toMatchObject({ t: 'appended', position: 4 })
    const { connection } = await connectProved(relay.origin, family.id, sam)
    const bundle = writeSealed(family, sam)
    expect(await connection.append(bundle.bytes)).toMatchObject({ t: 'appended', position: 5 })
  })

  test('cannot write anything but a join through the link, nor send blobs', async () => {
    const { invitation } = await invite()
    const link = await byLink(invitation.seed)
    const answer = await link.append(writeSealed(family, family.founder).bytes)
    expect(answer).toMatchObject({ code: 'not-allowed' })
    const token = await openSession(relay.origin, family.id, { as: 'invitation', ...invitation })
    const bytes = platformRandom(100)
    expect((await putBlob(token, nameOf(bytes), bytes)).status).toBe(401)
  })

  test('finds a used link closed, for the one who used it too', async () => {
    const { invitation } = await invite()
    const link = await byLink(invitation.seed)
    await link.append(writeJoin(family, createDevice(), invitation).bytes)
    expect(await link.closed).toBe(1008)
    await expect(byLink(invitation.seed)).rejects.toThrow('1008')
  })

  test('finds an expired link closed', async () => {
    const { invitation } = await invite({ expires: Date.now() - minuteMs })
    await expect(byLink(invitation.seed)).rejects.toThrow('1008')
  })

  test('as a viewer he may talk but neither add photos nor send blobs', async () => {
    const { invitation } = await invite({ role: 'viewer' })
    const sam = createDevice()
    await (await byLink(invitation.seed)).append(writeJoin(family, sam, invitation).bytes)
    const { connection } = await connectProved(relay.origin, family.id, sam)
    const bundle = await connection.append(writeSealed(family, sam).bytes)
    expect(bundle).toMatchObject({ code: 'not-allowed' })
    const talk = await connection.append(writeSealed(family, sam, { kind: 'talk' }).bytes)
    expect(talk).toMatchObject({ t: 'appended' })
    const token = await openSession(relay.origin, family.id, sam)
    const bytes = platformRandom(100)
    expect((await putBlob(token, nameOf(bytes), bytes)).status).toBe(401)
  })

  test('once removed he is out within the second: socket, token and proof', async () => {
    const { connection, invitation } = await invite()
    const sam = createDevice()
    await (await byLink(invitation.seed)).append(writeJoin(family, sam, invitation).bytes)
    const his = (await connectProved(relay.origin, family.id, sam)).connection
    const token = await openSession(relay.origin, family.id, sam)
    const removal = writeOperation(family, family.founder, {
      ...{ op: 'remove', parents: [family.opHead], target: { device: sam.id } },
    })
    expect(await connection.append(removal.bytes)).toMatchObject({ t: 'appended' })
    expect(await his.closed).toBe(1008)
    const blob = await fetch(relay.origin + blobPath(family.id, noBlob()), {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(blob.status).toBe(401)
    await expect(connectProved(relay.origin, family.id, sam)).rejects.toThrow('1008')
    const late = await connection.append(writeSealed(family, sam).bytes)
    expect(late).toMatchObject({ t: 'appended' })
  })
})
