/**
 * People are removed while devices are apart, relays lag behind and lose entries, and phones are restored from old
 * backups: in the end all who stand show the same, and whatever one of them had seen before is still there.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import type { ItemId, MemberId } from '#lib/base/ids.ts'
import type { Operation } from '#lib/membership/operation.ts'
import { sealedKinds } from '#lib/wire/entry.ts'
import { untilLevel } from './level-devices.ts'
import { prepareAutomerge } from './simulated-device.ts'
import {
  addItem,
  itemsOf,
  seedsFrom,
  tellStories,
  type Cast,
  type Family,
  type SimulatedReplica,
} from './simulated-replicas.ts'
import type { UnreliableRelay } from './unreliable-relay.ts'

const seeds = process.env['SLOW'] === '1' ? 5000 : 500
const perTest = 25
const steps = 12

/** Registers every second batch of the stories as tests, so that two files tell them at the same time. */
export function describeRemovals(firstBatch: 0 | 1): void {
  beforeAll(prepareAutomerge)
  describe('whoever is removed, and whenever it is heard of', () => {
    for (let first = 1 + firstBatch * perTest; first <= seeds; first += 2 * perTest)
      test(`stories ${first} to ${first + perTest - 1}`, { timeout: 600_000 }, async () => {
        await tellStories(seedsFrom(first, perTest), (random) => 3 + Math.floor(random() * 2), tell)
      })
  })
}

interface Story {
  readonly family: Family
  readonly relay: UnreliableRelay
  readonly random: () => number
  /** Who has shown an item, of those whose memory goes back to it. */
  readonly seenBy: Map<ItemId, Set<SimulatedReplica>>
  readonly backups: Map<SimulatedReplica, () => Promise<void>>
}

async function tell({ family, relay }: Cast, seed: number, random: () => number): Promise<void> {
  const story = { family, relay, random, seenBy: new Map(), backups: new Map() }
  await promoteSomebody(story)
  relay.setTrouble(random() * 0.8)
  for (let step = 0; step < steps; step++) {
    await happen(story)
    lookAround(story)
    await new Promise((resolve) => setTimeout(resolve, random() * 4))
  }
  await heal(story, seed)
  judge(story, seed)
}

/** A second admin, so that two may remove at once. */
async function promoteSomebody({ family }: Story): Promise<void> {
  const [founder, second] = family.devices
  const member = second?.replica().me()?.member
  if (founder === undefined || member === undefined) throw new Error('a family of three')
  await operate(founder, { op: 'role', parents: [], member, role: 'admin' })
}

async function happen(story: Story): Promise<void> {
  const { family, relay, random, backups } = story
  const device = oneOf(family.devices, random)
  const dice = random()
  if (dice < 0.45) await addItem(device, family.album)
  else if (dice < 0.57) await removeSomebody(story)
  else if (dice < 0.67) device.setOnline(random() < 0.4)
  else if (dice < 0.75) await device.crash()
  else if (dice < 0.83) await restoreDevice(story, device)
  else if (dice < 0.88) backups.set(device, await device.backUp())
  else if (dice < 0.92) relay.cut()
  else if (dice < 0.96) relay.restore(0.3 + random() * 0.7)
  else for (const one of family.devices) one.connections().kick()
}

/** An admin removes somebody by what the admin knows, be it the other admin or nobody that may be removed. */
async function removeSomebody({ family, random }: Story): Promise<void> {
  const admin = oneOf(family.devices.slice(0, 2), random)
  const target = oneOf(family.devices.slice(1), random).replica().me()?.member
  const isIn = (one: MemberId) => admin.replica().state()?.members.has(one) === true
  const left = family.devices.filter((one) => isIn(one.replica().me()?.member ?? noMember))
  if (target !== undefined && isIn(target) && left.length > 2)
    await operate(admin, { op: 'remove', parents: [], target: { member: target } })
}

const noMember = '' as MemberId

/** What only this device knew since its backup is gone: nobody can be asked for it. */
async function restoreDevice(story: Story, device: SimulatedReplica): Promise<void> {
  const restore = story.backups.get(device)
  if (restore === undefined) return
  await restore()
  story.backups.delete(device)
  for (const seers of story.seenBy.values()) seers.delete(device)
}

function lookAround({ family, seenBy }: Story): void {
  for (const device of family.devices)
    for (const item of Object.keys(itemsOf(device, family.album)) as ItemId[]) {
      const seers = seenBy.get(item) ?? new Set()
      seenBy.set(item, seers.add(device))
    }
}

async function heal({ family, relay }: Story, seed: number): Promise<void> {
  relay.setTrouble(0)
  relay.restore(1)
  for (const device of family.devices) device.setOnline(true)
  await untilLevel(`seed ${seed}: all who stand are level`, family.album, () => ({
    devices: standingOf(family),
    others: family.devices,
    holds: hasKey,
  }))
}

function hasKey(device: SimulatedReplica): boolean {
  const epoch = device.replica().state()?.cleanEpoch ?? null
  return epoch !== null && device.replica().ring.has(epoch)
}

function judge({ family, seenBy }: Story, seed: number): void {
  const standing = standingOf(family)
  const shown = itemsOf(founderOf(family), family.album)
  for (const device of standing)
    expect(itemsOf(device, family.album), `seed ${seed}: ${device.name}`).toEqual(shown)
  const owed = [...seenBy].filter(([, seers]) => standing.some((device) => seers.has(device)))
  const lost = owed.filter(([item]) => !(item in shown)).map(([item]) => item)
  expect(lost, `seed ${seed}: seen, and gone`).toEqual([])
  expect(sealedForRemoved(founderOf(family)), `seed ${seed}: sealed for the removed`).toEqual([])
}

/** Entries written in knowledge of a removal, under a key that the removed device was given. */
function sealedForRemoved(device: SimulatedReplica): string[] {
  const { log } = device.replica()
  const state = device.replica().state()
  const out = [...(state?.everAdmitted ?? [])].filter((one) => state?.devices.has(one) !== true)
  return [...log.records()].flatMap(({ id, kind, epoch }) => {
    if (!sealedKinds.has(kind) || epoch === undefined || !log.graph.counts(id)) return []
    const past = log.graph.opHeads(id)
    const knows = (removal: (typeof past)[number]) =>
      past.some((op) => op === removal || log.membership.inPast(removal, op))
    const boxes = state?.epochs.get(epoch)?.boxes
    return out.some((one) => boxes?.has(one) === true && log.membership.removalsOf(one).some(knows))
      ? [id]
      : []
  })
}

/** Those whom the founder's log holds to be in; nobody can remove the founder. */
function standingOf(family: Family): SimulatedReplica[] {
  const state = founderOf(family).replica().state()
  return family.devices.filter((device) => {
    const me = device.replica().me()?.device
    return me !== undefined && state?.devices.has(me) === true
  })
}

async function operate(device: SimulatedReplica, operation: Operation): Promise<void> {
  await device.replica().operate((parents) => Promise.resolve({ ...operation, parents }))
}

function founderOf(family: Family): SimulatedReplica {
  return oneOf(family.devices.slice(0, 1), () => 0)
}

function oneOf<T>(choices: readonly T[], random: () => number): T {
  const choice = choices[Math.floor(random() * choices.length)]
  if (choice === undefined) throw new Error('there is nobody')
  return choice
}
