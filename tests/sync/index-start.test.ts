/** Starting with an index that is as the albums are: nothing is compared, nothing is missed. */
import { beforeAll, expect, test } from 'vitest'
import { changeBin, changeCaption } from '#lib/albums/album-document.ts'
import type { DocId } from '#lib/base/ids.ts'
import { createIndexProjection } from '#lib/engine/index-projection.ts'
import type { IndexStore } from '#lib/ports/index-store.ts'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import {
  addItem,
  simulateFamily,
  type SimulatedReplica,
} from '#tests/support/simulated-replicas.ts'
import { createUnreliableRelay, seededRandom } from '#tests/support/unreliable-relay.ts'

beforeAll(prepareAutomerge)

const albumList = (album: DocId) => ({ listed: [album], binned: new Set<DocId>() })

/** A projection as the engine has it, and how many rows it read to compare. */
function project(device: SimulatedReplica, album: DocId) {
  let rowsRead = 0
  const { index: stored } = device.store()
  const index: IndexStore = {
    ...stored,
    rows(slots) {
      rowsRead += slots.length
      return stored.rows(slots)
    },
  }
  const { documents } = device.replica()
  const quietly = () => undefined
  const projection = createIndexProjection({
    ...{ documents, index, onShown: () => Promise.resolve(), onWritten: quietly, retryMs: 5000 },
  })
  const unlisten = device.replica().listen((event) => {
    if (event.kind === 'document' && event.doc === album) projection.changed(event.doc, event.paths)
  })
  return { projection, unlisten, rowsRead: () => rowsRead }
}

async function familyWithPhotos(photos: number) {
  const relay = createUnreliableRelay(seededRandom(5))
  const { devices, album } = await simulateFamily(relay, 1)
  const [sam] = devices
  if (sam === undefined) throw new Error('one device')
  const items = []
  for (let n = 0; n < photos; n++) items.push(await addItem(sam, album))
  const end = async () => {
    await sam.close()
    await relay.close()
  }
  return { sam, album, items: items.filter((id) => id !== null), end }
}

test('a start at the same albums reads no row, shows the same cards and follows what comes', async () => {
  const { sam, album, items, end } = await familyWithPhotos(3)
  const first = project(sam, album)
  await first.projection.start(albumList(album))
  await sam.replica().change(album, changeBin(items.slice(0, 1), { by: new Uint8Array(16), at: 1 }))
  await first.projection.flush()
  expect(first.projection.shown(album)).toHaveLength(2)
  first.unlisten()

  const second = project(sam, album)
  await second.projection.start(albumList(album))
  expect(second.rowsRead()).toBe(0)
  expect(second.projection.shown(album)).toHaveLength(2)
  expect(second.projection.item(items[1]!)?.binned).toBe(false)
  await sam.replica().change(album, changeCaption(items[1]!, 'Lisbon'))
  await sam.replica().change(album, changeBin(items.slice(0, 1), null))
  await second.projection.flush()
  expect((await sam.store().index.row(items[1]!))?.caption).toBe('Lisbon')
  expect((await sam.store().index.head())?.count).toBe(3)
  expect(second.projection.shown(album)).toHaveLength(3)
  second.unlisten()
  await end()
})

test('what another tab wrote, or nobody followed, is compared at the next start', async () => {
  const { sam, album, items, end } = await familyWithPhotos(2)
  const tab = project(sam, album)
  await tab.projection.start(albumList(album))
  tab.unlisten()
  await sam.replica().change(album, changeCaption(items[0]!, 'Porto'))
  const next = project(sam, album)
  await next.projection.start(albumList(album))
  expect(next.rowsRead()).toBe(2)
  expect((await sam.store().index.row(items[0]!))?.caption).toBe('Porto')
  // The first tab still stands on what was before: what it writes now is not to be trusted.
  tab.projection.changed(album, [['items', items[1]!]])
  await tab.projection.flush()
  next.unlisten()
  await sam.store().index.apply({ put: [], remove: [items[1]!] })
  const last = project(sam, album)
  await last.projection.start(albumList(album))
  expect(last.rowsRead()).toBeGreaterThan(0)
  expect((await sam.store().index.head())?.count).toBe(2)
  last.unlisten()
  await end()
})
