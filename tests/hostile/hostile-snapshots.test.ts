/** Sam is a member and writes snapshots that are the widest of all and bombs: newcomers see the photos all the same. */
import { afterEach, beforeAll, expect, test } from 'vitest'
import { plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { platformRandom, type DocId } from '#lib/base/ids.ts'
import { createBlobKey, sealBlob } from '#lib/crypto/blob-format.ts'
import { groupDocId } from '#lib/crypto/derive.ts'
import { groupName } from '#lib/groups/group-document.ts'
import { Automerge } from '#lib/sync/automerge.ts'
import { firstChange } from '#lib/sync/first-change.ts'
import { openRelayLink } from '#lib/sync/relay-link.ts'
import { encodeSnapshot, type Snapshot } from '#lib/sync/snapshot.ts'
import { blobPath } from '#lib/wire/paths.ts'
import { createHeldNetwork } from '#tests/support/held-network.ts'
import { openSession } from '#tests/support/relay-client.ts'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import {
  addItem,
  itemsOf,
  simulateFamily,
  until,
  visitFamily,
  type SimulatedReplica,
} from '#tests/support/simulated-replicas.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

/** So many that a snapshot is planned. */
const honest = 66

let relay: RunningRelay | null = null
const open: SimulatedReplica[] = []

beforeAll(prepareAutomerge)
afterEach(async () => {
  for (const device of open.splice(0)) await device.close()
  await relay?.dispose()
  relay = null
})

/** Luis founded the group and has written snapshots; Sam writes what he likes. */
async function familyWithSnapshots() {
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  const { origin } = relay
  const family = await simulateFamily({ openLink: openRelayLink, fetch }, 2, origin)
  const [luis, sam] = family.devices
  if (luis === undefined || sam === undefined) throw new Error('a family of two')
  open.push(luis, sam)
  for (let n = 0; n < honest; n++) await addItem(luis, family.album)
  await until('Luis has written snapshots', () => snapshotsOn(luis).length >= 2)
  const seed = sam.replica().secrets().device?.signSeed
  if (seed === undefined) throw new Error('Sam is a member')

  const send = async (doc: DocId, saved: Bytes, lie: Partial<Snapshot> = {}): Promise<void> => {
    const key = createBlobKey()
    const { id, bytes } = await sealBlob(saved, key)
    const token = await openSession(origin, family.group, { seed })
    const headers = { authorization: `Bearer ${token}` }
    const put = await fetch(origin + blobPath(family.group, id), {
      method: 'PUT',
      body: bytes,
      headers,
    })
    expect(put.ok).toBe(true)
    const covers = new Map([[sam.replica().me()!.device, 2 ** 50]])
    const snapshot = { covers, blob: id, key: key.key, size: saved.length, ...lie }
    const written = await sam.replica().writeSealed('snapshot', doc, encodeSnapshot(snapshot))
    const entry = written.ok ? written.value.id : null
    await until('it has arrived', () => entry !== null && luis.replica().log.record(entry) !== null)
  }
  return { ...family, luis, sam, send }
}

function snapshotsOn(device: SimulatedReplica) {
  return [...device.replica().log.records()].filter(({ kind }) => kind === 'snapshot')
}

/** A document whose maps are so deep in each other. */
function nested(levels: number): Bytes {
  let inner: Record<string, unknown> = {}
  for (let level = 0; level < levels; level++) inner = { a: inner }
  return savedAfter((draft) => Object.assign(draft, { title: 'Sam’s', deep: inner }))
}

function savedAfter(edit: (draft: Record<string, unknown>) => void): Bytes {
  const document = Automerge.load<Record<string, unknown>>(firstChange)
  return plainBytes(Automerge.save(Automerge.change(document, { time: 0 }, edit)))
}

test('of Sam’s two bombs, each the widest, neither is loaded, and the next snapshot shows the photos', async () => {
  const { luis, album, group, send } = await familyWithSnapshots()
  await send(album, nested(300))
  await send(album, platformRandom(5000))
  await send(groupDocId(group), nested(300))
  await send(
    groupDocId(group),
    savedAfter((draft) => void (draft['list'] = [[]])),
  )
  const network = createHeldNetwork()
  const ana = await visitFamily('Ana', { relay: network, founder: luis })
  open.push(ana)
  await until('Ana sees photos', () => Object.keys(itemsOf(ana, album)).length >= 60)
  expect(ana.connections().places()[0]?.state).toBe('catching-up')
  expect(groupName(ana.replica().groupContent())).toBe('Family')
  expect(ana.replica().documents.read(album)).not.toHaveProperty('deep')
  network.release()
  await until('nothing is missing', () => Object.keys(itemsOf(ana, album)).length === honest)
})

test('a snapshot that is said to be larger than it is, or longer than any, is as good as none', async () => {
  const { luis, album, send } = await familyWithSnapshots()
  const saved = savedAfter((draft) => void (draft['title'] = 'Sam’s'))
  await send(album, saved, { size: saved.length + 1 })
  await send(album, saved, { size: 2 ** 40 })
  const network = createHeldNetwork()
  const ana = await visitFamily('Ana', { relay: network, founder: luis })
  open.push(ana)
  await until('Ana sees photos', () => Object.keys(itemsOf(ana, album)).length >= 60)
  expect(ana.replica().documents.read(album)?.['title']).not.toBe('Sam’s')
  expect((await ana.store().blobs.list()).size).toBe(0)
  network.release()
  await until('nothing is missing', () => Object.keys(itemsOf(ana, album)).length === honest)
})

test('what Sam claims to cover and nobody has heard of keeps no other from writing snapshots', async () => {
  const { luis, album, send } = await familyWithSnapshots()
  const saved = savedAfter((draft) => void (draft['title'] = 'Sam’s'))
  const covers = new Map([...luis.replica().log.graph.authors().keys()].map((id) => [id, 2 ** 40]))
  await send(album, saved, { covers })
  const before = snapshotsOn(luis).length
  for (let n = 0; n < honest; n++) await addItem(luis, album)
  await until('Luis writes another', () => snapshotsOn(luis).length > before)
})

test('a device that died over a snapshot follows the feed when it starts again', async () => {
  const { luis, album } = await familyWithSnapshots()
  const asked: string[] = []
  let isStuck = true
  const fetchOrStick: typeof fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    if (!url.includes('/blobs/')) return fetch(input, init)
    asked.push(url)
    return isStuck ? new Promise(() => undefined) : fetch(input, init)
  }
  const ana = await visitFamily('Ana', {
    relay: { openLink: openRelayLink, fetch: fetchOrStick },
    founder: luis,
  })
  open.push(ana)
  await until('Ana looks at a snapshot', () => asked.length > 0)
  const before = asked.length
  isStuck = false
  await ana.crash()
  await until('nothing is missing', () => Object.keys(itemsOf(ana, album)).length === honest)
  expect(asked).toHaveLength(before)
})
