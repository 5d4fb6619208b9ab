/**
 * The groups of this relay: one folder each, loaded on demand, dropped when idle.
 *
 * Shape   <data>/groups/<hex group id>/feed.sqlite, blobs/ab/<hex blob id>, incoming/ (unfinished),
 *         releases.sqlite, aside/ab/<hex blob id> (released, for 30 days)
 *         A folder appears under its name only when its genesis is stored: founding happens under
 *         `<hex>.new` and is renamed, so a crash leaves no half group.
 * Errors  `found` gives a `Refusal`; opening throws where a folder's files are broken
 */
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bytes } from '#lib/base/bytes.ts'
import type { GroupId, Random } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { dayMs, hourMs, type Clock } from '#lib/base/time.ts'
import { createFileBlobStore } from '#relay/blobs/file-blob-store.ts'
import { openIncomingFolder, sweepIncomingFolder } from '#relay/blobs/incoming-folder.ts'
import { openReleaseLedger } from '#relay/blobs/release-ledger.ts'
import { refusal, type Refusal } from '#relay/feed/refusal.ts'
import type { MayRenew } from '#relay/feed/renewals.ts'
import { openSqliteFeedStore } from '#relay/feed/sqlite-feed-store.ts'
import type { Logger } from '#relay/logger.ts'
import { syncFolder } from '#relay/sync-folder.ts'
import type { Disk } from './disk.ts'
import { createGroup, type Group } from './group.ts'
import { createRoom } from './room.ts'

/** Unfinished uploads are kept this long for their device to go on with them. */
const UPLOAD_LIFETIME_MS = 7 * dayMs

export interface RegistryParts {
  readonly dataDir: string
  readonly quotaBytes: number
  readonly disk: Disk
  readonly idleMs: number
  readonly mayRenew: MayRenew
  readonly random: Random
  readonly clock: Clock
  readonly logger: Logger
}

export interface GroupRegistry {
  /** A group kept here, or null. */
  open(id: GroupId): Group | null
  /**
   * Stores a new group's first operations, `accepts` willing; the same group twice is the same group.
   */
  found(
    id: GroupId,
    entries: readonly Bytes[],
    accepts: (group: Group) => Refusal | null,
  ): Promise<Result<Group, Refusal>>
  /** Where a group's unfinished uploads lie. */
  incomingFolder(id: GroupId): string
  close(): Promise<void>
}

interface Loaded {
  readonly group: Group
  readonly loadedAtMs: number
  usedAtMs: number
  sweptAtMs: number
}

/** The groups below a data folder. */
export function createGroupRegistry(parts: RegistryParts): GroupRegistry {
  const folderOf = (id: GroupId) => join(parts.dataDir, 'groups', id)
  const loaded = createLoadedGroups(parts, folderOf)
  const founding = new Map<GroupId, Promise<Result<Group, Refusal>>>()
  const found: GroupRegistry['found'] = async (id, entries, accepts) => {
    const known = loaded.open(id)
    if (known !== null) return ok(known)
    const place = { id, folder: folderOf(id) }
    const refused = await storeFounding(parts, place, { entries, accepts })
    const group = loaded.open(id)
    return group === null ? err(refused ?? refusal('broken')) : ok(group)
  }
  return {
    open: loaded.open,
    found: (id, entries, accepts) => once(founding, id, () => found(id, entries, accepts)),
    incomingFolder: (id) => join(folderOf(id), 'incoming'),
    close: loaded.close,
  }
}

interface LoadedGroups {
  readonly open: (id: GroupId) => Group | null
  readonly close: () => Promise<void>
}

/** Loads a group when it is asked for and drops it when nobody did for a while. */
function createLoadedGroups(parts: RegistryParts, folderOf: (id: GroupId) => string): LoadedGroups {
  const { clock, idleMs } = parts
  const loaded = new Map<GroupId, Loaded>()
  const sweepUploads = async (id: GroupId, each: Loaded) => {
    each.sweptAtMs = clock()
    const folder = join(folderOf(id), 'incoming')
    const swept = await sweepIncomingFolder(folder, clock() - UPLOAD_LIFETIME_MS)
    for (const name of swept) each.group.room.end(name)
  }
  const tidy = () => {
    for (const [id, each] of loaded) {
      if (clock() - each.sweptAtMs >= hourMs) void sweepUploads(id, each)
      const isIdle = !each.group.isInUse() && clock() - each.usedAtMs >= idleMs
      if (each.group.releases.isSweepDue()) sweepUnlessNew(each, isIdle, clock())
      else if (isIdle) {
        loaded.delete(id)
        void each.group.close()
      }
    }
  }
  const timer = setInterval(tidy, Math.max(250, idleMs / 4)).unref()
  const open = (id: GroupId): Group | null => {
    const known = loaded.get(id)
    if (known !== undefined) known.usedAtMs = clock()
    if (known !== undefined) return known.group
    const folder = folderOf(id)
    if (!existsSync(join(folder, 'feed.sqlite'))) return null
    const nowMs = clock()
    const fresh = { group: load(parts, id, folder), loadedAtMs: nowMs, usedAtMs: nowMs }
    const each = { ...fresh, sweptAtMs: nowMs }
    loaded.set(id, each)
    void sweepUploads(id, each)
    return each.group
  }
  const close = async () => {
    clearInterval(timer)
    await Promise.all([...loaded.values()].map(({ group }) => group.close()))
    loaded.clear()
  }
  return { open, close }
}

/** Not before somebody's device has had the time to say that it needs what is about to go for good. */
function sweepUnlessNew({ group, loadedAtMs }: Loaded, isIdle: boolean, nowMs: number): void {
  if (isIdle || nowMs - loadedAtMs >= hourMs) void group.releases.sweep()
}

function load(parts: RegistryParts, id: GroupId, folder: string): Group {
  const { quotaBytes, disk, mayRenew, clock, logger } = parts
  const feed = openSqliteFeedStore(join(folder, 'feed.sqlite'), parts.random)
  const blobs = createFileBlobStore({
    blobs: join(folder, 'blobs'),
    aside: join(folder, 'aside'),
    incoming: join(folder, 'incoming'),
  })
  const ledger = openReleaseLedger(join(folder, 'releases.sqlite'))
  const begun = openIncomingFolder(join(folder, 'incoming'))
  const used = async () => feed.byteLength() + (await blobs.byteLength())
  const taken = { used, aside: blobs.asideByteLength }
  const room = createRoom({ quotaBytes, disk, taken, begun, clock })
  return createGroup({ id, feed, blobs, ledger, room, mayRenew, clock, logger })
}

/** Writes a group under a temporary name and renames it; a refusal where it may not be. */
async function storeFounding(
  parts: RegistryParts,
  place: { readonly id: GroupId; readonly folder: string },
  asked: { readonly entries: readonly Bytes[]; accepts(group: Group): Refusal | null },
): Promise<Refusal | null> {
  const temporary = `${place.folder}.new`
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary, { recursive: true })
  const group = load(parts, place.id, temporary)
  try {
    const outcomes = await Promise.all(asked.entries.map((bytes) => group.append(bytes, 'founder')))
    const refused = outcomes.find((outcome) => outcome.kind === 'refused')
    const answer = refused ?? asked.accepts(group)
    await group.close()
    if (answer === null) {
      await rename(temporary, place.folder)
      await syncFolder(join(place.folder, '..'))
    }
    return answer
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

function once<K, V>(running: Map<K, Promise<V>>, key: K, run: () => Promise<V>): Promise<V> {
  const known = running.get(key)
  if (known !== undefined) return known
  const started = run().finally(() => running.delete(key))
  running.set(key, started)
  return started
}
