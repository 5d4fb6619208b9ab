/** What is left when a disk fails, fills up or loses power in the middle. */
import { describe, expect, test } from 'vitest'
import type { Bytes } from '#lib/base/bytes.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk, type DiskStep } from '#lib/storage/memory-disk.ts'
import { createRoomyDisk } from '#lib/storage/roomy-disk.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import {
  ana,
  homeRelay,
  randomBytes,
  randomGroup,
  sampleEntry,
  sampleId,
  sampleIntake,
  sampleRow,
} from '#tests/support/stored-samples.ts'

/** A disk on which a test says what happens before each step. */
function diskWith(group = randomGroup()) {
  const trouble: { before: (step: DiskStep) => void } = { before: () => undefined }
  const disk = createMemoryDisk((step) => trouble.before(step))
  const open = () => createDeviceStore(disk.mount(), { clock: () => now.ms }).openGroup(group)
  const now = { ms: 1_700_000_000_000 }
  return { disk, trouble, open, now, group }
}

const failAt = (wanted: DiskStep['step'], kind: 'full' | 'unavailable') => (step: DiskStep) => {
  if (step.step === wanted) throw new StorageProblem(kind)
}

test('a disk put back to a backup knows nothing of later, also when it loses power then', async () => {
  const { open, disk } = diskWith()
  const before = await open()
  const backup = await disk.backUp()
  const at = (position: number) => ({
    relay: homeRelay,
    cursor: { feed: sampleId('FeedId', 1), position },
  })
  await before.entries.commit({ entries: [sampleEntry(ana, 1)], cursor: at(5) })
  await before.entries.commit({ entries: [], cursor: at(9) })
  backup.restore()
  disk.crash()
  const { entries } = await open()
  expect(await entries.cursors()).toEqual(new Map())
  expect(await entries.records()).toEqual([])
})

describe('a transaction that fails', () => {
  test('leaves neither entry nor cursor nor outbox', async () => {
    const { open, trouble } = diskWith()
    const store = await open()
    trouble.before = failAt('commit', 'full')
    const cursor = { feed: sampleId('FeedId', 1), position: 9 }
    await expect(
      store.entries.commit({
        entries: [sampleEntry(ana, 1)],
        outbox: [homeRelay],
        cursor: { relay: homeRelay, cursor },
      }),
    ).rejects.toMatchObject({ kind: 'full' })
    trouble.before = () => undefined
    expect(await store.entries.records()).toEqual([])
    expect(await store.entries.outboxCount()).toBe(0)
    expect(await store.entries.cursors()).toEqual(new Map())
    expect(await store.entries.bytes([sampleEntry(ana, 1).id])).toEqual([null])
  })

  test.each([
    ['its name is noted', 'commit', 1],
    ['it is written', 'file-write', 1],
    ['it is made to count', 'commit', 2],
  ] as const)('leaves nothing of a chosen file, where it fails as %s', async (_, step, nth) => {
    const { open, trouble, disk } = diskWith()
    const store = await open()
    let fails: number = nth
    trouble.before = (at) => {
      if (at.step === step && --fails === 0) throw new StorageProblem('full')
    }
    await expect(store.intake.add(new Blob(['jpg']), sampleIntake(1))).rejects.toMatchObject({
      kind: 'full',
    })
    trouble.before = () => undefined
    expect(await store.intake.list()).toEqual([])
    expect(disk.paths()).toEqual([])
    await store.intake.add(new Blob(['jpg']), sampleIntake(1))
    expect(disk.paths()).toHaveLength(1)
  })

  test('leaves the index as it was', async () => {
    const { open, trouble } = diskWith()
    const store = await open()
    await store.index.replaceAll([sampleRow(1)])
    trouble.before = failAt('commit', 'full')
    await expect(store.index.apply({ put: [sampleRow(2)], remove: [] })).rejects.toThrow()
    trouble.before = () => undefined
    expect((await store.index.head())?.count).toBe(1)
    expect(await store.index.row(sampleRow(2).item)).toBeNull()
  })
})

