import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import { deviceStoreSuite } from './device-store.suite.ts'
import { entryStoreSuite } from './entry-store.suite.ts'
import { blobStoreSuite } from './blob-store.suite.ts'
import { intakeStoreSuite } from './intake-store.suite.ts'
import { indexStoreSuite } from './index-store.suite.ts'
import { keyStoresSuite } from './key-stores.suite.ts'
import { mediaReaderSuite } from './media-reader.suite.ts'
import type { DeviceUnderTest } from './stores-under-test.ts'

const suites = [
  entryStoreSuite,
  blobStoreSuite,
  intakeStoreSuite,
  keyStoresSuite,
  indexStoreSuite,
  deviceStoreSuite,
  mediaReaderSuite,
]
for (const suite of suites) suite('memory', inMemory)

function inMemory(): DeviceUnderTest {
  const disk = createMemoryDisk()
  return {
    tab: () => createDeviceStore(disk.mount()),
    restart: () => {
      disk.crash()
      return Promise.resolve()
    },
    cutConnections: null,
  }
}
