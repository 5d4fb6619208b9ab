/** Luis takes photos without signal and finds out that he was removed: his own stay his to look at, on this device. */
import { afterEach, beforeAll, expect, test } from 'vitest'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import {
  addItem,
  itemsOf,
  simulateFamily,
  until,
  type SimulatedReplica,
} from '#tests/support/simulated-replicas.ts'
import {
  createUnreliableRelay,
  seededRandom,
  type UnreliableRelay,
} from '#tests/support/unreliable-relay.ts'

let relay: UnreliableRelay
const devices: SimulatedReplica[] = []

beforeAll(prepareAutomerge)

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  await relay.close()
})

test('a photo that Luis could not send before he was removed stays on his phone, also after a restart', async () => {
  relay = createUnreliableRelay(seededRandom(7))
  const { devices: both, album } = await simulateFamily(relay, 2)
  devices.push(...both)
  const [sam, luis] = both
  if (sam === undefined || luis === undefined) throw new Error('two devices')
  const given = await addItem(luis, album)
  await until('Sam has what Luis gave', () => Object.keys(itemsOf(sam, album)).length === 1)
  luis.setOnline(false)
  const unsent = await addItem(luis, album)
  if (given === null || unsent === null) throw new Error('both are durable')

  const member = luis.replica().me()?.member
  if (member === undefined) throw new Error('a member')
  const removal = await sam
    .replica()
    .operate((parents) => Promise.resolve({ op: 'remove', parents, target: { member } }))
  if (!removal.ok || removal.value === null) throw new Error('Sam may remove Luis')
  await luis.replica().receive([removal.value.bytes])
  expect(luis.replica().state()?.members.has(member)).toBe(false)
  expect(Object.keys(itemsOf(luis, album)).sort()).toEqual([given, unsent].sort())
  await luis.crash()
  expect(Object.keys(itemsOf(luis, album)).sort()).toEqual([given, unsent].sort())
  expect(Object.keys(itemsOf(sam, album))).toEqual([given])
})
