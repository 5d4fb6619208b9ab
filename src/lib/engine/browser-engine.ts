/**
 * The engine of a browser tab: the platform's parts for create-engine.ts. Runs in a dedicated worker.
 */
import { createPhotoReaders } from '#lib/media/create-photo-readers.ts'
import { createBrowserDisk } from '#lib/storage/browser-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createRoomyDisk } from '#lib/storage/roomy-disk.ts'
import { automergeWasmUrl } from '#lib/sync/automerge-wasm.ts'
import { startAutomerge } from '#lib/sync/automerge.ts'
import { createPatientFetch } from '#lib/sync/patient-fetch.ts'
import { openRelayLink } from '#lib/sync/relay-link.ts'
import { createBrowserTabs } from './browser-tabs.ts'
import { createEngine, type Engine } from './create-engine.ts'
import { deviceNameOf } from './device-name.ts'

const importLanes = 3
const dutySpreadMs = 3000
const overviewEveryMs = 200

/** Starts the engine of this tab; opening the groups begins at once. */
export function createBrowserEngine(): Engine {
  const disk = createRoomyDisk(createBrowserDisk())
  const engine = createEngine({
    prepare: () => startAutomerge(automergeWasmUrl),
    devices: createDeviceStore(disk),
    whenFull: disk.whenFull,
    reader: createPhotoReaders({
      spawn: () =>
        new Worker(new URL('../../workers/media.worker.ts', import.meta.url), { type: 'module' }),
    }),
    openLink: openRelayLink,
    fetch: createPatientFetch((input, init) => fetch(input, init)),
    clock: Date.now,
    random: Math.random,
    tabs: createBrowserTabs(Date.now),
    importLanes,
    dutySpreadMs,
    overviewEveryMs,
    storageEstimate,
    deviceName: deviceNameOf(navigator.userAgent),
    online: () => navigator.onLine,
  })
  addEventListener('online', () => {
    engine.signalIsBack()
  })
  return engine
}

async function storageEstimate(): Promise<{
  usedBytes: number
  quotaBytes: number
  persisted: boolean
}> {
  const [{ usage = 0, quota = 0 }, persisted] = await Promise.all([
    navigator.storage.estimate(),
    navigator.storage.persisted(),
  ])
  return { usedBytes: usage, quotaBytes: quota, persisted }
}
