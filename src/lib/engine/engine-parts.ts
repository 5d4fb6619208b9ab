/** What an engine is made of: everything that touches the platform is handed in (create-engine.ts). */
import type { FullDisk } from '#lib/ports/full-disk.ts'
import type { DeviceStore } from '#lib/ports/group-store.ts'
import type { PhotoReader } from '#lib/ports/photo-reader.ts'
import type { OpenRelayLink } from '#lib/sync/relay-link.ts'
import type { Tabs } from './tabs.ts'

export interface EngineParts {
  /** What must be loaded before the first group opens (Automerge's wasm). */
  readonly prepare: () => Promise<void>
  readonly devices: DeviceStore
  readonly reader: PhotoReader
  readonly openLink: OpenRelayLink
  readonly fetch: typeof fetch
  readonly clock: () => number
  /** Numbers in [0, 1). */
  readonly random: () => number
  readonly tabs: Tabs
  /** Files read at the same time. */
  readonly importLanes: number
  /** Longest random pause before a key duty of anyone but the owner. */
  readonly dutySpreadMs: number
  /** Least time between two times that screens are told to look at the overview. */
  readonly overviewEveryMs: number
  /** Replaces the default of sync/connections.ts, for tests. */
  readonly lackPatienceMs?: number
  /** Used and available bytes, and whether the browser promised to keep them. */
  readonly storageEstimate: () => Promise<{
    usedBytes: number
    quotaBytes: number
    persisted: boolean
  }>
  /** What to do where a write finds no room. */
  readonly whenFull: (handling: FullDisk) => void
  /** What this device is called until somebody gives it another name. */
  readonly deviceName: string
  /** What the platform says of the network; `true` where it cannot tell. */
  readonly online: () => boolean
}
