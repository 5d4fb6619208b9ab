/**
 * Writes the entries of files that are prepared: as many as one change bears, with all that came of them, in one
 * transaction each.
 *
 * Errors  StorageProblem; NotReady where there is no key to write under yet. What was not written stays ready. A file at
 *         which the code throws is left out, and the others are written
 * Source  docs/design.md §8
 */
import { changeToAddItems } from '#lib/albums/album-document.ts'
import { markStep } from '#lib/base/steps.ts'
import type { BlobStore } from '#lib/ports/blob-store.ts'
import type { IntakeRecord, IntakeStore } from '#lib/ports/intake-store.ts'
import type { ReadPhoto } from '#lib/ports/photo-reader.ts'
import type { Replica } from '#lib/sync/replica.ts'
import { isExpected, isGone, isUnstaged, NotReady } from './import-problem.ts'
import {
  bearableBatch,
  dropSettled,
  newItemOf,
  transfersOf,
  type Prepared,
} from './prepared-item.ts'

/** Items in one entry. */
export const batchItems = 24

export interface ImportWritingParts {
  readonly replica: Replica
  readonly intake: IntakeStore
  readonly blobs: Pick<BlobStore, 'discard'>
  /** Those that are prepared, oldest first; what is written leaves it. */
  readonly ready: Prepared[]
  readonly clock: () => number
  /** An item is in its album. */
  readonly onWritten: (record: IntakeRecord, photo: ReadPhoto) => void
  /** Another tab has settled it. */
  readonly settled: (record: IntakeRecord) => void
  /** What was made of it is lost; the file itself is in the intake still. */
  readonly redo: (record: IntakeRecord) => void
  /** It cannot be written, by fault of the code: it stays in the intake, and is not ready any more. */
  readonly leaveOut: (record: IntakeRecord) => void
}

/** Writes all that is ready when it is called; calls wait for one another. What is being written must not be dropped. */
export function createImportWriting(parts: ImportWritingParts): () => Promise<void> {
  const { replica, intake, blobs, ready, clock } = parts
  let writing: Promise<void> = Promise.resolve()

  const writeAll = async (): Promise<void> => {
    while (ready.length > 0) await writeSome(bearableBatch(ready, batchItems))
  }

  const writeSome = async (batch: readonly Prepared[]): Promise<void> => {
    try {
      await writeBatch(batch)
      for (const one of batch) ready.splice(ready.indexOf(one), 1)
    } catch (cause) {
      if (isUnstaged(cause)) for (const one of batch) await giveUp(one, parts.redo)
      else if (isGone(cause))
        for (const record of await dropSettled(ready, { intake, blobs })) parts.settled(record)
      else if (isExpected(cause)) throw cause
      // At one of them; nobody knows which before each is tried by itself.
      else if (batch.length > 1) for (const one of batch) await writeSome([one])
      else for (const one of batch) await giveUp(one, parts.leaveOut)
    }
  }

  const giveUp = async (one: Prepared, next: (record: IntakeRecord) => void): Promise<void> => {
    ready.splice(ready.indexOf(one), 1)
    await blobs.discard(one.staged)
    next(one.record)
  }

  const writeBatch = async (batch: readonly Prepared[]): Promise<void> => {
    const member = replica.me()?.member
    const album = batch[0]?.record.album
    if (member === undefined || album === undefined) throw new NotReady()
    const items = batch.map((one) => newItemOf(one, member))
    const relays = [...(replica.state()?.relays.keys() ?? [])]
    const along = {
      transfers: batch.flatMap((one) => transfersOf(one, relays, clock())),
      finishedIntake: batch.map(({ record }) => record.id),
      blobs: batch.flatMap(({ staged }) => staged),
    }
    const written = await replica.change(album, changeToAddItems(items), along)
    if (!written.ok) throw new NotReady()
    markStep('entry written')
    for (const { record, photo, staged } of batch) {
      // Where the album had it already, nothing was written.
      if (written.value === null) {
        await intake.remove(record.id)
        await blobs.discard(staged)
      }
      parts.onWritten(record, photo)
    }
  }

  return () => (writing = writing.then(writeAll, writeAll))
}
