/** A phone and a relay are both set back, and the phone writes on: whoever saw what it wrote before gives it again. */
import { beforeAll, expect, test } from 'vitest'
import { untilLevel } from '#tests/support/level-devices.ts'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import { addItem, assembleCast, itemsOf, until } from '#tests/support/simulated-replicas.ts'

beforeAll(prepareAutomerge)

test(
  'a number that stands for two entries does not hide one of them from a relay that lost it',
  { timeout: 200_000 },
  async () => {
    const { family, relay, close } = await assembleCast(3)
    const [sam, ana, luis] = family.devices
    if (sam === undefined || ana === undefined || luis === undefined) throw new Error('three')
    const everybody = { devices: family.devices, holds: () => true }
    await untilLevel('all begin alike', family.album, () => everybody)
    const kept = relay.entryCount()
    const restoreSam = await sam.backUp()

    const first = await addItem(sam, family.album)
    await untilLevel('all have it', family.album, () => everybody)
    ana.setOnline(false)
    luis.setOnline(false)
    sam.setOnline(false)

    relay.restore((kept + 0.5) / relay.entryCount())
    expect(relay.entryCount()).toBe(kept)
    await restoreSam()
    const second = await addItem(sam, family.album)
    await until('the relay has the second', async () => {
      return (await sam.store().entries.outboxCount()) === 0
    })
    expect(Object.keys(itemsOf(sam, family.album))).toEqual([second])
    ana.setOnline(true)
    luis.setOnline(true)
    await untilLevel('Sam has the first again', family.album, () => everybody)
    expect(Object.keys(itemsOf(sam, family.album)).sort()).toEqual([first, second].sort())
    await close()
  },
)
