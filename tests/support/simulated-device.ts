/**
 * A device without a screen: the real engine over the memory disk, in this process.
 *
 * Its photo reader does not decode: a file's first bytes stand for its thumbnail and preview. Everything else,
 * from intake to the relay, is the product's own.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { plainBytes } from '#lib/base/bytes.ts'
import { idFromBytes } from '#lib/base/ids.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { createEngine, type Engine } from '#lib/engine/create-engine.ts'
import type { EngineParts } from '#lib/engine/engine-parts.ts'
import { createLoneTab } from '#lib/engine/tabs.ts'
import type { DeviceStore, GroupStore } from '#lib/ports/group-store.ts'
import type { PhotoReader } from '#lib/ports/photo-reader.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk, type MemoryDisk } from '#lib/storage/memory-disk.ts'
import { createRoomyDisk } from '#lib/storage/roomy-disk.ts'
import { startAutomerge } from '#lib/sync/automerge.ts'
import { openRelayLink } from '#lib/sync/relay-link.ts'

export interface SimulatedDevice {
  readonly engine: Engine
  readonly disk: MemoryDisk
  /** Ends the engine without a goodbye and starts another on what is durable. */
  crash(): Promise<void>
  close(): Promise<void>
}

/** Loads Automerge's wasm once for this process. */
export async function prepareAutomerge(): Promise<void> {
  const wasm = createRequire(import.meta.url).resolve('@automerge/automerge/automerge.wasm')
  await startAutomerge(new Uint8Array(readFileSync(wasm)))
}

/** A reader that hashes and makes renditions of the first bytes. */
export const plainReader: PhotoReader = {
  async read(file) {
    const bytes = file instanceof Blob ? new Uint8Array(await file.arrayBuffer()) : file.bytes
    const contentHash = idFromBytes('ContentHash', sha256(bytes))
    if (contentHash === null) throw new Error('a digest has 32 bytes')
    const picture = (length: number) => ({
      bytes: plainBytes(bytes.slice(0, length)),
      mime: 'image/webp',
      width: 4,
      height: 3,
    })
    return {
      kind: 'photo',
      mime: 'image/jpeg',
      contentHash,
      width: 4000,
      height: 3000,
      durationMs: 0,
      taken: { wallMs: Date.UTC(2026, 5, 1) + (bytes[0] ?? 0) * 60_000, offsetMinutes: 120 },
      place: null,
      camera: 'Simulated',
      thumbhash: null,
      thumbnail: picture(64),
      preview: picture(256),
      note: null,
    }
  },
}

/** A file whose bytes follow from its name. */
export function simulatedPhoto(name: string, length = 1000): File {
  const seed = sha256(new TextEncoder().encode(name))
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at++) bytes[at] = (seed[at % 32] ?? 0) ^ (at & 0xff)
  return new File([bytes], `${name}.jpg`, {
    type: 'image/jpeg',
    lastModified: Date.UTC(2026, 5, 1),
  })
}

/** Storage whose groups are changed by `change` when they open. */
export function altered(
  devices: DeviceStore,
  change: (store: GroupStore) => GroupStore,
): DeviceStore {
  return { ...devices, openGroup: async (group) => change(await devices.openGroup(group)) }
}

/** Starts a device; `parts` replaces what a test wants to be worse than real. */
export function startDevice(
  parts: Partial<EngineParts> = {},
  disk: MemoryDisk = createMemoryDisk(),
): SimulatedDevice {
  const start = (): Engine => {
    const mounted = createRoomyDisk(disk.mount())
    return createEngine({
      prepare: prepareAutomerge,
      devices: createDeviceStore(mounted),
      whenFull: mounted.whenFull,
      reader: plainReader,
      openLink: openRelayLink,
      fetch,
      clock: Date.now,
      random: Math.random,
      tabs: createLoneTab(),
      importLanes: 2,
      dutySpreadMs: 50,
      overviewEveryMs: 0,
      storageEstimate: () => Promise.resolve({ usedBytes: 0, quotaBytes: 0, persisted: true }),
      deviceName: 'Simulated phone',
      online: () => true,
      ...parts,
    })
  }
  let engine = start()
  return {
    get engine() {
      return engine
    },
    disk,
    async crash() {
      disk.crash()
      await engine.close().catch(() => undefined)
      engine = start()
    },
    close: () => engine.close(),
  }
}

/** Waits until `look` gives something; fails with the sentence after `patienceMs`. */
export async function eventually<T>(
  sentence: string,
  look: () => Promise<T | null | undefined | false>,
  patienceMs = 10_000,
): Promise<T> {
  const untilMs = Date.now() + patienceMs
  for (;;) {
    const seen = await look()
    if (seen !== null && seen !== undefined && seen !== false) return seen
    if (Date.now() > untilMs) throw new Error(`never: ${sentence}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
