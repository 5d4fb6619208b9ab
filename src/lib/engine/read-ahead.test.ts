import { expect, test } from 'vitest'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import { randomGroup, sampleRow } from '#tests/support/stored-samples.ts'
import { createLibrary } from './create-library.ts'
import { readAhead } from './read-ahead.ts'

test('the first photos are read once, before anybody asks, and anew after they were painted', async () => {
  const disk = createMemoryDisk()
  const [reading, writing] = [createDeviceStore(disk.mount()), createDeviceStore(disk.mount())]
  const group = randomGroup()
  await writing.putGroup({ group, standing: 'joined', addedMs: 1, card: null })
  const { index } = await writing.openGroup(group)
  await index.replaceAll(Array.from({ length: 100 }, (_, n) => sampleRow(n)))

  let paint: () => void = () => undefined
  const painted = new Promise<void>((resolve) => (paint = resolve))
  const library = createLibrary(readAhead(reading, painted), { isOffline: () => true })
  const first = await library.timeline({})
  expect((await library.tiles(first, 0, 2)).map((tile) => tile?.name)).toEqual([
    'IMG_99.jpg',
    'IMG_98.jpg',
  ])
  // Further down is read as always.
  const [last] = await library.tiles(first, first.count - 1, first.count)
  expect(last?.name).toBe('IMG_0.jpg')

  await index.apply({ put: [sampleRow(100)], remove: [] })
  expect((await library.timeline({})).count).toBe(first.count)
  paint()
  await painted
  const second = await library.timeline({})
  expect(second.count).toBe(first.count + 1)
  expect((await library.tiles(second, 0, 1))[0]?.name).toBe('IMG_100.jpg')
})
