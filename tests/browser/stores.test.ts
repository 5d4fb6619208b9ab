import { deleteDB, openDB } from 'idb'
import { expect, test } from 'vitest'
import { createBrowserDisk } from '#lib/storage/browser-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { groupDatabase } from '#lib/storage/schema.ts'
import type { DeviceStore } from '#lib/ports/group-store.ts'
import { deviceStoreSuite } from '#tests/conformance/device-store.suite.ts'
import { entryStoreSuite } from '#tests/conformance/entry-store.suite.ts'
import { blobStoreSuite } from '#tests/conformance/blob-store.suite.ts'
import { intakeStoreSuite } from '#tests/conformance/intake-store.suite.ts'
import { indexStoreSuite } from '#tests/conformance/index-store.suite.ts'
import { keyStoresSuite } from '#tests/conformance/key-stores.suite.ts'
import { mediaReaderSuite } from '#tests/conformance/media-reader.suite.ts'
import { randomGroup, sampleId } from '#tests/support/stored-samples.ts'
import type { DeviceUnderTest } from '#tests/conformance/stores-under-test.ts'

/** Every connection that was opened, so that a test can close it underneath its owner. */
const connections = new Set<IDBDatabase>()
const open = indexedDB.open.bind(indexedDB)
indexedDB.open = (name, version) => {
  const request = open(name, version)
  request.addEventListener('success', () => connections.add(request.result))
  return request
}

const suites = [
  entryStoreSuite,
  blobStoreSuite,
  intakeStoreSuite,
  keyStoresSuite,
  indexStoreSuite,
  deviceStoreSuite,
  mediaReaderSuite,
]
for (const suite of suites) suite('IndexedDB', inBrowser)

test('what an earlier version kept is there, and small blobs find their table', async () => {
  const group = randomGroup()
  const before = await createDeviceStore(createBrowserDisk()).openGroup(group)
  await before.blobs.put(sampleId('BlobId', 1), new Uint8Array(70_000).fill(1))
  await before.close()
  await asVersion2(groupDatabase(group))
  const { blobs } = await createDeviceStore(createBrowserDisk()).openGroup(group)
  expect((await blobs.get(sampleId('BlobId', 1)))?.size).toBe(70_000)
  await blobs.put(sampleId('BlobId', 2), new Uint8Array([7]))
  expect(await blobs.open(sampleId('BlobId', 2))).toEqual(new Uint8Array([7]))
})

/** The database as version 2 made it: without `small`. */
async function asVersion2(name: string): Promise<void> {
  const rows = new Map<string, { key: IDBValidKey; value: unknown }[]>()
  const now = await openDB(name)
  for (const table of now.objectStoreNames) {
    const [keys, values] = [await now.getAllKeys(table), await now.getAll(table)]
    rows.set(
      table,
      keys.map((key, n) => ({ key, value: values[n] as unknown })),
    )
  }
  now.close()
  expect(rows.delete('small')).toBe(true)
  await deleteDB(name)
  const older = await openDB(name, 2, {
    upgrade: (database) => {
      for (const table of rows.keys()) database.createObjectStore(table)
    },
  })
  for (const [table, all] of rows)
    for (const { key, value } of all) await older.put(table, value, key)
  older.close()
}

function inBrowser(): DeviceUnderTest {
  const tabs: DeviceStore[] = []
  return {
    tab: () => {
      const tab = createDeviceStore(createBrowserDisk())
      tabs.push(tab)
      return tab
    },
    restart: async () => {
      await Promise.all(tabs.splice(0).map((tab) => tab.close()))
    },
    cutConnections: () => {
      for (const connection of connections) connection.close()
      connections.clear()
    },
  }
}
