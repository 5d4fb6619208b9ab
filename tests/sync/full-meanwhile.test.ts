/** What others give while a phone is full comes in when it has room again, without a new start. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ItemId } from '#lib/base/ids.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { createMemoryDisk, type DiskStep } from '#lib/storage/memory-disk.ts'
import {
  eventually,
  simulatedPhoto,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { cardIn, startFamily, type SimulatedGroup } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay
let family: SimulatedGroup
let luis: SimulatedDevice
/** How many more rows Luis's phone has room for; null while there is plenty. */
let room: number | null = null
let refused = 0

function fill({ step }: DiskStep): void {
  if (step !== 'commit' || room === null) return
  if (room > 0) room--
  else {
    refused++
    throw new StorageProblem('full')
  }
}

beforeAll(async () => {
  relay = await startRelay()
  family = await startFamily(relay)
  luis = await family.join('Luis', { disk: createMemoryDisk(fill) })
})
afterAll(async () => {
  await family.ana.close()
  await luis.close()
  await relay.dispose()
})

/** Ana adds a photo and says something about it. */
async function give(name: string): Promise<ItemId> {
  const { group, album, ana } = family
  const added = new Promise<ItemId>((resolve) => {
    void ana.engine.subscribe((event) => {
      if (event.kind === 'import' && event.notice.outcome.kind === 'added')
        resolve(event.notice.outcome.item)
    })
  })
  await ana.engine.addPhotos({ group, album, files: [{ file: simulatedPhoto(name) }] })
  const item = await added
  expect((await ana.engine.comment({ group, item, text: name })).ok).toBe(true)
  return item
}

test('Ana gives photos and comments while Luis’s phone is full at any write: with room he sees all', async () => {
  const { group, album } = family
  let failures = 0
  for (let rows = 0; rows < 10; rows++) {
    refused = 0
    room = rows
    const item = await give(`photo ${rows}`)
    const hasAll = async () => {
      const talk = await luis.engine.talk({ group, item })
      const count = (await cardIn(luis, group))?.albums.find(({ id }) => id === album)?.count
      return count === rows + 1 && talk?.comments.length === 1
    }
    await eventually('it was full, or all fitted', async () => refused > 0 || (await hasAll()))
    await eventually('Ana has given all', async () => {
      const { waiting, importing } = (await family.ana.engine.overview()).safety
      return waiting === 0 && importing === null
    })
    room = null
    if (refused > 0) failures++
    await eventually(`he sees photo ${rows} and what is said of it`, hasAll, 30_000)
  }
  expect(failures).toBeGreaterThan(4)
}, 120_000)
