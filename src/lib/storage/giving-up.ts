/**
 * Gives up ciphertext that other places hold: in the transaction that forgets it, what waits to be sent is left alone.
 *
 * On a disk without any room even forgetting finds none. Then the file goes first, and a row that names no file is as
 * good as none (blob-store.ts).
 *
 * Errors  StorageProblem
 * Source  docs/design.md §8 "What a device keeps"
 */
import type { BlobId } from '#lib/base/ids.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import type { KeptFiles } from './kept-files.ts'
import type { GroupSchema } from './schema.ts'
import type { Database, Reading } from './tables.ts'

interface Given {
  readonly id: BlobId
  readonly file: string
}

/** Answers which of these are not here any more; on the bare disk, since it makes the room that others wait for. */
export function createGivingUp(database: Database<GroupSchema>, files: KeptFiles) {
  const dispensable = async (
    tx: Reading<GroupSchema>,
    ids: readonly BlobId[],
  ): Promise<Given[]> => {
    const waiting = new Set((await tx.range('transferKeys')).map(({ key: [, blob] }) => blob))
    const found: Given[] = []
    for (const id of ids) {
      const stored = waiting.has(id) ? undefined : await tx.get('blobs', id)
      if (stored !== undefined) found.push({ id, file: stored.file })
    }
    return found
  }

  const forget = (ids: readonly BlobId[]): Promise<Given[]> =>
    database.write('strict', ['blobs', 'loose', 'transferKeys'], async (tx) => {
      const given = await dispensable(tx, ids)
      for (const { id, file } of given) {
        tx.remove('blobs', id)
        files.loosen(tx, file)
      }
      return given
    })

  return async (ids: readonly BlobId[]): Promise<BlobId[]> => {
    let given: Given[]
    try {
      given = await forget(ids)
    } catch (cause) {
      if (!(cause instanceof StorageProblem) || cause.kind !== 'full') throw cause
      given = await database.read(['blobs', 'transferKeys'], (tx) => dispensable(tx, ids))
    }
    await files.discard(given.map(({ file }) => file))
    return given.map(({ id }) => id)
  }
}