describe('a full disk', () => {
  const blob = (n: number) => sampleId('BlobId', n)

  /** Room for two files, and for rows only while there is room for a file. */
  function smallDisk() {
    const group = randomGroup()
    let isTight = false
    const disk = createMemoryDisk(({ step, place }) => {
      const isFull = disk.paths().length >= 2
      const takesRoom = step === 'file-write' || (isTight && step === 'commit')
      if (isFull && takesRoom && place.includes(group)) throw new StorageProblem('full')
    })
    const roomy = createRoomyDisk(disk.mount())
    const open = () => createDeviceStore(roomy).openGroup(group)
    return { disk, roomy, open, tighten: () => (isTight = true) }
  }

  test('asks for room once, and then has room', async () => {
    const { disk, roomy, open } = smallDisk()
    const store = await open()
    for (const n of [1, 2]) await store.blobs.put(blob(n), largeBytes(10))
    const asked: number[] = []
    const told: boolean[] = []
    roomy.whenFull({
      async makeRoom(bytes) {
        asked.push(bytes)
        return (await store.blobs.giveUp([blob(1)])).length > 0
      },
      onFull: (isFull) => void told.push(isFull),
    })
    await store.blobs.put(blob(3), largeBytes(30))
    expect(asked).toEqual([largeBytes(30).length])
    expect([...(await store.blobs.list()).keys()].sort()).toEqual([blob(2), blob(3)].sort())

    await expect(store.blobs.put(blob(4), largeBytes(40))).rejects.toMatchObject({ kind: 'full' })
    expect(told).toEqual([true])
    expect(disk.paths()).toHaveLength(2)
    await store.blobs.remove(blob(2))
    await store.blobs.put(blob(4), largeBytes(40))
    expect(told).toEqual([true, false])
  })

  test('gives up files even where no row can be written any more', async () => {
    const { disk, roomy, open, tighten } = smallDisk()
    const store = await open()
    for (const n of [1, 2]) await store.blobs.put(blob(n), largeBytes(10))
    tighten()
    roomy.whenFull({
      makeRoom: async () => (await store.blobs.giveUp([blob(1), blob(2)])).length > 0,
      onFull: () => undefined,
    })
    await store.blobs.put(blob(3), largeBytes(10))
    expect(disk.paths()).toHaveLength(1)
    expect(await store.blobs.get(blob(1))).toBeNull()
    expect((await store.blobs.get(blob(3)))?.size).toBe(largeBytes(10).length)
  })
})

