/** A browser runs out of memory while photos arrive: nothing of them is put aside for ever. */
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { DocId } from '#lib/base/ids.ts'
import { eventually, prepareAutomerge, simulatedPhoto } from '#tests/support/simulated-device.ts'
import { cardIn, startFamily } from '#tests/support/simulated-group.ts'
import {
  addItem,
  itemsOf,
  simulateFamily,
  until,
  type SimulatedReplica,
} from '#tests/support/simulated-replicas.ts'
import { startRelay } from '#tests/support/start-relay.ts'
import {
  createUnreliableRelay,
  seededRandom,
  type UnreliableRelay,
} from '#tests/support/unreliable-relay.ts'

/** What befalls Automerge in this process, which stands for one phone at a time. */
const memory = vi.hoisted(() => ({
  /** Merging fails; `ends`: and with it everything else, until the app is opened anew. */
  short: null as null | 'fails' | 'ends',
  /** A change of which the module ends. */
  deadly: null as Uint8Array | null,
  hasEnded: false,
  failures: 0,
  lastChange: null as Uint8Array | null,
}))

vi.mock('#lib/sync/automerge.ts', async (original) => {
  const real: typeof import('#lib/sync/automerge.ts') = await original()
  const holds = (all: Uint8Array, part: Uint8Array) => Buffer.from(all).includes(Buffer.from(part))
  const failing = (name: string, args: readonly unknown[]): void => {
    if (memory.hasEnded) throw new Error('Module terminated')
    if (name !== 'loadIncremental') return
    const isDeadly = memory.deadly !== null && holds(args[1] as Uint8Array, memory.deadly)
    if (memory.short === null && !isDeadly) return
    memory.failures++
    memory.hasEnded = isDeadly || memory.short === 'ends'
    throw new WebAssembly.RuntimeError('unreachable')
  }
  const Automerge = new Proxy(real.Automerge, {
    get(module, name: keyof typeof real.Automerge) {
      const act = module[name] as ((...args: unknown[]) => unknown) | undefined
      if (typeof act !== 'function') return act
      return (...args: unknown[]): unknown => {
        failing(name, args)
        const answer = act(...args)
        if (name === 'getLastLocalChange') memory.lastChange = answer as Uint8Array
        return answer
      }
    },
  })
  return { ...real, Automerge, hasModuleEnded: () => memory.hasEnded }
})

let relay: UnreliableRelay
let sam: SimulatedReplica
let ana: SimulatedReplica
let album: DocId

beforeAll(prepareAutomerge)
beforeEach(async () => {
  Object.assign(memory, { short: null, deadly: null, hasEnded: false, failures: 0 })
  relay = createUnreliableRelay(seededRandom(1))
  const family = await simulateFamily(relay, 2)
  album = family.album
  const [founder, joined] = family.devices
  if (founder === undefined || joined === undefined) throw new Error('there are two')
  ;[sam, ana] = [founder, joined]
  await until('Ana has the album', () => ana.replica().documents.read(album) !== null)
  ana.setOnline(false)
})
afterEach(async () => {
  Object.assign(memory, { short: null, deadly: null, hasEnded: false })
  await sam.close()
  await ana.close()
  await relay.close()
})

const isSent = async () => (await sam.store().entries.outboxCount()) === 0

async function openAnew(device: SimulatedReplica): Promise<void> {
  Object.assign(memory, { short: null, hasEnded: false })
  await device.crash()
}

/** Why entries are put aside. */
async function reasonsOn(device: SimulatedReplica): Promise<string[]> {
  const records = await device.store().entries.records()
  return records.flatMap(({ quarantine }) => quarantine ?? [])
}

const shows = (device: SimulatedReplica, items: readonly unknown[]) => () =>
  items.every((item) => typeof item === 'string' && item in itemsOf(device, album))

for (const short of ['fails', 'ends'] as const)
  test(`Sam’s photo arrives while Ana’s phone has no memory (it ${short}), and shows when it has`, async () => {
    const first = await addItem(sam, album)
    await until('it is sent', isSent)
    memory.short = short
    ana.setOnline(true)
    await until('Ana’s phone has tried', () => memory.failures > 0)
    await until('she has put it aside', async () => (await reasonsOn(ana)).length > 0)
    await openAnew(ana)
    const second = await addItem(sam, album)
    await until('Ana sees both', shows(ana, [first, second]))
    await until('nothing is put aside', async () => (await reasonsOn(ana)).length === 0)
  })

test('what arrives after the module has ended is stored, judged by nobody, and shows at the next start', async () => {
  const first = await addItem(sam, album)
  const second = await addItem(sam, album)
  await until('they are sent', isSent)
  memory.hasEnded = true
  ana.setOnline(true)
  const known = async () => (await ana.store().entries.records()).length
  const all = (await sam.store().entries.records()).length
  await until('Ana has all entries', async () => (await known()) >= all)
  await until('her place is live', () => ana.connections().places()[0]?.state === 'live')
  expect(await reasonsOn(ana)).toEqual([])
  await openAnew(ana)
  await until('Ana sees both', shows(ana, [first, second]))
})

test('Ana’s own photo is safe though there is no memory to show it', async () => {
  memory.short = 'ends'
  const own = await addItem(ana, album)
  expect(own).not.toBeNull()
  expect(await addItem(ana, album)).toBeNull()
  await openAnew(ana)
  await until('she sees it', shows(ana, [own]))
})

test('Ana is told to open the app anew, and what she chose meanwhile is added then', async () => {
  const home = await startRelay()
  const { ana: phone, group, album: hers } = await startFamily(home)
  memory.hasEnded = true
  const files = [{ file: simulatedPhoto('lake') }]
  expect(await phone.engine.addPhotos({ group, album: hers, files })).toMatchObject({ ok: true })
  expect((await phone.engine.overview()).safety).toMatchObject({
    ...{ trouble: 'out-of-memory', waiting: 1 },
  })
  memory.hasEnded = false
  await phone.crash()
  await eventually('the photo is sent', async () => {
    const { safety } = await phone.engine.overview()
    return safety.waiting === 0 && (await cardIn(phone, group))?.albums[0]?.count === 1
  })
  await phone.close()
  await home.dispose()
})

test('a change that ends the module every time is left alone in the end, and all others show', async () => {
  const before = await addItem(sam, album)
  await until('it is sent', isSent)
  const deadly = await addItem(sam, album)
  await until('that is sent, too', isSent)
  memory.deadly = memory.lastChange
  ana.setOnline(true)
  for (let start = 1; start <= 3; start++) {
    await until('Ana’s app has met it', () => memory.hasEnded)
    await openAnew(ana)
  }
  await until('it is left alone', async () => (await reasonsOn(ana)).join() === 'interrupted 3')
  await until('she sees the other', shows(ana, [before]))
  await openAnew(ana)
  const own = await addItem(ana, album)
  expect(memory.hasEnded).toBe(false)
  expect(shows(ana, [before, own])()).toBe(true)
  expect(shows(ana, [deadly])()).toBe(false)
})
