/** What goes from the bin by itself after 30 days, and what does not: on a phone whose clock and signal are none too good. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DocId, GroupId } from '#lib/base/ids.ts'
import type { Bin } from '#lib/engine/album-api.ts'
import { createBinStage, itemOf } from '#tests/support/bin-stage.ts'
import { eventually, type SimulatedDevice } from '#tests/support/simulated-device.ts'
import type { Signal } from '#tests/support/simulated-group.ts'

const stage = createBinStage()
const { add, allSent, binHolds, binOn, mishaps, shows } = stage
let group: GroupId
let album: DocId
let ana: SimulatedDevice
let sam: SimulatedDevice
let signal: Signal

beforeEach(async () => {
  ;({ group, album, ana, sam, signal } = await stage.start())
})
afterEach(stage.end)

/** Ana looks into the bin on every day from one to another. */
async function lookDaily(first: number, last: number): Promise<Bin> {
  for (let day = first; day <= last; day++) {
    mishaps.aheadDays = day
    await binOn(ana)
  }
  return binOn(ana)
}

/** Something changes, so that Ana's phone has a look at the bin, and time for what it would do then. */
async function somethingHappens(): Promise<void> {
  await ana.engine.createAlbum({ group, title: 'Something else' })
  await new Promise((resolve) => setTimeout(resolve, 300))
}

test('after 30 days in sight of Ana’s phone a photo goes by itself, and not before, whatever its mark says', async () => {
  await add(ana, 'a')
  const item = itemOf(await shows(ana, 1))
  await allSent(ana)
  await ana.engine.setBinned({ group, items: [item], binned: true })
  expect((await binHolds(ana, 1)).photos).toMatchObject([{ daysLeft: 30 }])
  expect((await lookDaily(1, 29)).photos).toMatchObject([{ daysLeft: 1 }])
  await somethingHappens()
  expect((await binOn(ana)).photos).toMatchObject([{ daysLeft: 1 }])
  mishaps.aheadDays = 31
  await ana.engine.createAlbum({ group, title: 'And something more' })
  await binHolds(ana, 0)
})

test('an album goes by itself after 30 days, and only then', async () => {
  await add(ana, 'a')
  await shows(ana, 1)
  await allSent(ana)
  await ana.engine.setAlbumBinned({ group, album, binned: true })
  expect((await lookDaily(0, 29)).albums).toMatchObject([{ count: 1, daysLeft: 1 }])
  mishaps.aheadDays = 30
  await somethingHappens()
  await eventually('it is gone', async () => (await binOn(ana)).albums.length === 0)
})

test('a clock that is wrong for a while empties nothing', async () => {
  await add(ana, 'a')
  const item = itemOf(await shows(ana, 1))
  await allSent(ana)
  await ana.engine.setBinned({ group, items: [item], binned: true })
  await binHolds(ana, 1)
  for (const days of [-50 * 365, 60]) {
    mishaps.aheadDays = days
    await somethingHappens()
    mishaps.aheadDays = 0
    await somethingHappens()
    expect((await binOn(ana)).photos).toHaveLength(1)
  }
})

test('what Sam took out again while Ana’s phone was without signal stays, though its original is only there', async () => {
  mishaps.areOriginalsHeld = true
  await add(ana, 'a')
  const [tile] = await shows(sam, 1)
  await sam.engine.setBinned({ group, items: [tile!.item], binned: true })
  await binHolds(ana, 1)
  signal.lose()
  await sam.engine.setBinned({ group, items: [tile!.item], binned: false })
  await lookDaily(0, 31)
  await ana.crash()
  await somethingHappens()
  signal.find()
  mishaps.areOriginalsHeld = false
  ana.engine.signalIsBack()
  await shows(ana, 1)
  expect(await ana.engine.openMedia({ group, blob: tile!.original! })).not.toBeNull()
  await allSent(ana)
  await eventually('Sam gets it', () => sam.engine.openMedia({ group, blob: tile!.original! }))
})

test('nothing goes by itself before its files are sent', async () => {
  mishaps.areOriginalsHeld = true
  await add(ana, 'a')
  const [tile] = await shows(ana, 1)
  await ana.engine.setBinned({ group, items: [tile!.item], binned: true })
  await lookDaily(0, 31)
  await somethingHappens()
  expect(await ana.engine.openMedia({ group, blob: tile!.original! })).not.toBeNull()
  expect((await binOn(ana)).photos).toMatchObject([{ daysLeft: 0 }])
  mishaps.areOriginalsHeld = false
  ana.engine.signalIsBack()
  await allSent(ana)
  await somethingHappens()
  await binHolds(ana, 0)
})
