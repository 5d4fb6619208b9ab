/** What a removal, a role and a closed link mean at the relay: at once, for everything under way, and for all alike. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor } from '#lib/base/cbor.ts'
import { idToBytes, platformRandom } from '#lib/base/ids.ts'
import type { BlobId, RelayId } from '#lib/base/ids.ts'
import { secondMs } from '#lib/base/time.ts'
import { memberIdOfDevice, type GivenRole, type RemoveOp } from '#lib/membership/operation.ts'
import { entryKinds, type EntryKind } from '#lib/wire/entry.ts'
import { blobBatchPath, blobPath, uploadsPath } from '#lib/wire/paths.ts'
import {
  connectProved,
  host,
  openSession,
  relayKeyAt,
  type Key,
  type RelayConnection,
} from '#tests/support/relay-client.ts'
import { fetchPartly, sendPartly } from '#tests/support/slow-request.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'
import {
  createDevice,
  foundGroup,
  writeEpoch,
  writeInvite,
  writeJoin,
  writeKind,
  writeOperation,
  type TestDevice,
  type TestGroup,
  type TestInvitation,
} from '#tests/support/test-group.ts'

let relay: RunningRelay
let key: RelayId
let family: TestGroup
let ana: RelayConnection

beforeAll(async () => {
  relay = await startRelay({ MANTEL_HOSTING: 'open', MANTEL_LOG: 'debug' })
  key = await relayKeyAt(relay.origin)
})
afterAll(() => relay.dispose())
beforeEach(async () => {
  family = foundGroup({ origin: relay.origin, key })
  expect((await host(relay.origin, null, [family.genesis.bytes])).status).toBe(201)
  ana = (await connectProved(relay.origin, family.id, family.founder)).connection
  await ana.append(writeEpoch(family).bytes)
})

const invite = async (options: Parameters<typeof writeInvite>[1] = {}): Promise<TestInvitation> => {
  const invitation = writeInvite(family, options)
  expect(await ana.append(invitation.entry.bytes)).toMatchObject({ t: 'appended' })
  return invitation
}
const join = async (role: GivenRole = 'contributor'): Promise<TestDevice> => {
  const device = createDevice()
  const entry = writeJoin(family, device, await invite({ role }))
  expect(await ana.append(entry.bytes)).toMatchObject({ t: 'appended' })
  return device
}
const remove = async (target: RemoveOp['target']): Promise<void> => {
  const removal = writeOperation(family, family.founder, {
    ...{ op: 'remove', parents: [family.opHead], target },
  })
  expect(await ana.append(removal.bytes)).toMatchObject({ t: 'appended' })
}
const setRole = async (device: TestDevice, role: GivenRole): Promise<void> => {
  const member = memberIdOfDevice(device.id)
  const change = writeOperation(family, family.founder, {
    ...{ op: 'role', parents: [family.opHead], member, role },
  })
  expect(await ana.append(change.bytes)).toMatchObject({ t: 'appended' })
}
const byLink = ({ seed }: TestInvitation): Key => ({ as: 'invitation', seed })
const open = async (shown: Key) => (await connectProved(relay.origin, family.id, shown)).connection
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const urlOf = (id: BlobId) => relay.origin + blobPath(family.id, id)
const nameOf = (bytes: Bytes) => toHex(createHash('sha256').update(bytes).digest()) as BlobId
const noise = (bytes: number) => new Uint8Array(bytes).fill(7)

const put = async (bytes: Bytes): Promise<BlobId> => {
  const headers = bearer(await openSession(relay.origin, family.id, family.founder))
  const answer = await fetch(urlOf(nameOf(bytes)), { method: 'PUT', headers, body: bytes })
  expect([200, 201]).toContain(answer.status)
  return nameOf(bytes)
}

/** Fails where it takes a second or longer. */
const withinASecond = <T>(promise: Promise<T>, what: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: still there after a second`)), secondMs)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

describe('within a second of Sam’s removal', () => {
  const targets = [
    ['himself', (sam: TestDevice) => ({ member: memberIdOfDevice(sam.id) })],
    ['his phone', (sam: TestDevice) => ({ device: sam.id })],
  ] as const
  test.each(targets)('%s: all his sockets and what is under way are closed', async (_, target) => {
    const sam = await join()
    const sockets = [await open(sam), await open(sam), await open(sam)]
    sockets[1]?.send({ t: 'subscribe', feed: null, after: 0, last: null })
    const token = await openSession(relay.origin, family.id, sam)
    const [photo, video] = [await put(noise(15_000_000)), await put(noise(14_000_000))]
    const unsent = noise(8_000_000)
    const tus = { ...bearer(token), 'tus-resumable': '1.0.0' }
    const upload = await fetch(relay.origin + uploadsPath(family.id), {
      method: 'POST',
      headers: {
        ...{ ...tus, 'upload-length': '9000000' },
        'upload-metadata': `blob ${Buffer.from(nameOf(noise(9_000_000))).toString('base64')}`,
      },
    })
    const underWay = {
      fetch: await fetchPartly(urlOf(photo), { headers: bearer(token) }),
      range: await fetchPartly(urlOf(photo), {
        headers: { ...bearer(token), range: 'bytes=100-' },
      }),
      batch: await fetchPartly(relay.origin + blobBatchPath(family.id), {
        ...{ method: 'POST', headers: bearer(token) },
        body: encodeCbor({ blobs: [photo, video].map(idToBytes) }),
      }),
      put: await sendPartly(urlOf(nameOf(unsent)), {
        ...{ method: 'PUT', part: unsent.subarray(0, 100_000) },
        headers: { ...bearer(token), 'content-length': String(unsent.length) },
      }),
      tus: await sendPartly(relay.origin + (upload.headers.get('location') ?? ''), {
        method: 'PATCH',
        part: noise(100_000),
        headers: {
          ...{ ...tus, 'upload-offset': '0', 'content-length': '9000000' },
          'content-type': 'application/offset+octet-stream',
        },
      }),
    }
    const ofAna = await fetchPartly(urlOf(photo), {
      headers: bearer(await openSession(relay.origin, family.id, family.founder)),
    })

    await remove(target(sam))
    const reading = [underWay.fetch, underWay.range, underWay.batch]
    const received = reading.map((each) => each.receivedBytes())
    for (const [index, socket] of sockets.entries())
      expect(await withinASecond(socket.closed, `socket ${index}`)).toBe(1008)
    for (const [name, { broken }] of Object.entries(underWay)) await withinASecond(broken, name)
    const [fetched, ranged, batched] = await Promise.all(received)
    expect([fetched, ranged].every((bytes) => (bytes ?? 0) < 14_000_000)).toBe(true)
    expect(batched).toBeLessThan(28_000_000)
    expect((await fetch(urlOf(photo), { headers: bearer(token) })).status).toBe(401)
    expect((await fetch(urlOf(photo), { headers: bearer(token), method: 'HEAD' })).status).toBe(401)
    const stored = bearer(await openSession(relay.origin, family.id, family.founder))
    expect((await fetch(urlOf(nameOf(unsent)), { headers: stored })).status).toBe(404)
    expect(await ofAna.receivedBytes()).toBe(15_000_000)
    await expect(open(sam)).rejects.toThrow('1008')
    await expect(openSession(relay.origin, family.id, sam)).rejects.toThrow('403')
  })

  test('what his sockets sent just before is refused or stored, and nothing after', async () => {
    const sam = await join()
    const his = await open(sam)
    const removal = writeOperation(family, family.founder, {
      ...{ op: 'remove', parents: [family.opHead], target: { device: sam.id } },
    })
    const late = writeKind(family, sam, 'bundle')
    const told = ana.append(removal.bytes)
    await told
    await expect(his.append(late.bytes)).rejects.toThrow()
    ana.send({ t: 'have', authors: new Map() })
    expect((await ana.next('have')).authors.get(sam.id)).toBe(1)
  })
})

describe('a link that Ana takes back', () => {
  test('closes for everybody who looks through it, with what they were fetching', async () => {
    const link = await invite({ uses: 0 })
    const [one, other] = [await open(byLink(link)), await open(byLink(link))]
    const photo = await put(noise(15_000_000))
    const token = await openSession(relay.origin, family.id, byLink(link))
    const under = await fetchPartly(urlOf(photo), { headers: bearer(token) })
    await remove({ invitation: link.entry.id })
    expect(await withinASecond(one.closed, 'one')).toBe(1008)
    expect(await withinASecond(other.closed, 'other')).toBe(1008)
    expect(await withinASecond(under.receivedBytes(), 'fetch')).toBeLessThan(15_000_000)
    expect((await fetch(urlOf(photo), { headers: bearer(token) })).status).toBe(401)
  })

  test('shows nothing new once it has expired, also to somebody who sits and listens', async () => {
    const link = await invite({ uses: 0, expires: Date.now() + 1500 })
    const eve = await open(byLink(link))
    eve.send({ t: 'subscribe', feed: null, after: 0, last: null })
    await eve.next('entries')
    await new Promise((resolve) => setTimeout(resolve, 1600))
    const isTold = eve.next('entries').then(
      () => 'told',
      () => 'not told',
    )
    await ana.append(writeKind(family, family.founder, 'bundle').bytes)
    expect(await withinASecond(eve.closed, 'Eve')).toBe(1008)
    expect(await Promise.race([isTold, eve.closed])).toBe('not told')
  })
})

describe('by role', () => {
  test('Sam as a viewer may write a viewer’s kinds and no other', async () => {
    const sam = await join('viewer')
    const his = await open(sam)
    const allowed: EntryKind[] = []
    for (const kind of entryKinds.filter((each) => each !== 'op')) {
      const answer = await his.append(writeKind(family, sam, kind).bytes)
      if (answer.t === 'appended') allowed.push(kind)
      else expect(answer.code).toBe('not-allowed')
    }
    expect(allowed.sort()).toEqual(['held', 'mark', 'talk', 'unpublish'])
  })

  test('his operations are for himself only: a link for his tablet, his own leaving', async () => {
    const sam = await join('viewer')
    const kim = await join('viewer')
    const his = await open(sam)
    const [member, other] = [memberIdOfDevice(sam.id), memberIdOfDevice(kim.id)]
    const head = family.opHead
    const say = async (operation: Parameters<typeof writeOperation>[2]) => {
      const { opHead } = family
      const answer = await his.append(writeOperation(family, sam, operation).bytes)
      if (answer.t === 'refused') family.opHead = opHead
      return answer.t
    }
    const forMember = (whose: typeof member) => ({
      ...({
        op: 'invite',
        parents: [family.opHead],
        for: 'device',
        member: whose,
        uses: 1,
      } as const),
      ...({
        sign: platformRandom(32),
        box: platformRandom(32),
        role: 'viewer',
        key: family.key,
      } as const),
      ...{ expires: Date.now() + 60_000, lockbox: platformRandom(80) },
    })
    const parents = [head]
    const asked = [
      await say({ op: 'role', parents, member, role: 'admin' }),
      await say({ op: 'remove', parents, target: { member: other } }),
      await say({ op: 'remove', parents, target: { device: family.founder.id } }),
      await say({ op: 'relay', parents, change: { drop: key } }),
      await say(forMember(other)),
      await say(forMember(member)),
      await say({ op: 'remove', parents: [family.opHead], target: { member } }),
    ]
    const refused = 'refused'
    expect(asked).toEqual([refused, refused, refused, refused, refused, 'appended', 'appended'])
    expect(await withinASecond(his.closed, 'he left')).toBe(1008)
  })

  test('what Sam gave as a contributor is taken back from others, from himself as a viewer not', async () => {
    const sam = await join('contributor')
    const [one, two] = [writeKind(family, sam, 'bundle'), writeKind(family, sam, 'bundle')]
    await setRole(sam, 'viewer')
    expect(await (await open(sam)).append(one.bytes)).toMatchObject({ code: 'not-allowed' })
    expect(await ana.append(one.bytes)).toMatchObject({ t: 'appended' })
    await remove({ device: sam.id })
    expect(await ana.append(two.bytes)).toMatchObject({ t: 'appended' })
  })

  test('nobody brings photos of somebody who was a viewer all the time, in or out', async () => {
    const sam = await join('viewer')
    const [photo, talk] = [writeKind(family, sam, 'bundle'), writeKind(family, sam, 'talk')]
    expect(await ana.append(photo.bytes)).toMatchObject({ code: 'not-allowed' })
    await remove({ member: memberIdOfDevice(sam.id) })
    expect(await ana.append(photo.bytes)).toMatchObject({ code: 'not-allowed' })
    expect(await ana.append(talk.bytes)).toMatchObject({ t: 'appended' })
  })
})
