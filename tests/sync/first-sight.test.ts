/** What a newcomer sees and says while the feed of a group has not come yet. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { memberName } from '#lib/groups/group-document.ts'
import { inviteTo } from '#lib/engine/inviting.ts'
import type { IndexStore } from '#lib/ports/index-store.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import { openRelayLink } from '#lib/sync/relay-link.ts'
import { createHeldNetwork } from '#tests/support/held-network.ts'
import {
  altered,
  eventually,
  prepareAutomerge,
  startDevice,
} from '#tests/support/simulated-device.ts'
import { peopleOf } from '#tests/support/simulated-group.ts'
import {
  addItems,
  simulateFamily,
  until,
  type SimulatedReplica,
} from '#tests/support/simulated-replicas.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

const changes = 22
const itemsEach = 20

let relay: RunningRelay
let sam: SimulatedReplica
let link: string

beforeAll(async () => {
  await prepareAutomerge()
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  const family = await simulateFamily({ openLink: openRelayLink, fetch }, 1, relay.origin)
  const founder = family.devices[0]
  if (founder === undefined) throw new Error('a family has a founder')
  sam = founder
  for (let n = 0; n < changes; n++)
    await addItems(
      sam,
      family.album,
      Array.from({ length: itemsEach }, (_, at) => n * itemsEach + at),
    )
  // A look in is when snapshots are made.
  sam.connections().lead(false)
  sam.connections().lead(true)
  await until('Sam leaves snapshots of the group and of the album', () => {
    const records = [...sam.replica().log.records()]
    return new Set(records.flatMap(({ kind, doc }) => (kind === 'snapshot' ? doc : []))).size === 2
  })
  const inviting = { replica: sam.replica(), connections: sam.connections() }
  const invited = await inviteTo(inviting, { role: 'contributor', uses: 0, days: 7 }, Date.now())
  if (!invited.ok) throw new Error(invited.error.kind)
  ;({ link } = invited.value)
  await until('it is sent', async () => (await sam.store().entries.outboxCount()) === 0)
})

afterAll(async () => {
  await sam.close()
  await relay.dispose()
})

test('Ana sees the group before its feed has come, the newest photos first', async () => {
  const written: number[][] = []
  const watched = (index: IndexStore): IndexStore => ({
    ...index,
    async apply(change) {
      await index.apply(change)
      if (change.put.length > 0) written.push(change.put.map(({ takenMs }) => takenMs))
    },
  })
  const devices = altered(createDeviceStore(createMemoryDisk().mount()), (store) => ({
    ...store,
    index: watched(store.index),
  }))
  const network = createHeldNetwork()
  const ana = startDevice({ openLink: network.openLink, devices })
  const opened = await ana.engine.openInvitation(link)
  expect(opened.ok).toBe(true)
  const card = await eventually('the album shows', async () => {
    const { groups } = await ana.engine.overview()
    return groups[0]?.albums[0]?.count === changes * itemsEach && groups[0]
  })
  expect(card).toMatchObject({ name: 'Family', standing: 'visiting' })
  expect(card.places[0]?.catchingUp).toBe(true)
  await eventually('all are in the index', () =>
    Promise.resolve(written.flat().length === changes * itemsEach),
  )
  const newest = Math.min(...(written[0] ?? []))
  expect(written.length).toBeGreaterThan(1)
  expect(
    written
      .slice(1)
      .flat()
      .every((takenMs) => takenMs < newest),
  ).toBe(true)
  network.release()
  await eventually('the feed has come', async () => {
    const { groups } = await ana.engine.overview()
    return groups[0]?.places[0]?.catchingUp === false
  })
  await ana.close()
})

test('Luis joins before the feed has come and closes the app: his name is said when he opens it again', async () => {
  const disk = createMemoryDisk()
  const held = startDevice({ openLink: createHeldNetwork().openLink }, disk)
  const opened = await held.engine.openInvitation(link)
  if (!opened.ok) throw new Error(opened.error.kind)
  const { group } = opened.value
  expect(await held.engine.joinGroup({ group, memberName: 'Luis' })).toMatchObject({ ok: true })
  const namesSamKnows = () => {
    const { replica } = sam
    const members = [...(replica().state()?.members.keys() ?? [])]
    return members.map((id) => memberName(replica().groupContent(), id)).sort()
  }
  await until('Sam knows that somebody is in', () => sam.replica().state()?.members.size === 2)
  expect(namesSamKnows()).toEqual(['', 'Sam'])
  await held.close()
  const luis = startDevice({}, disk)
  await eventually('he is known by his name', () =>
    Promise.resolve(namesSamKnows().includes('Luis')),
  )
  const { members } = await peopleOf(luis, group)
  expect(members.map(({ name }) => name).sort()).toEqual(['Luis', 'Sam'])
  await luis.close()
})