describe('a power failure or a killed browser', () => {
  test.each(['crash', 'kill'] as const)(
    'at every step of a commit leaves a sealed file to the intake or to the blobs (%s)',
    async (end) => {
      const bytes = randomBytes(50)
      const outcomes = new Set<string>()
      for (let step = 1; step < 40; step++) {
        const { open, trouble, disk } = diskWith()
        const before = await open()
        const staged = await before.blobs.stageFile(sampleId('BlobId', 1), bytes)
        await before.intake.add(staged, sampleIntake(1))
        let left = step
        trouble.before = () => {
          if (--left === 0) disk[end]()
        }
        const finishedIntake = ['intake-1']
        const commit = { entries: [sampleEntry(ana, 1)], finishedIntake, blobs: [staged] }
        await before.entries.commit(commit).catch(() => undefined)
        trouble.before = () => undefined
        const after = await open()
        const opened = await after.intake.open('intake-1')
        const waiting = opened instanceof Blob ? null : ((await opened?.read()) ?? null)
        const kept = (await (await after.blobs.get(staged.id))?.bytes()) ?? null
        expect([waiting, kept].filter((one) => one !== null)).toEqual([bytes])
        outcomes.add(waiting === null ? 'kept' : 'waits')
      }
      expect(outcomes).toEqual(new Set(['kept', 'waits']))
    },
  )

  test('at every single step of a commit leaves all of it or nothing', async () => {
    for (let step = 1; step < 40; step++) {
      const { open, trouble, disk } = diskWith()
      const before = await open()
      await before.intake.add(new Blob(['jpg']), sampleIntake(1))
      let left = step
      trouble.before = () => {
        if (--left === 0) disk.crash()
      }
      const outcome = await before.entries
        .commit({
          entries: [sampleEntry(ana, 1)],
          outbox: [homeRelay],
          finishedIntake: ['intake-1'],
        })
        .catch((error: unknown) => error)
      trouble.before = () => undefined
      const after = await open()
      const entries = (await after.entries.records()).length
      expect(await after.entries.outboxCount()).toBe(entries)
      expect((await after.intake.list()).length).toBe(1 - entries)
      if (!(outcome instanceof StorageProblem)) expect(entries).toBe(1)
    }
  })

  test('takes what was relaxed and keeps what was strict', async () => {
    const { open, disk } = diskWith()
    const store = await open()
    await store.entries.commit({ entries: [sampleEntry(ana, 1)], outbox: [homeRelay] })
    await store.entries.delivered(homeRelay, [sampleEntry(ana, 1).id])
    disk.crash()
    const after = await open()
    expect(await after.entries.outbox(homeRelay, 9)).toEqual([sampleEntry(ana, 1).id])
    await expect(store.entries.records()).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('between a file and its row leaves a loose file, which goes a day later', async () => {
    const { open, trouble, disk, now } = diskWith()
    const store = await open()
    trouble.before = ({ step }) => {
      if (step === 'commit' && disk.paths().length > 0) disk.kill()
    }
    const put = store.blobs.put(sampleId('BlobId', 1), largeBytes(10))
    await expect(put).rejects.toMatchObject({ kind: 'unavailable' })
    trouble.before = () => undefined

    const after = await open()
    expect(await after.blobs.list()).toEqual(new Map())
    expect(disk.paths()).toHaveLength(1)
    now.ms += 25 * 3_600_000
    const later = await open()
    await later.blobs.put(sampleId('BlobId', 2), largeBytes(10))
    expect(await later.blobs.list()).toHaveLength(1)
    expect(disk.paths()).toHaveLength(1)
  })

  test('in the middle of forgetting a group: the next start finishes it', async () => {
    const { disk, trouble, group } = diskWith()
    const device = createDeviceStore(disk.mount())
    await device.putGroup({ group, standing: 'joined', addedMs: 1, card: null })
    await (await device.openGroup(group)).blobs.put(sampleId('BlobId', 1), largeBytes(10))
    trouble.before = ({ step }) => {
      if (step === 'file-remove') disk.crash()
    }
    await device.forgetGroup(group)
    trouble.before = () => undefined
    expect(disk.paths()).toHaveLength(1)
    const after = createDeviceStore(disk.mount())
    expect(await after.groups()).toEqual([])
    expect(await (await after.openGroup(group)).blobs.list()).toEqual(new Map())
    expect(disk.paths()).toEqual([])
  })
})

describe('damage', () => {
  test('in a chunk of the index makes the head null until it is built again', async () => {
    const { open, disk, group } = diskWith()
    const store = await open()
    const rows = [1, 2, 3].map((n) => sampleRow(n))
    await store.index.replaceAll(rows)
    disk.tamper(`mantel-${group}`, 'indexChunks', (value) =>
      value instanceof Uint8Array ? value.map((byte, n) => (n === 300 ? byte ^ 1 : byte)) : value,
    )
    expect(await store.index.rows([0, 1])).toEqual([null, null])
    expect(await store.index.head()).toBeNull()
    await store.index.apply({ put: [sampleRow(4)], remove: [] })
    expect(await store.index.head()).toBeNull()
    await store.index.replaceAll(rows)
    expect((await store.index.head())?.count).toBe(3)
  })

  test('in stored secrets is told, never taken for a new device', async () => {
    const { open, disk, group } = diskWith()
    const store = await open()
    const secrets = { device: null, invitationSeed: randomBytes(32), epochKeys: new Map() }
    await store.keys.save(secrets)
    disk.tamper(`mantel-${group}`, 'secrets', (value) =>
      typeof value === 'object' && value !== null && 'iv' in value
        ? { ...value, iv: new Uint8Array(12) }
        : value,
    )
    await expect(store.keys.load()).rejects.toMatchObject({ kind: 'broken' })
  })
})

/** So many more than what is kept in a row. */
function largeBytes(more: number): Bytes {
  return new Uint8Array((64 << 10) + more).fill(more)
}
