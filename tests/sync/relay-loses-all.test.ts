/** A relay loses everything but its own key; whoever opens the app next brings all of it back. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import { hostPath } from '#lib/wire/paths.ts'
import {
  eventually,
  simulatedPhoto,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { cardIn, startFamily } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay | null = null
const devices: SimulatedDevice[] = []

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  await relay?.dispose()
})

test('Sam’s phone gives the group back without a code, with his photos, and Ana goes on in it', async () => {
  relay = await startRelay()
  const family = await startFamily(relay)
  const { ana, group, album } = family
  let busy = 2
  const busyAtFirst: typeof fetch = (input, init) =>
    input instanceof URL && input.pathname === hostPath && busy-- > 0
      ? Promise.resolve(new Response(null, { status: 429 }))
      : fetch(input, init)
  const sam = await family.join('Sam', {}, { fetch: busyAtFirst })
  devices.push(ana, sam)
  const photosOn = async (device: SimulatedDevice) =>
    (await cardIn(device, group))?.albums[0]?.count ?? 0
  await sam.engine.addPhotos({ group, album, files: [{ file: simulatedPhoto('sam') }] })
  await eventually('Ana has the photo', async () => (await photosOn(ana)) === 1)
  await eventually('all is sent', async () => (await sam.engine.overview()).safety.waiting === 0)
  await ana.engine.close()

  await relay.kill()
  await rm(join(relay.dataDir, 'groups'), { recursive: true })
  await relay.restart()
  sam.engine.signalIsBack()
  await eventually('the place has the group again', async () => {
    sam.engine.signalIsBack()
    return (await cardIn(sam, group))?.places[0]?.state === 'connected'
  })
  await ana.crash()
  const late = await family.join('Late')
  devices.push(late)
  await eventually('somebody new gets the picture from there', async () => {
    const cover = (await cardIn(late, group))?.albums[0]?.cover
    const picture = cover && (await late.engine.openMedia({ group, blob: cover }))
    return picture && picture.size > 0
  })
  expect(await photosOn(late)).toBe(1)
})

test('a place that lost the group and takes it from nobody is not said to have put Sam out', async () => {
  relay = await startRelay()
  const family = await startFamily(relay)
  const { ana, group } = family
  const statuses: number[] = []
  const listening: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init)
    if (answer.url.endsWith(hostPath)) statuses.push(answer.status)
    return answer
  }
  const sam = await family.join('Sam', {}, { fetch: listening })
  devices.push(ana, sam)
  await relay.kill()
  await rm(join(relay.dataDir, 'groups'), { recursive: true })
  // It does not know any more which group its code was for, so it takes this one by a new code only.
  const identity = new DatabaseSync(join(relay.dataDir, 'relay.sqlite'))
  identity.exec('DELETE FROM code')
  identity.close()
  await relay.restart()
  sam.engine.signalIsBack()
  await eventually('it refuses him, and the group', async () => {
    const place = (await cardIn(sam, group))?.places[0]
    return statuses.includes(403) && place?.state === 'unreachable'
  })
  expect((await cardIn(sam, group))?.asks).toEqual([])
  await sam.engine.forgetGroup(group)
  expect(await cardIn(sam, group)).toBeDefined()
})
