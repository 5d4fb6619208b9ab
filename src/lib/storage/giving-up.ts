/**
 * Gives up ciphertext that other places hold: in the transaction that forgets it, what waits to be sent is left alone.
 *
 * On a disk without any room even forgetting finds none. Then the files go first, and a row that names a file that is
 * not there is as good as none (blob-store.ts); what rows hold goes another time.
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
  /** Null where a row holds it. */
  readonly file: string | null
}

interface Bare {
  readonly database: Database<GroupSchema>
  readonly files: KeptFiles
}

/** Answers which of these are not here any more; on the bare disk, since it makes the room that others wait for. */
export async function giveUp(bare: Bare, ids: readonly BlobId[]): Promise<BlobId[]> {
  const given = await forget(bare, ids)
  await bare.files.discard(given.flatMap(({ file }) => file ?? []))
  return given.map(({ id }) => id)
}

async function forget({ database, files }: Bare, ids: readonly BlobId[]): Promise<Given[]> {
  try {
    return await database.write(
      'strict',
      ['blobs', 'small', 'loose', 'transferKeys'],
      async (tx) => {
        const given = await dispensable(tx, ids)
        for (const { id, file } of given) {
          tx.remove('blobs', id)
          if (file === null) tx.remove('small', id)
          else files.loosen(tx, file)
        }
        return given
      },
    )
  } catch (cause) {
    if (!(cause instanceof StorageProblem) || cause.kind !== 'full') throw cause
    const given = await database.read(['blobs', 'transferKeys'], (tx) => dispensable(tx, ids))
    return given.filter(({ file }) => file !== null)
  }
}

async function dispensable(tx: Reading<GroupSchema>, ids: readonly BlobId[]): Promise<Given[]> {
  const waiting = new Set((await tx.range('transferKeys')).map(({ key: [, blob] }) => blob))
  const found: Given[] = []
  for (const id of ids) {
    const stored = waiting.has(id) ? undefined : await tx.get('blobs', id)
    if (stored !== undefined) found.push({ id, file: stored.file ?? null })
  }
  return found
}
