/** A group that is left and entered again at once: no other tab that still clears up takes the new one away. */
import { expect, test } from 'vitest'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk, type DiskStep } from '#lib/storage/memory-disk.ts'
import {
  ana,
  randomBytes,
  randomGroup,
  sampleEntry,
  sampleId,
} from '#tests/support/stored-samples.ts'

test('a tab that is slow to clear up a forgotten group leaves alone what has been made of it since', async () => {
  let onRemoval: () => void | Promise<void> = () => undefined
  const disk = createMemoryDisk(({ step }: DiskStep) =>
    step === 'file-remove' ? onRemoval() : undefined,
  )
  const group = randomGroup()
  const [tab, slow] = [createDeviceStore(disk.mount()), createDeviceStore(disk.mount())]
  await (await tab.openGroup(group)).entries.commit({ entries: [sampleEntry(ana, 1)] })
  onRemoval = () => {
    throw new StorageProblem('unavailable')
  }
  await tab.forgetGroup(group)

  const reached = Promise.withResolvers<undefined>()
  const gate = Promise.withResolvers<undefined>()
  onRemoval = async () => {
    onRemoval = () => undefined
    reached.resolve(undefined)
    await gate.promise
  }
  await slow.groups()
  await reached.promise
  const entered = tab.openGroup(group).then(async (store) => {
    await store.entries.commit({ entries: [sampleEntry(ana, 2)] })
    return store
  })
  // Where nobody waits for the slow one, the group is there anew before it goes on.
  await Promise.race([entered, new Promise((resolve) => setTimeout(resolve, 200))])
  gate.resolve(undefined)

  const store = await entered
  await slow.close()
  expect((await store.entries.records()).map(({ seq }) => seq)).toEqual([2])
  expect(await store.entries.lastSeq(ana)).toBe(2)
})

test('what is in use still keeps a forgotten group from being made anew, where it would go with the rest', async () => {
  let inUse = true
  const disk = createMemoryDisk(({ step }: DiskStep) => {
    if (step === 'file-remove' && inUse) throw new StorageProblem('unavailable')
  })
  const group = randomGroup()
  const device = createDeviceStore(disk.mount())
  await device.putGroup({ group, standing: 'joined', addedMs: 1, card: null })
  await (await device.openGroup(group)).blobs.put(sampleId('BlobId', 1), randomBytes(10))
  await device.forgetGroup(group)
  expect(await device.groups()).toEqual([])
  await expect(device.openGroup(group)).rejects.toMatchObject({ kind: 'unavailable' })

  inUse = false
  const store = await device.openGroup(group)
  await store.entries.commit({ entries: [sampleEntry(ana, 1)] })
  const next = createDeviceStore(disk.mount())
  expect(await next.groups()).toEqual([])
  expect((await (await next.openGroup(group)).entries.records()).map(({ seq }) => seq)).toEqual([1])
  expect(disk.paths()).toEqual([])
})
