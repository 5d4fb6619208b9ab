/** Ana's browser has no room left: Chromium's own QuotaExceededError, by a quota of one byte, at any write of an import. */
import { cdp } from 'vitest/browser'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BlobId, DocId, GroupId } from '#lib/base/ids.ts'
import type { Engine } from '#lib/engine/create-engine.ts'
import { createBrowserDisk } from '#lib/storage/browser-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { eventually, startPageDevice } from '#tests/support/page-device.ts'

let ana: Engine
let group: GroupId
let album: DocId
/** The write before which the browser runs out of room, counted from when it is set; null while there is room. */
let fullAt: number | null = null
let writes = 0
/** Every other write is enough for every day. */
const step = import.meta.env.SLOW === '1' ? 1 : 2

async function beforeWrite(): Promise<void> {
  writes++
  if (writes === fullAt) await setQuota(1)
}

/** The quota of this origin, as Chromium enforces it; its own where absent. */
async function setQuota(quotaSize?: number): Promise<void> {
  const quota = quotaSize === undefined ? {} : { quotaSize }
  const { send } = cdp() as unknown as Chromium
  await send('Storage.overrideQuotaForOrigin', { origin: location.origin, ...quota })
}
interface Chromium {
  readonly send: (method: string, parameters: object) => Promise<unknown>
}

beforeEach(async () => {
  ana = startPageDevice(beforeWrite)
  const { origin } = (await (await fetch('/relay')).json()) as { origin: string }
  const names = { groupName: 'Family', memberName: 'Ana' }
  const started = await ana.startGroup({ ...names, address: origin, hostingCode: null })
  if (!started.ok) throw new Error(started.error.kind)
  ;({ group, album } = started.value)
})

afterEach(async () => {
  fullAt = null
  await setQuota()
  await ana.close()
})

/** A picture of its own: what follows its end is not looked at. */
async function photo(name: string): Promise<File> {
  const png = await (await fetch('/samples/turned-1.png')).blob()
  return new File([png, name], `${name}.png`, { type: 'image/png' })
}

async function add(name: string) {
  return ana.addPhotos({ group, album, files: [{ file: await photo(name) }] })
}

async function isSettled(): Promise<boolean> {
  const { safety } = await ana.overview()
  return safety.waiting === 0 && safety.importing === null
}

async function shown(): Promise<number> {
  const { groups } = await ana.overview()
  return groups.find(({ id }) => id === group)?.albums[0]?.count ?? -1
}

/** The first write takes the file; what comes after it waits for room, and is not asked of her again. */
test('at every write of an import: Ana is told, nothing is lost or doubled, and it goes on when there is room', async () => {
  writes = 0
  await add('first')
  await eventually('the first is sent', isSettled)
  const writesOfAnImport = writes
  let taken = 1
  for (let at = 1; at <= writesOfAnImport; at += step) {
    writes = 0
    fullAt = at
    const added = await add(`photo ${at}`)
    if (added.ok) taken += added.value.taken
    const isRefused = !added.ok || added.value.problem === 'storage-full'
    await eventually(`she is told of write ${at}`, async () => {
      const { safety } = await ana.overview()
      return safety.trouble === 'storage-full' || (await isSettled())
    })
    expect(isRefused).toBe(at === 1)
    fullAt = null
    await setQuota()
  }
  expect(taken).toBeGreaterThan(2)
  await eventually('all goes on by itself', isSettled)
  expect(await shown()).toBe(taken)
  expect((await ana.overview()).safety.trouble).toBeNull()

  await ana.close()
  ana = startPageDevice(beforeWrite)
  await eventually('all are there after a reload', async () => (await shown()) === taken)
  for (const { bytes } of await previews()) expect(bytes).toBeGreaterThan(0)
}, 120_000)

test('previews that a place holds make room for the next photo, and come again when they are looked at', async () => {
  await add('one')
  await add('two')
  await eventually('both are sent', isSettled)
  const [first] = await previews()
  if (first === undefined) throw new Error('there is a photo')
  await ana.setKeeping({ group, keeping: 'thumbnails' })
  await eventually('they are gone from the disk', async () => {
    const held = await heldHere()
    return held.size === 2 && !held.has(first.blob)
  })
  expect(await ana.fetchBlob({ group, blob: first.blob })).toBe(true)
  expect((await ana.openMedia({ group, blob: first.blob }))?.size).toBe(first.bytes)
})

async function heldHere() {
  const store = await createDeviceStore(createBrowserDisk()).openGroup(group)
  const held = await store.blobs.list()
  await store.close()
  return held
}

/** The previews of all photos, and what they are in the clear. */
async function previews(): Promise<{ blob: BlobId; bytes: number }[]> {
  const store = await createDeviceStore(createBrowserDisk()).openGroup(group)
  const head = await store.index.head()
  const rows = await store.index.rows([...(head?.slots ?? [])])
  await store.close()
  return rows.flatMap((row) =>
    row?.preview ? [{ blob: row.preview.blob, bytes: row.preview.size }] : [],
  )
}
