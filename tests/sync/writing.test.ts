/** What arrives on a device while it is busy making an entry. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { doEpochDuty } from '#lib/sync/duties.ts'
import {
  addItem,
  simulateFamily,
  until,
  type Family,
  type SimulatedReplica,
} from '#tests/support/simulated-replicas.ts'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import {
  createUnreliableRelay,
  seededRandom,
  type UnreliableRelay,
} from '#tests/support/unreliable-relay.ts'

let relay: UnreliableRelay
let family: Family

beforeAll(async () => {
  await prepareAutomerge()
  relay = createUnreliableRelay(seededRandom(1))
  family = await simulateFamily(relay, 4)
})

afterAll(async () => {
  for (const device of family.devices) await device.close()
  await relay.close()
})

/** Ana removes somebody and makes a new key, while Luis is away; he hears of the removal first, and here is the rest. */
async function removeBehindLuis(nth: number) {
  const [ana, luis] = [family.devices[0], family.devices[1]]
  const member = family.devices[nth]?.replica().me()?.member
  if (ana === undefined || luis === undefined || member === undefined) throw new Error('three')
  luis.setOnline(true)
  await until('one key is everywhere', () => {
    const keys = family.devices.slice(0, nth + 1).map((device) => keyOf(device))
    return keys[0] !== null && new Set(keys).size === 1
  })
  const before = keyOf(ana)
  luis.setOnline(false)
  const removal = await ana
    .replica()
    .operate((parents) => Promise.resolve({ op: 'remove', parents, target: { member } }))
  if (!removal.ok || removal.value === null) throw new Error('Ana may remove whom she likes')
  await until('Ana has made a new key', () => ![null, before].includes(keyOf(ana)))
  const { log } = ana.replica()
  // Others may make another later.
  const hers = keyOf(ana)
  const made = [...log.records()].flatMap(({ id, kind }) => (kind === 'op' ? [id] : []))
  await luis.replica().receive([removal.value.bytes])
  const operations = (await log.entries(made)).map(({ bytes }) => bytes)
  return { hers, luis, operations }
}

function keyOf(device: SimulatedReplica) {
  return device.replica().state()?.cleanEpoch ?? null
}

test('Ana’s new key arrives while Luis makes one after the same removal: his is not written', async () => {
  const { hers, luis, operations } = await removeBehindLuis(3)
  const written = await luis.replica().operate(async (parents) => {
    const state = luis.replica().state()
    if (state === null || state.cleanEpoch !== null) return null
    const holders = new Map([...state.devices.values()].map(({ id, box }) => [id, box]))
    const epoch = await luis.replica().ring.createEpoch(state, holders)
    void luis.replica().receive(operations)
    await until('hers has arrived', () => keyOf(luis) !== null)
    return { op: 'epoch', parents, ...epoch }
  })
  expect(written).toEqual({ ok: true, value: null })
  expect(keyOf(luis)).toBe(hers)
  await until('Luis goes on under hers', async () => (await addItem(luis, family.album)) !== null)
})

test('a key that Luis is about to open is not taken for one that does not open', async () => {
  const { hers, luis, operations } = await removeBehindLuis(2)
  const received = luis.replica().receive(operations)
  while (keyOf(luis) === null) await new Promise((resolve) => setImmediate(resolve))
  expect(await doEpochDuty(luis.replica())).toBe(false)
  await received
  expect(keyOf(luis)).toBe(hers)
})
