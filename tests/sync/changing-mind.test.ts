/** Ana changes her mind about what she adds, at any moment: in the end all of it is there. */
import { afterEach, expect, test } from 'vitest'
import type { EngineParts } from '#lib/engine/engine-parts.ts'
import { eventually, plainReader, simulatedPhoto } from '#tests/support/simulated-device.ts'
import { startFamily, type SimulatedGroup } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'
import { seededRandom } from '#tests/support/unreliable-relay.ts'

let relay: RunningRelay | null = null
let family: SimulatedGroup | null = null

afterEach(async () => {
  await family?.ana.close()
  await relay?.dispose()
})

test('whenever Ana pauses, stops, adds them again and goes on, all of many photos are there once', async () => {
  const random = seededRandom(20_261_130)
  const someTime = (mostMs: number) =>
    new Promise((resolve) => setTimeout(resolve, random() * mostMs))
  const reader: EngineParts['reader'] = {
    async read(...file) {
      await someTime(4)
      return plainReader.read(...file)
    },
  }
  relay = await startRelay()
  family = await startFamily(relay, { reader, importLanes: 2 })
  const { group, album } = family
  const { engine } = family.ana
  const [rounds, perRound] = [9, 30]
  const count = async () => (await engine.overview()).groups[0]?.albums[0]?.count
  for (let round = 0; round < rounds; round++) {
    const names = Array.from({ length: perRound }, (_, n) => `photo ${round}-${n}`)
    const files = names.map((name) => ({ file: simulatedPhoto(name) }))
    const added = engine.addPhotos({ group, album, files })
    await someTime(60)
    await engine.setImportPaused(true)
    await someTime(40)
    if (round % 3 === 0) {
      await engine.cancelImport()
      await added
      void engine.addPhotos({ group, album, files })
      await someTime(30)
      await engine.setImportPaused(true)
      await someTime(30)
    }
    await engine.setImportPaused(false)
    const all = perRound * (round + 1)
    await eventually(`${all} photos show`, async () => {
      const { groups, safety } = await engine.overview()
      return groups[0]?.albums[0]?.count === all && safety.importing === null
    })
  }
  await engine.addPhotos({ group, album, files: [{ file: simulatedPhoto('photo 0-0') }] })
  expect(await count()).toBe(rounds * perRound)
})
