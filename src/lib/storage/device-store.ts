/**
 * The device's list of groups and their stores (ports/group-store.ts).
 *
 * A group is forgotten in an order that a crash cannot spoil: first the list says so, then database and
 * files go; what was cut short is finished before the group is opened again, or when groups are listed. Until then it
 * cannot be opened: what is made of it anew would go with what was left.
 * Errors  StorageProblem; `unavailable` where something of a forgotten group is in use still
 */
import { platformRandom, type GroupId, type Random } from '#lib/base/ids.ts'
import { platformClock, type Clock } from '#lib/base/time.ts'
import type { DeviceStore, GroupStore } from '#lib/ports/group-store.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { createGroupStore } from './group-store.ts'
import {
  deviceDatabase,
  deviceTables,
  groupDatabase,
  groupFolder,
  type DeviceSchema,
} from './schema.ts'
import type { Database, Disk } from './tables.ts'

const patienceMs = 2000
const lookMs = 40

/** One per thread. */
export function createDeviceStore(
  disk: Disk,
  { clock = platformClock, random = platformRandom }: { clock?: Clock; random?: Random } = {},
): DeviceStore {
  const database = disk.database<DeviceSchema>(deviceDatabase, deviceTables)
  const shared = createShared((group) => createGroupStore({ disk, group, clock, random }))
  const forgetting = createForgetting(disk, database)
  let tidied: Promise<void> | null = null

  return {
    groups: async () => {
      const listings = await database.read(['groups'], (tx) => tx.range('groups'))
      void (tidied ??= forgetting.finishAll())
      return listings.map((row) => row.value).sort((a, b) => a.addedMs - b.addedMs)
    },
    putGroup: (listing) =>
      database.write('strict', ['groups'], (tx) => tx.put('groups', listing.group, listing)),
    openGroup: async (group) => {
      const known = shared.known(group)
      if (known !== undefined) return known
      if (!(await forgetting.finish(group))) throw new StorageProblem('unavailable')
      return shared.open(group)
    },
    forgetGroup: async (group) => {
      await database.write('strict', ['groups', 'forgotten'], (tx) => {
        tx.remove('groups', group)
        tx.put('forgotten', group, clock())
      })
      await shared.close(group)
      await forgetting.finish(group)
    },
    close: async () => {
      await shared.closeAll()
      await database.close()
    },
  }
}

/** One store per group until it is closed. */
function createShared(create: (group: GroupId) => GroupStore) {
  const stores = new Map<GroupId, GroupStore>()
  const share = (group: GroupId): GroupStore => {
    const store = create(group)
    const close = () => {
      stores.delete(group)
      return store.close()
    }
    const shared = { ...store, close }
    stores.set(group, shared)
    return shared
  }
  return {
    known: (group: GroupId) => stores.get(group),
    open: (group: GroupId) => stores.get(group) ?? share(group),
    close: async (group: GroupId) => stores.get(group)?.close(),
    closeAll: () => Promise.all([...stores.values()].map((store) => store.close())),
  }
}

function createForgetting(disk: Disk, database: Database<DeviceSchema>) {
  const isForgotten = async (group: GroupId): Promise<boolean> =>
    (await database.read(['forgotten'], (tx) => tx.get('forgotten', group))) !== undefined

  /**
   * Removes what is left of a forgotten group, and answers whether all is gone: another tab may hold something for now.
   * Nobody else does so meanwhile: whoever found the mark and came late would remove what has been made anew.
   */
  async function finish(group: GroupId): Promise<boolean> {
    if (!(await isForgotten(group))) return true
    return disk.exclusively(`forget-${group}`, async () => {
      if (!(await isForgotten(group))) return true
      try {
        await disk.removeDatabase(groupDatabase(group))
        await onceFree(() => disk.files.remove(groupFolder(group)))
      } catch (error) {
        if (isUnavailable(error)) return false
        throw error
      }
      await database.write('strict', ['forgotten'], (tx) => tx.remove('forgotten', group))
      return true
    })
  }

  return {
    finish,
    /** In the background: what fails is tried again at the next start. */
    finishAll: async (): Promise<void> => {
      try {
        const left = await database.read(['forgotten'], (tx) => tx.range('forgotten'))
        for (const { key } of left) await finish(key)
      } catch (error) {
        if (!(error instanceof StorageProblem)) throw error
      }
    },
  }
}

/** A file that was being written when its group was closed is let go a moment later. */
async function onceFree(remove: () => Promise<void>): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += lookMs)
    try {
      await remove()
      return
    } catch (error) {
      if (!isUnavailable(error) || waitedMs >= patienceMs) throw error
      await new Promise((resolve) => setTimeout(resolve, lookMs))
    }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof StorageProblem && error.kind === 'unavailable'
}
