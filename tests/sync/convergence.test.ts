/**
 * Two to six devices over a relay that cuts, repeats, reorders, withholds and is restored from old backups,
 * while devices crash and go offline: in the end all show the same, and nothing is lost or doubled.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { changeCaption } from '#lib/albums/album-document.ts'
import type { ItemId } from '#lib/base/ids.ts'
import { untilLevel } from '#tests/support/level-devices.ts'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import {
  addItem,
  itemsOf,
  seedsFrom,
  tellStories,
  type Cast,
  type Family,
  type SimulatedReplica,
} from '#tests/support/simulated-replicas.ts'
import type { UnreliableRelay } from '#tests/support/unreliable-relay.ts'

const seeds = process.env['SLOW'] === '1' ? 2000 : 200
const perTest = 50

beforeAll(prepareAutomerge)

describe('whatever the relay does, all devices end with the same albums', () => {
  for (let first = 1; first <= seeds; first += perTest)
    test(`stories ${first} to ${first + perTest - 1}`, { timeout: 240_000 }, async () => {
      await tellStories(seedsFrom(first, perTest), (random) => 2 + Math.floor(random() * 5), tell)
    })
})

async function tell({ family, relay }: Cast, seed: number, random: () => number): Promise<void> {
  const kept = new Set<ItemId>()
  relay.setTrouble(0.2 + random() * 0.8)
  for (let step = 0; step < 14; step++) await happen({ family, relay, kept, random })
  await heal(family, relay, seed)
  for (const device of family.devices) {
    const shown = Object.keys(itemsOf(device, family.album)).sort()
    expect(shown, `seed ${seed}: ${device.name}`).toEqual([...kept].sort())
    expect(itemsOf(device, family.album)).toEqual(itemsOf(first(family), family.album))
    const records = await device.store().entries.records()
    expect(records.filter(({ quarantine }) => quarantine !== null)).toEqual([])
  }
}

interface Story {
  readonly family: Family
  readonly relay: UnreliableRelay
  readonly kept: Set<ItemId>
  readonly random: () => number
}

/** One thing happens to somebody. */
async function happen({ family, relay, kept, random }: Story): Promise<void> {
  const device = family.devices[Math.floor(random() * family.devices.length)] ?? first(family)
  const dice = random()
  if (dice < 0.5) {
    const item = await addItem(device, family.album)
    if (item !== null) kept.add(item)
  } else if (dice < 0.62) await rename(device, family, random)
  else if (dice < 0.72) await device.crash()
  else if (dice < 0.82) device.setOnline(random() < 0.4)
  else if (dice < 0.88) relay.cut()
  else if (dice < 0.94) relay.restore(0.3 + random() * 0.7)
  else for (const one of family.devices) one.connections().kick()
  await new Promise((resolve) => setTimeout(resolve, random() * 4))
}

async function rename(
  device: SimulatedReplica,
  { album }: Family,
  random: () => number,
): Promise<void> {
  const items = Object.keys(itemsOf(device, album)) as ItemId[]
  const item = items[Math.floor(random() * items.length)]
  if (item !== undefined)
    await device.replica().change(album, changeCaption(item, `caption ${random()}`))
}

/** Trouble ends; a relay that had withheld something is replaced by an honest backup of all it holds. */
async function heal(family: Family, relay: UnreliableRelay, seed: number): Promise<void> {
  relay.setTrouble(0)
  relay.restore(1)
  for (const device of family.devices) device.setOnline(true)
  await untilLevel(`seed ${seed}: everything has arrived everywhere`, family.album, () => ({
    devices: family.devices,
    holds: (device) => device.replica().log.graph.missing().size === 0,
  }))
}

function first(family: Family): SimulatedReplica {
  const founder = family.devices[0]
  if (founder === undefined) throw new Error('a family has a founder')
  return founder
}
