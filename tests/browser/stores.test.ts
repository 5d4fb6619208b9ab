import { createBrowserDisk } from '#lib/storage/browser-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import type { DeviceStore } from '#lib/ports/group-store.ts'
import { deviceStoreSuite } from '#tests/conformance/device-store.suite.ts'
import { entryStoreSuite } from '#tests/conformance/entry-store.suite.ts'
import { blobStoreSuite } from '#tests/conformance/blob-store.suite.ts'
import { intakeStoreSuite } from '#tests/conformance/intake-store.suite.ts'
import { indexStoreSuite } from '#tests/conformance/index-store.suite.ts'
import { keyStoresSuite } from '#tests/conformance/key-stores.suite.ts'
import { mediaReaderSuite } from '#tests/conformance/media-reader.suite.ts'
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
