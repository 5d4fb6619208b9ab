/** Ana's browser is killed at any moment while she adds photos: what it said was safe is there, and nothing twice. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import {
  eventually,
  simulatedPhoto,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { startGroupOn } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'
import { seededRandom } from '#tests/support/unreliable-relay.ts'

const kills = process.env.SLOW === '1' ? 100 : 5
const perRound = 3
/** About as many steps as the disk takes for three photos. */
const longestLife = 160

let relay: RunningRelay | null = null
let ana: SimulatedDevice | null = null

afterEach(async () => {
  await ana?.close()
  await relay?.dispose()
  relay = ana = null
})

test(`after ${kills} kills of the browser every photo that was safe is there, once, with its pictures`, async () => {
  const random = seededRandom(20_261_123)
  let left = Infinity
  const disk = createMemoryDisk(() => {
    if (--left === 0) disk.kill()
  })
  relay = await startRelay()
  ana = startDevice({}, disk)
  const { group, album } = await startGroupOn(ana, relay)
  let device = ana
  const waits = async () => (await device.engine.overview()).safety.waiting
  for (let round = 0; round < kills; round++) {
    const files = Array.from({ length: perRound }, (_, n) => ({
      file: simulatedPhoto(`ana-${round}-${n}`),
    }))
    left = 1 + Math.floor(random() * longestLife)
    const added = await device.engine.addPhotos({ group, album, files }).catch(() => null)
    await eventually('it is killed, or has nothing left to do', async () => {
      return left <= 0 || (await waits().catch(() => 1)) === 0
    })
    left = Infinity
    await device.close().catch(() => undefined)
    ana = device = startDevice({}, disk)
    // Whatever it did not call safe, Ana chooses again; what is here already is recognised.
    const isSafe = added?.ok === true && added.value.taken === perRound
    if (!isSafe) await device.engine.addPhotos({ group, album, files })
  }

  const count = async () => (await device.engine.overview()).groups[0]?.albums[0]?.count
  await eventually('nothing waits', async () => (await waits()) === 0, 60_000)
  await eventually('all are read', async () => (await count()) === kills * perRound, 60_000)
  expect(await count()).toBe(kills * perRound)
  // Thumbnail, preview and original of each.
  expect(blobsOf(relay).length).toBeGreaterThanOrEqual(3 * kills * perRound)
})

function blobsOf({ dataDir }: RunningRelay): string[] {
  return readdirSync(join(dataDir, 'groups'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => /[/\\]blobs[/\\].*[0-9a-f]{64}$/.test(path),
  )
}
