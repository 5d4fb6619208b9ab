import { afterEach, expect, test } from 'vitest'
import {
  eventually,
  simulatedPhoto,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay | null = null
let sam: SimulatedDevice | null = null

afterEach(async () => {
  await sam?.close()
  await relay?.dispose()
})

test('Sam adds a photo while the relay is down, and it is sent when the relay is back', async () => {
  relay = await startRelay()
  sam = startDevice()
  const { engine } = sam
  const started = await engine.startGroup({
    groupName: 'Family',
    memberName: 'Sam',
    address: relay.origin,
    hostingCode: relay.hostingCode(),
  })
  if (!started.ok) throw new Error(started.error.kind)
  const place = async () => (await engine.overview()).groups[0]?.places[0]?.state
  await eventually('Sam is connected', async () => (await place()) === 'connected')

  await relay.kill('SIGKILL')
  await eventually('Sam sees it gone', async () => (await place()) !== 'connected')
  await engine.addPhotos({ ...started.value, files: [{ file: simulatedPhoto('sam-1') }] })
  await relay.restart()
  engine.signalIsBack()

  await eventually('Sam is connected again', async () => (await place()) === 'connected')
  await eventually('all is sent', async () => (await engine.overview()).safety.waiting === 0)
  expect((await engine.overview()).groups[0]?.albums[0]?.count).toBe(1)
})
