/** A group that is left and entered again at once: no other tab that still clears up takes the new one away. */
import { expect, test } from 'vitest'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk, type DiskStep } from '#lib/storage/memory-disk.ts'
import { ana, randomGroup, sampleEntry } from '#tests/support/stored-samples.ts'

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
  await expect(tab.forgetGroup(group)).rejects.toThrow(StorageProblem)

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
