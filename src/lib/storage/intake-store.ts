/** Chosen files waiting to be read (ports/intake-store.ts): rows in the database, contents in files. */
import type { StagedBlob, StagedFile } from '#lib/ports/blob-store.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import type { IntakeRecord, IntakeStore } from '#lib/ports/intake-store.ts'
import type { KeptFiles } from './kept-files.ts'
import type { GroupSchema, StoredIntake } from './schema.ts'
import type { Database, Writing } from './tables.ts'

export interface IntakeParts {
  readonly store: IntakeStore
  /**
   * Drops records within a transaction over `intake` and `loose`; the answer removes their files, except those of
   * `staged`, which are loose then: the same transaction keeps them, or who staged them drops them.
   */
  finish(
    tx: Writing<GroupSchema>,
    ids: readonly string[],
    staged?: readonly StagedBlob[],
  ): Promise<() => Promise<void>>
}

export function createIntakeStore(database: Database<GroupSchema>, files: KeptFiles): IntakeParts {
  const find = (id: string) => database.read(['intake'], (tx) => tx.get('intake', id))
  const finish = finishing(files)
  const store: IntakeStore = {
    add: (file, record, film) => add({ database, files, find }, record, { file, film }),
    list: () =>
      database.read(['intake'], async (tx) => {
        const records = (await tx.range('intake')).map((row) => row.value.record)
        return records.sort((a, b) => a.addedMs - b.addedMs)
      }),
    open: async (id) => {
      const stored = await find(id)
      if (stored === undefined) return null
      const { file, sealed } = stored
      if (sealed === undefined) return files.read(file)
      return { staged: { ...sealed, file }, read: () => files.readWhole(file, sealed.size) }
    },
    film: async (id) => {
      const film = (await find(id))?.film
      return film === undefined ? null : files.read(film)
    },
    leaveFilm: async (id) => {
      const still = await database.write('strict', ['intake', 'loose'], async (tx) => {
        const stored = await tx.get('intake', id)
        if (stored?.film === undefined || stored.record.film === undefined) return null
        tx.remove('intake', id)
        tx.put('intake', stored.record.film.id, { record: stored.record.film, file: stored.film })
        files.loosen(tx, stored.file)
        return stored.file
      })
      if (still !== null) await files.discard([still])
      return still !== null
    },
    update: (record) =>
      // Only attempts change: a count that a power failure takes back costs one more.
      database.write('relaxed', ['intake'], async (tx) => {
        const stored = await tx.get('intake', record.id)
        if (stored === undefined) throw new StorageProblem('gone')
        tx.put('intake', record.id, { ...stored, record })
      }),
    remove: async (id) => {
      const found = await database.write('strict', ['intake', 'loose'], async (tx) =>
        (await tx.get('intake', id)) === undefined ? null : { discard: await finish(tx, [id]) },
      )
      await found?.discard()
      return found !== null
    },
  }
  return { store, finish }
}

interface AddParts {
  readonly database: Database<GroupSchema>
  readonly files: KeptFiles
  readonly find: (id: string) => Promise<StoredIntake | undefined>
}

async function add(
  { database, files, find }: AddParts,
  record: IntakeRecord,
  { file, film }: { readonly file: Blob | StagedFile; readonly film: Blob | undefined },
): Promise<void> {
  const written: string[] = []
  let isKept = false
  try {
    if (file instanceof Blob) written.push(await files.write('intake', file))
    else written.push(file.file)
    if (film !== undefined) written.push(await files.write('intake', film))
    const stored = storedOf(record, file, written)
    isKept = await database.write('strict', ['intake', 'loose'], async (tx) => {
      // Taken in already: the first file stays.
      const here = await tx.get('intake', record.id)
      if (here !== undefined) return here.file === stored.file
      tx.put('intake', record.id, stored)
      const adopted = await Promise.all(written.map((one) => files.adopt(tx, one)))
      if (adopted.includes(false)) throw new StorageProblem('unstaged')
      return true
    })
  } catch (cause) {
    // The answer alone may have been lost.
    isKept = written.length > 0 && (await find(record.id))?.file === written[0]
    throw cause
  } finally {
    if (!isKept) await files.discard(written)
  }
}

function storedOf(
  record: IntakeRecord,
  given: Blob | StagedFile,
  [file = '', film]: readonly string[],
): StoredIntake {
  const sealed = given instanceof Blob ? {} : { sealed: { id: given.id, size: given.size } }
  return { record, file, ...sealed, ...(film === undefined ? {} : { film }) }
}

function finishing(files: KeptFiles): IntakeParts['finish'] {
  return async (tx, ids, staged = []) => {
    const takenOver = new Set(staged.map((one) => ('file' in one ? one.file : null)))
    const finished: string[] = []
    const rows = await Promise.all(ids.map((id) => tx.get('intake', id)))
    for (const [n, id] of ids.entries()) {
      const stored = rows[n]
      if (stored === undefined) continue
      tx.remove('intake', id)
      for (const file of filesOf(stored)) {
        files.loosen(tx, file)
        if (!takenOver.has(file)) finished.push(file)
      }
    }
    return () => files.discard(finished)
  }
}

function filesOf({ file, film }: StoredIntake): string[] {
  return film === undefined ? [file] : [file, film]
}
