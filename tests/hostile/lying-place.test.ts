/** What a place or a device shows to be wrong with it is said beside it, and an honest place is never named. */
import { cp, rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Bytes } from '#lib/base/bytes.ts'
import type { EntryId } from '#lib/base/ids.ts'
import { groupDocId } from '#lib/crypto/derive.ts'
import { parseEntry } from '#lib/wire/entry.ts'
import {
  messageOf,
  startHostileRelay,
  type HostileRelay,
  type Mischief,
} from '#tests/support/hostile-relay.ts'
import { takeOver } from '#tests/support/hostile-voice.ts'
import {
  eventually,
  prepareAutomerge,
  simulatedPhoto,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { cardIn, startFamily, type SimulatedGroup } from '#tests/support/simulated-group.ts'

let hostile: HostileRelay
let family: SimulatedGroup
let sam: SimulatedDevice
/** Everything that was ever said beside the place on an honest relay. */
const named = new Set<unknown>()

beforeAll(async () => {
  await prepareAutomerge()
  hostile = await startHostileRelay()
  const { fetch, origin, relay } = hostile
  const parts = { fetch, lackPatienceMs: 100 }
  family = await startFamily({ ...relay, origin }, parts)
  sam = await family.join('Sam', {}, parts)
  await addPhotos(2)
})
afterAll(async () => {
  await family.ana.close()
  await sam.close()
  await hostile.dispose()
})

const placeOf = async (device: SimulatedDevice) => (await cardIn(device, family.group))?.places[0]
const wentBackMs = async (device: SimulatedDevice) => (await placeOf(device))?.wentBackMs
/** Everything that is said beside the place; null is nothing. */
const concernOf = async (device: SimulatedDevice) => {
  const place = await placeOf(device)
  if (place?.lacks === true) return 'lacks'
  return typeof place?.wentBackMs === 'number' ? 'went-back' : null
}
const photosOf = async (device: SimulatedDevice) =>
  (await cardIn(device, family.group))?.albums[0]?.count
const doubledOf = async (device: SimulatedDevice) => (await cardIn(device, family.group))?.doubled

let added = 0
const addOne = async (by: SimulatedDevice): Promise<void> => {
  const { group, album } = family
  const files = [{ file: simulatedPhoto(`photo ${++added}`) }]
  expect((await by.engine.addPhotos({ group, album, files })).ok).toBe(true)
  // Else the next one might come with the same entry.
  await eventually('it shows there', async () => (await photosOf(by)) === added)
}
/** Ana adds photos in turn with Sam, and both see all; what is said meanwhile is noted. */
async function addPhotos(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await addOne(n % 2 === 0 ? family.ana : sam)
    for (const device of [family.ana, sam])
      await eventually(
        'both show everything',
        async () => {
          device.engine.signalIsBack()
          named.add(await concernOf(device))
          return (await photosOf(device)) === added
        },
        20_000,
      )
  }
}
/** What is said beside the place now, after as long as it would take to say something. */
async function afterAWhile(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300))
  for (const device of [family.ana, sam]) named.add(await concernOf(device))
}
const restartApps = async (): Promise<void> => {
  await family.ana.crash()
  await sam.crash()
}

test('an honest place is not named: killed, restored from an old backup, slow', async () => {
  const groups = `${hostile.relay.dataDir}/groups`
  const backup = `${hostile.relay.dataDir}/backup`
  await hostile.relay.kill('SIGKILL')
  await cp(groups, backup, { recursive: true })
  await hostile.relay.restart()
  await addPhotos(2)
  await hostile.relay.kill()
  await rm(groups, { recursive: true })
  await cp(backup, groups, { recursive: true })
  await hostile.relay.restart()
  await addPhotos(2)
  hostile.lag(150)
  await addPhotos(2)
  hostile.lag(0)
  hostile.cut()
  await addPhotos(1)
  await afterAWhile()
  expect([...named]).toEqual([null])
})

test('a place that keeps an entry back is named by what others refer to, and cleared when it gives it', async () => {
  await addPhotos(1)
  const held = new Set<EntryId>()
  hostile.behave(keepingBack(held))
  hostile.cut()
  await addOne(family.ana)
  await addOne(family.ana)
  await eventually('Sam is told', async () => {
    sam.engine.signalIsBack()
    return (await concernOf(sam)) === 'lacks'
  })
  expect(held.size).toBe(1)
  expect(await concernOf(family.ana)).toBeNull()
  hostile.behave(null)
  hostile.cut()
  await eventually('Sam has everything', async () => {
    sam.engine.signalIsBack()
    return (await photosOf(sam)) === added && (await concernOf(sam)) === null
  })
})

test('a place that goes back to an earlier state is named, and given again what it lost', async () => {
  const beforeMs = Date.now()
  hostile.behave(goingBack)
  hostile.cut()
  for (const device of [family.ana, sam])
    await eventually('both are told', async () => {
      device.engine.signalIsBack()
      return (await concernOf(device)) === 'went-back'
    })
  expect(await photosOf(sam)).toBe(added)
  expect(await wentBackMs(sam)).toBeGreaterThanOrEqual(beforeMs)
  hostile.behave(null)
  hostile.cut()
  await addPhotos(2)
})

test('that it went back is still said after a restart, before the place says a word', async () => {
  const devices = [family.ana, sam]
  const said = [await wentBackMs(family.ana), await wentBackMs(sam)]
  hostile.behave(() => [])
  await restartApps()
  for (const [n, device] of devices.entries()) expect(await wentBackMs(device)).toBe(said[n])
  hostile.behave(null)
  hostile.cut()
  await addPhotos(1)
  expect([await wentBackMs(family.ana), await wentBackMs(sam)]).toEqual(said)
})

test('a device that numbers two entries alike is named by its member, on every device', async () => {
  const { group } = family
  expect(await doubledOf(family.ana)).toEqual([])
  const luis = await family.join('Luis', {}, { fetch: hostile.fetch })
  const me = (await cardIn(luis, group))?.me
  await eventually('Luis has sent all', async () => (await photosOf(luis)) === added)
  const voice = await takeOver(luis, { group, origin: hostile.origin })
  await voice.send('talk', groupDocId(group), new Uint8Array([1]))
  voice.repeatNumber()
  await voice.send('talk', groupDocId(group), new Uint8Array([2]))
  for (const device of [family.ana, sam])
    await eventually('both are told', async () => (await doubledOf(device))?.[0] === me)
  expect(await photosOf(sam)).toBe(added)
  await voice.close()
})

/** Keeps back the first new bundle that comes, for good, however it is asked for. */
function keepingBack(held: Set<EntryId>): Mischief {
  return (message, frame) => {
    if (frame?.t !== 'entries' && frame?.t !== 'selected') return [message]
    const given = frame.entries.filter((bytes) => !isHeld(bytes, held, frame.t === 'entries'))
    return [messageOf({ ...frame, entries: given })]
  }
}

function isHeld(bytes: Bytes, held: Set<EntryId>, isNew: boolean): boolean {
  const entry = parseEntry(bytes)
  if (entry === null) return false
  if (isNew && held.size === 0 && entry.kind === 'bundle') held.add(entry.id)
  return held.has(entry.id)
}

/** The same feed, and only its first entry. */
const goingBack: Mischief = (message, frame) => {
  if (frame?.t === 'welcome') return [messageOf({ ...frame, end: 1 })]
  if (frame?.t === 'entries')
    return [messageOf({ ...frame, from: 0, to: 1, entries: frame.entries.slice(0, 1) })]
  return frame?.t === 'have' ? [messageOf({ ...frame, authors: new Map() })] : [message]
}
