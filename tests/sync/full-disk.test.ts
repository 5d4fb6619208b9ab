import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DocId, GroupId } from '#lib/base/ids.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { createMemoryDisk, type DiskStep } from '#lib/storage/memory-disk.ts'
import {
  eventually,
  simulatedPhoto,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { cardIn, startGroupOn } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay
let ana: SimulatedDevice
let group: GroupId
let album: DocId
/** The write at which Ana's phone is full from then on, counted from when it is set; null while there is room. */
let fullAt: number | null = null
let writes = 0

/** Every step that takes space: rows as they are committed, and files. */
function countWrites({ step }: DiskStep): void {
  if (step !== 'commit' && step !== 'file-write') return
  writes++
  if (fullAt !== null && writes >= fullAt) throw new StorageProblem('full')
}

beforeEach(async () => {
  fullAt = null
  relay = await startRelay()
  ana = startDevice({}, createMemoryDisk(countWrites))
  ;({ group, album } = await startGroupOn(ana, relay))
})

afterEach(async () => {
  fullAt = null
  await ana.close()
  await relay.dispose()
})

const photosOn = async (): Promise<number> =>
  (await cardIn(ana, group))?.albums.find(({ id }) => id === album)?.count ?? -1

async function settled(): Promise<void> {
  await eventually('nothing is under way', async () => {
    const { safety } = await ana.engine.overview()
    return safety.waiting === 0 && safety.importing === null
  })
}

test('a phone that is full at any write while Ana adds a photo says so, and with room the photo is there once', async () => {
  let failures = 0
  let photos = 0
  for (const at of [1, 2, 3, 4, 5, 7, 9, 11, 13, 16, 19]) {
    writes = 0
    fullAt = at
    const files = [{ file: simulatedPhoto(`photo ${at}`) }]
    const added = await ana.engine.addPhotos({ group, album, files })
    const taken = added.ok ? added.value.taken : 0
    if (taken === 0) {
      failures++
      const told = added.ok ? added.value.problem : added.error.kind
      expect(told).toBe('storage-full')
      expect((await ana.engine.overview()).safety.trouble).toBe('storage-full')
    }
    // What comes after it was safe goes wrong as well.
    await eventually('the disk was full, or all was written before', async () => {
      const { safety } = await ana.engine.overview()
      return writes >= at || (safety.waiting === 0 && safety.importing === null)
    })
    fullAt = null
    // What was told to be safe is gone on with; what was refused has left nothing behind.
    await ana.crash()
    await settled()
    photos += taken
    await eventually(
      'every photo that was taken shows once',
      async () => (await photosOn()) === photos,
    )
  }
  expect(failures).toBeGreaterThan(0)
  expect(photos).toBeGreaterThan(0)
})

test('a phone that is full at any write of a change says so, and nothing of the change is there', async () => {
  await ana.engine.addPhotos({ group, album, files: [{ file: simulatedPhoto('a') }] })
  await settled()
  const acts = [
    () => ana.engine.createAlbum({ group, title: 'Lake' }),
    () => ana.engine.setAlbumBinned({ group, album, binned: true }),
    () => ana.engine.setAlbumOrder({ group, album, order: 'oldest' }),
    () => ana.engine.renameAlbum({ group, album, title: 'Another name' }),
  ]
  for (const act of acts) {
    writes = 0
    fullAt = 1
    const done = await act()
    fullAt = null
    expect(done).toMatchObject({ ok: false, error: { kind: 'storage-full' } })
  }
  const card = await cardIn(ana, group)
  expect(card?.albums).toMatchObject([{ id: album, order: 'newest', count: 1 }])
  expect(card?.albums).toHaveLength(1)
  for (const act of acts) expect((await act()).ok).toBe(true)
})
