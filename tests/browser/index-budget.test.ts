/** The budgets of the index at 100,000 photos. The limits are generous: machines that test are busy. */
import { expect, test } from 'vitest'
import { createBrowserDisk } from '#lib/storage/browser-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { randomBytes, randomGroup, sampleRow } from '#tests/support/stored-samples.ts'
import { toHex } from '#lib/base/bytes.ts'
import type { BlobId, ItemId } from '#lib/base/ids.ts'

const photos = 100_000

test('a library of 100,000 photos opens and grows at once', async () => {
  const group = randomGroup()
  const device = createDeviceStore(createBrowserDisk())
  const store = await device.openGroup(group)
  const rows = Array.from({ length: photos }, (_, n) => photo(n))
  const building = await timed(() => store.index.replaceAll(rows))
  const reading = await medianOf(5, async () => {
    const fresh = await createDeviceStore(createBrowserDisk()).openGroup(group)
    const head = await fresh.index.head()
    expect(await fresh.index.rows([...(head?.slots.slice(0, 60) ?? [])])).not.toContain(null)
    await fresh.close()
  })
  const adding = await medianOf(9, (n) =>
    store.index.apply({ put: [photo(photos + n)], remove: [] }),
  )
  const finding = await medianOf(9, async (n) => {
    const wanted = rows[n * 1000]?.preview?.blob
    expect(wanted && (await store.index.renditions(wanted))).toHaveLength(1)
  })
  console.log(JSON.stringify({ building, reading, adding, finding }))
  expect(reading).toBeLessThan(500)
  expect(adding).toBeLessThan(300)
  expect(finding).toBeLessThan(100)
  await device.forgetGroup(group)
}, 180_000)

function photo(n: number) {
  const row = sampleRow(n)
  const fresh = () => toHex(randomBytes(32)) as BlobId
  const renditions = [row.thumbnail, row.preview, row.original].map(
    (rendition) => rendition && { ...rendition, blob: fresh() },
  )
  const [thumbnail = null, preview = null, original = null] = renditions
  return { ...row, item: toHex(randomBytes(16)) as ItemId, thumbnail, preview, original }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return Math.round(performance.now() - start)
}

async function medianOf(times: number, work: (n: number) => Promise<unknown>): Promise<number> {
  const taken: number[] = []
  for (let n = 0; n < times; n++) taken.push(await timed(() => work(n)))
  return taken.sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0
}
