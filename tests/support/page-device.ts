/**
 * A device whose engine runs in the page of a browser test: the browser's own storage and decoders, a real relay, and
 * a disk that tells of every write before it happens.
 */
import { createEngine, type Engine } from '#lib/engine/create-engine.ts'
import { createLoneTab } from '#lib/engine/tabs.ts'
import { createPhotoReaders } from '#lib/media/create-photo-readers.ts'
import { createBrowserDisk } from '#lib/storage/browser-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createRoomyDisk } from '#lib/storage/roomy-disk.ts'
import type { Disk, SchemaOf, TableOf } from '#lib/storage/tables.ts'
import { automergeWasmUrl } from '#lib/sync/automerge-wasm.ts'
import { startAutomerge } from '#lib/sync/automerge.ts'
import { openRelayLink } from '#lib/sync/relay-link.ts'

let started: Promise<void> | null = null
const readers = createPhotoReaders({
  spawn: () =>
    new Worker(new URL('../../src/workers/media.worker.ts', import.meta.url), { type: 'module' }),
})

/** Starts the engine of a device on this origin's storage. */
export function startPageDevice(
  beforeWrite: () => Promise<void> = () => Promise.resolve(),
): Engine {
  const disk = createRoomyDisk(watched(createBrowserDisk(), beforeWrite))
  return createEngine({
    prepare: () => (started ??= startAutomerge(automergeWasmUrl)),
    devices: createDeviceStore(disk),
    whenFull: disk.whenFull,
    reader: readers,
    openLink: openRelayLink,
    fetch: (input, init) => fetch(input, init),
    clock: Date.now,
    random: Math.random,
    tabs: createLoneTab(),
    importLanes: 2,
    dutySpreadMs: 50,
    overviewEveryMs: 0,
    storageEstimate: () => Promise.resolve({ usedBytes: 0, quotaBytes: 0, persisted: true }),
    deviceName: 'Page',
    online: () => true,
  })
}

/** A disk that waits for `beforeWrite` where it is about to write. */
function watched(disk: Disk, beforeWrite: () => Promise<void>): Disk {
  return {
    ...disk,
    database: <S extends SchemaOf<S>>(name: string, tables: readonly TableOf<S>[]) => {
      const inner = disk.database<S>(name, tables)
      return {
        ...inner,
        write: async (...[durability, names, work]: Parameters<typeof inner.write>) => {
          await beforeWrite()
          return inner.write(durability, names, work)
        },
      } as typeof inner
    },
    files: {
      ...disk.files,
      write: async (path, contents) => {
        await beforeWrite()
        await disk.files.write(path, contents)
      },
    },
  }
}

/** Waits until `look` is true; fails with the sentence after half a minute. */
export async function eventually(sentence: string, look: () => Promise<boolean>): Promise<void> {
  const untilMs = Date.now() + 30_000
  while (!(await look())) {
    if (Date.now() > untilMs) throw new Error(`never: ${sentence}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
