/**
 * A newcomer sees the photos from a snapshot before the feed has come, and believes only the feed in the end.
 */
import { afterEach, beforeAll, expect, test } from 'vitest'
import { changeToAddItems } from '#lib/albums/album-document.ts'
import { randomId } from '#lib/base/ids.ts'
import { groupDocId } from '#lib/crypto/derive.ts'
import { changeMemberName, groupName } from '#lib/groups/group-document.ts'
import { createActor } from '#lib/sync/change-rules.ts'
import { openRelayLink } from '#lib/sync/relay-link.ts'
import { createHeldNetwork } from '#tests/support/held-network.ts'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import {
  addItem,
  itemsOf,
  simulateFamily,
  until,
  visitFamily,
  type Family,
  type SimulatedReplica,
} from '#tests/support/simulated-replicas.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay | null = null
const open: SimulatedReplica[] = []

beforeAll(prepareAutomerge)
afterEach(async () => {
  for (const device of open.splice(0)) await device.close()
  await relay?.dispose()
  relay = null
})

async function familyWithItems(count: number): Promise<Family & { sam: SimulatedReplica }> {
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  const family = await simulateFamily({ openLink: openRelayLink, fetch }, 1, relay.origin)
  const sam = family.devices[0]
  if (sam === undefined) throw new Error('a family has a founder')
  open.push(sam)
  for (let n = 0; n < count; n++) await addItem(sam, family.album)
  return { ...family, sam }
}

function snapshotsIn(device: SimulatedReplica): number {
  return [...device.replica().log.records()].filter(({ kind }) => kind === 'snapshot').length
}

test('Ana sees what the snapshot covers before the feed comes, and everything after', async () => {
  const { sam, album } = await familyWithItems(70)
  await until('Sam has written both snapshots', () => snapshotsIn(sam) > 1)
  await addItem(sam, album)
  const network = createHeldNetwork()
  const ana = await visitFamily('Ana', { relay: network, founder: sam })
  open.push(ana)
  await until('Ana sees photos', () => Object.keys(itemsOf(ana, album)).length >= 64)
  expect(ana.connections().places()[0]?.state).toBe('catching-up')
  expect(groupName(ana.replica().groupContent())).toBe('Family')
  network.release()
  await until('Ana has read the feed', () => ana.connections().places()[0]?.state === 'live')
  await until('nothing is missing', () => Object.keys(itemsOf(ana, album)).length === 71)
  expect(itemsOf(ana, album)).toEqual(itemsOf(sam, album))
})

test('what only a snapshot says is gone when the feed has come', async () => {
  const { sam, album, group } = await familyWithItems(63)
  const forged = randomId('ItemId')
  const me = sam.replica().me()
  if (me === null) throw new Error('Sam is a member')
  const edit = changeToAddItems([{ id: forged, core: new Uint8Array([1, 2, 3]) }])
  const change = sam.replica().documents.draft(album, createActor(me.device, album), edit)
  if (change === null) throw new Error('the edit changes something')
  const honest = sam.replica().documents.heads(album)
  sam.replica().documents.merge(album, [change])
  await sam.replica().change(groupDocId(group), changeMemberName(me.member, 'Samuel'))
  await until('Sam has written both snapshots', () => snapshotsIn(sam) > 1)
  const network = createHeldNetwork()
  const ana = await visitFamily('Ana', { relay: network, founder: sam })
  open.push(ana)
  await until('Ana sees the forged item', () => forged in itemsOf(ana, album))
  network.release()
  await until('Ana has read the feed', () => ana.connections().places()[0]?.state === 'live')
  await until('the forged item is gone', () => Object.keys(itemsOf(ana, album)).length === 63)
  expect(itemsOf(ana, album)).not.toHaveProperty(forged)
  expect([...ana.replica().documents.heads(album)]).toEqual([...honest])
})

test('what only a snapshot says is gone even if a later entry of the feed was built upon it', async () => {
  const { sam, album } = await familyWithItems(63)
  const forged = randomId('ItemId')
  const me = sam.replica().me()
  if (me === null) throw new Error('Sam is a member')
  const edit = changeToAddItems([{ id: forged, core: new Uint8Array([1, 2, 3]) }])
  const change = sam.replica().documents.draft(album, createActor(me.device, album), edit)
  if (change === null) throw new Error('the edit changes something')
  sam.replica().documents.merge(album, [change])
  await addItem(sam, album)
  await until('Sam has written both snapshots', () => snapshotsIn(sam) > 1)
  const network = createHeldNetwork()
  const ana = await visitFamily('Ana', { relay: network, founder: sam })
  open.push(ana)
  await until('Ana sees the forged item', () => forged in itemsOf(ana, album))
  network.release()
  await until('Ana has read the feed', () => ana.connections().places()[0]?.state === 'live')
  await until('the forged item is gone', () => Object.keys(itemsOf(ana, album)).length === 63)
  expect(itemsOf(ana, album)).not.toHaveProperty(forged)
})

test('what only a snapshot says is gone, too, where the device died before the feed had come', async () => {
  const { sam, album } = await familyWithItems(63)
  const forged = randomId('ItemId')
  const me = sam.replica().me()
  if (me === null) throw new Error('Sam is a member')
  const edit = changeToAddItems([{ id: forged, core: new Uint8Array([1, 2, 3]) }])
  const change = sam.replica().documents.draft(album, createActor(me.device, album), edit)
  if (change === null) throw new Error('the edit changes something')
  sam.replica().documents.merge(album, [change])
  await addItem(sam, album)
  await until('Sam has written both snapshots', () => snapshotsIn(sam) > 1)
  const network = createHeldNetwork()
  const ana = await visitFamily('Ana', { relay: network, founder: sam })
  open.push(ana)
  await until('Ana sees the forged item', () => forged in itemsOf(ana, album))
  await ana.replica().documents.flush()
  // Whatever is durable after it makes the cache durable, too.
  await ana.store().notes.change('favourites', () => [])
  await ana.crash()
  network.release()
  await until('Ana has read the feed', () => ana.connections().places()[0]?.state === 'live')
  await until('the others are there', () => Object.keys(itemsOf(ana, album)).length >= 63)
  expect(itemsOf(ana, album)).not.toHaveProperty(forged)
})
