/** By whom photos are, on screens that show them already. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLibrary } from '#lib/engine/create-library.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import { eventually, simulatedPhoto, startDevice } from '#tests/support/simulated-device.ts'
import { linkOf, startGroupOn } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay

beforeEach(async () => {
  relay = await startRelay()
})

afterEach(() => relay.dispose())

test('Sam’s name comes to the tile of his photo once it is known, and nothing else has the tiles read anew', async () => {
  const disk = createMemoryDisk()
  const ana = startDevice({}, disk)
  const { group, album } = await startGroupOn(ana, relay)
  const library = createLibrary(createDeviceStore(disk.mount()), { isOffline: () => false })
  const authors = async () => {
    const shown = await library.timeline({ groups: [group] })
    return (await library.tiles(shown, 0, shown.count)).map((tile) => tile?.authorName)
  }
  // As a screen does: it reads again when it is told to, and never otherwise.
  let shown = await authors()
  let told = 0
  await ana.engine.subscribe((event) => {
    if (event.kind !== 'index') return
    told += 1
    void authors().then((next) => (shown = next))
  })
  const sam = startDevice()
  const link = await linkOf(ana, { group, role: 'contributor' })
  await eventually('Sam sees the group', async () => (await sam.engine.openInvitation(link)).ok)
  expect((await sam.engine.joinGroup({ group, memberName: 'Sam', agreement: '' })).ok).toBe(true)
  const files = [{ file: simulatedPhoto('of Sam') }]
  expect((await sam.engine.addPhotos({ group, album, files })).ok).toBe(true)
  await eventually('Ana’s tile says Sam', () => Promise.resolve(shown[0] === 'Sam'))

  await eventually('all is sent', async () => (await ana.engine.overview()).safety.waiting === 0)
  const before = told
  expect((await ana.engine.setAgreement({ group, text: 'Be kind.' })).ok).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  expect(told).toBe(before)
  await sam.close()
  await ana.close()
})
