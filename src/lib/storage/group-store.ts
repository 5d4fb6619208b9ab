/** The stores of one group (ports/group-store.ts), made once each. */
import type { GroupId, Random } from '#lib/base/ids.ts'
import type { Clock } from '#lib/base/time.ts'
import type { GroupStore } from '#lib/ports/group-store.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { createBlobStore, keepStaged } from './blob-store.ts'
import { createDocumentCache } from './document-cache.ts'
import { createEntryStore } from './entry-store.ts'
import { giveUp } from './giving-up.ts'
import { createIndexStore } from './index-store.ts'
import { createIntakeStore } from './intake-store.ts'
import { createKeptFiles } from './kept-files.ts'
import { createKeyStore } from './key-store.ts'
import { createNoteStore } from './note-store.ts'
import { groupDatabase, groupFolder, groupTables, type GroupSchema } from './schema.ts'
import type { Disk } from './tables.ts'

export interface GroupStoreParts {
  readonly disk: Disk
  readonly group: GroupId
  readonly clock: Clock
  readonly random: Random
}

export function createGroupStore(parts: GroupStoreParts): GroupStore {
  const { disk, group, clock, random } = parts
  const { database, files } = openOn(disk, parts)
  const bare = openOn(disk.bare ?? disk, parts)
  const intake = createIntakeStore(database, files)
  return {
    entries: createEntryStore({
      database,
      finishIntake: intake.finish,
      async keepBlobs(tx, staged) {
        const { unwanted, lost } = await keepStaged({ tx, files, usedMs: clock() }, staged)
        if (lost.length > 0) throw new StorageProblem('unstaged')
        return () => files.discard(unwanted)
      },
    }),
    documents: createDocumentCache(database),
    index: createIndexStore(database),
    intake: intake.store,
    blobs: createBlobStore({
      ...{ database, files, clock },
      giveUp: (ids) => giveUp(bare, ids),
    }),
    keys: createKeyStore(database, group, random),
    notes: createNoteStore(database),
    close: async () => {
      await Promise.all([database.close(), bare.database.close()])
    },
  }
}

function openOn(disk: Disk, { group, clock, random }: GroupStoreParts) {
  const database = disk.database<GroupSchema>(groupDatabase(group), groupTables)
  const folder = groupFolder(group)
  const files = createKeptFiles({ database, files: disk.files, folder, clock, random })
  return { database, files }
}
