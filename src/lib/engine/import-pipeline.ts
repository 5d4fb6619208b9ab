/**
 * From a chosen file to an item in an album: intake → read → seal → store → entry.
 *
 * Files are announced before the first of them is copied, so that nobody is told meanwhile that all is safe.
 * A file is safe on this device when `takeIn` resolves. Everything after that can be interrupted anywhere and
 * goes on at the next start with the same item id, keys and salts, so nothing is lost and nothing doubled:
 * blobs are stored first, then one transaction holds the entry, its transfers and the end of the intake. Where two
 * tabs work at once, that transaction is refused to the second.
 *
 * Errors  a file that cannot be read into a picture is kept as a file; what fails for the moment (storage, no key
 *         yet) is tried again after a pause, with what was prepared kept. A file at which the code throws keeps no other
 *         waiting: it is tried again, then kept undecoded, and if that fails, too, left in the intake until the next start
 * Source  docs/design.md §8
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId, DocId, ItemId } from '#lib/base/ids.ts'
import { markStep } from '#lib/base/steps.ts'
import type { BlobStore } from '#lib/ports/blob-store.ts'
import type { IntakeRecord, IntakeStore } from '#lib/ports/intake-store.ts'
import type { NoteStore } from '#lib/ports/note-store.ts'
import type { FileInHand, PhotoReader, ReadPhoto } from '#lib/ports/photo-reader.ts'
import type { Replica } from '#lib/sync/replica.ts'
import type { ChosenFile, ImportNotice, ImportProgress } from './api.ts'
import { copyIn } from './copy-in.ts'
import { createImportBatches } from './import-batches.ts'
import { createImportCount } from './import-count.ts'
import { createLanes } from './import-lanes.ts'
import { createImportPause } from './import-pause.ts'
import { isExpected, isGone } from './import-problem.ts'
import { createImportWriting } from './import-writing.ts'
import { createFilePreparer } from './prepare-file.ts'
import { createRetry } from './retry.ts'
import {
  dropElsewhere,
  intakeRecordOf,
  joinedRecord,
  maxAttempts,
  noticeOf,
  outcomeOf,
  recordsOf,
  type Prepared,
} from './prepared-item.ts'
import type { IndexProjection } from './index-projection.ts'
import type { KeptTwins } from './kept-twins.ts'

export interface ImportPipeline {
  /** Counts chosen files from now on; each is then taken in, or withdrawn. */
  announce(album: DocId, files: readonly ChosenFile[]): IntakeRecord[]
  /** Two announced files turn out to be one live photo: from now on they are one, or withdrawn if either was. */
  join(still: IntakeRecord, film: IntakeRecord): IntakeRecord
  /**
   * Copies an announced file to this device's storage; throws StorageProblem, and then nothing of it remains.
   * False where the person stopped adding meanwhile.
   */
  takeIn(record: IntakeRecord, file: File, film?: File): Promise<boolean>
  /** These announced files will not be taken in. */
  withdraw(records: readonly IntakeRecord[]): void
  /** Items whose files are not yet copied. */
  announced(): ReadonlySet<ItemId>
  /** Works through the intake until it is empty; safe to call at any time. */
  run(): Promise<void>
  /** Drops what has not been read yet and is elsewhere; gives how many shots there are that go on. */
  cancel(): Promise<number>
  /** Puts off what is here now, also after a restart; `run` goes on with it when that ends. */
  setPaused(paused: boolean): Promise<void>
  progress(): ImportProgress | null
  stop(): void
}

export interface ImportParts {
  readonly replica: Replica
  readonly intake: IntakeStore
  readonly notes: NoteStore
  readonly blobs: BlobStore
  readonly reader: PhotoReader
  readonly projection: IndexProjection
  readonly keptTwins: KeptTwins
  readonly clock: () => number
  /** Files read at the same time. */
  readonly lanes: number
  /** Whether it is this tab that works through the intake. */
  readonly leads: () => boolean
  readonly sendAhead: (thumbnail: BlobId, ciphertext: Bytes) => void
  readonly onNotice: (notice: ImportNotice) => void
  readonly onProgress: () => void
  /** Pause before what failed for the moment is tried again. */
  readonly retryMs: number
}

/** The pipeline of one group. */
export function createImportPipeline(parts: ImportParts): ImportPipeline {
  const { replica, intake, projection, clock } = parts
  const count = createImportCount()
  const pause = createImportPause(parts)
  const underWay = new Set<string>()
  const ready: Prepared[] = []
  const preparer = createFilePreparer({ ...parts, ready })
  let stopped = new AbortController()
  let running: Promise<void> | null = null
  let again = false
  const settled = (record: IntakeRecord): void => {
    underWay.delete(record.id)
    count.settled(record)
    parts.onProgress()
  }

  const notice = (record: IntakeRecord, outcome: ImportNotice['outcome']): void =>
    parts.onNotice(noticeOf(replica.group, record, outcome))

  const prepareUnlessHeld = async (record: IntakeRecord): Promise<void> => {
    // Another tab may have paused.
    await pause.look()
    if (pause.holds(record)) {
      underWay.delete(record.id)
      return
    }
    const outcome = await preparer.prepare(record, stopped.signal)
    if (outcome.kind === 'prepared') {
      parts.onProgress()
      return
    }
    if (outcome.kind === 'duplicate') {
      const { item, album } = outcome.of
      notice(record, { kind: 'duplicate', of: item, albumTitle: projection.title(album) })
    } else if (outcome.kind === 'unreadable') notice(record, { kind: 'failed', why: 'unreadable' })
    settled(record)
  }

  const onWritten = (record: IntakeRecord, photo: ReadPhoto): void => {
    settled(record)
    notice(record, outcomeOf(record, photo))
  }
  /** The code throws at it whatever is done: it counts as under way until the next start. */
  const leaveOut = (record: IntakeRecord): void => {
    settled(record)
    underWay.add(record.id)
    notice(record, { kind: 'failed', why: 'unreadable' })
  }
  const redo = (record: IntakeRecord): void => {
    underWay.delete(record.id)
    void run()
  }
  const writeReady = createImportWriting({ ...parts, ready, onWritten, settled, redo, leaveOut })

  const isMoreToCome = (): boolean => lanes.hasOthers() || count.isAwaiting()
  const write = (): Promise<void> => lanes.beside(writeReady())
  const batches = createImportBatches({ ready, isMoreToCome, write })

  const workOn = async (record: IntakeRecord): Promise<void> => {
    underWay.add(record.id)
    await prepareUnlessHeld(record).catch((cause: unknown) => giveBack(record, cause))
    await batches.prepared()
  }

  /** What fails for the moment is no attempt, and may fail for others as well; what a tab, or the code, dies of is one. */
  const giveBack = async (record: IntakeRecord, cause: unknown): Promise<void> => {
    if (isGone(cause)) {
      settled(record)
      return
    }
    const attempts = record.attempts + (isExpected(cause) ? 0 : 1)
    await intake.update({ ...record, attempts }).catch(() => undefined)
    underWay.delete(record.id)
    if (isExpected(cause)) throw cause
    if (attempts > maxAttempts) leaveOut(record)
    else retry.later()
  }

  const untouched = async (): Promise<IntakeRecord[]> => {
    // What is settled while this is read is neither.
    const before = new Set(underWay)
    return (await intake.list()).filter(({ id }) => !before.has(id) && !underWay.has(id))
  }

  const list = async (): Promise<IntakeRecord[]> => {
    await pause.look()
    const all = await untouched()
    count.left([...all, ...recordsOf(ready)])
    parts.onProgress()
    return pause.letThrough(all)
  }
  const lanes = createLanes({ lanes: parts.lanes, list, work: workOn })

  const retry = createRetry(parts.retryMs, () => {
    if (parts.leads()) void run()
  })

  /** Whoever asks for a run while this ends gets a new one: `running` is over with the last look at `again`. */
  const workOff = async (): Promise<void> => {
    try {
      while (again && !stopped.signal.aborted) {
        again = false
        lanes.ask()
        // What is prepared is written also where another file fails.
        const working = lanes.workOff(stopped.signal).finally(writeReady)
        await working.catch((cause: unknown) => {
          if (!isExpected(cause)) throw cause
          if (!stopped.signal.aborted) retry.later()
        })
      }
    } finally {
      batches.stop()
      running = null
      count.ended(pause.held(), recordsOf(ready))
      parts.onProgress()
    }
  }

  const run = async (): Promise<void> => {
    again = true
    if (stopped.signal.aborted) return
    if (running !== null) lanes.ask()
    await (running ??= workOff())
  }

  return {
    ...{ run, announced: count.announced },
    withdraw(records) {
      count.withdraw(records)
      parts.onProgress()
    },
    announce(album, files) {
      const records = files.map((chosen) =>
        intakeRecordOf(album, chosen, { replica, nowMs: clock() }),
      )
      count.announce(records)
      markStep('announced')
      parts.onProgress()
      return records
    },
    join(still, film) {
      const joined = joinedRecord(still, film)
      count.join(joined, [still, film])
      parts.onProgress()
      return joined
    },
    async takeIn(record, file, film) {
      if (!count.isAnnounced(record.item)) return false
      const isEarly =
        !pause.holds(record) && parts.leads() && running === null && preparer.early() < parts.lanes
      const onReadable = (give: () => Blob | FileInHand): void => {
        if (isEarly) preparer.readEarly(record, give(), stopped.signal)
      }
      const counted = isEarly ? { ...record, attempts: 1 } : record
      try {
        await copyIn({ record: counted, file, film, onReadable }, parts)
      } catch (cause) {
        preparer.forgetEarly(record)
        throw cause
      }
      markStep('taken in')
      if (count.takenIn(record)) return true
      preparer.forgetEarly(record)
      await intake.remove(record.id)
      return false
    },
    async cancel() {
      // What is chosen from now on is not meant.
      const chosen = intake.list()
      count.withdrawAll()
      const announced = count.announced()
      stopped.abort()
      await Promise.allSettled([chosen, running])
      try {
        const shots = await dropElsewhere(await chosen, ready, parts)
        preparer.forgetEarly()
        underWay.clear()
        for (const { id } of recordsOf(ready)) underWay.add(id)
        await pause.set(null)
        count.ended([], shots)
        return new Set([...announced, ...shots.map(({ item }) => item)]).size
      } finally {
        stopped = new AbortController()
        // Of shots, and of files that were chosen meanwhile.
        void run()
      }
    },
    async setPaused(paused) {
      await pause.set(paused ? clock() : null)
      pause.letThrough(await untouched())
      parts.onProgress()
    },
    progress() {
      const progress = count.progress(recordsOf(ready))
      return progress && { ...progress, isPaused: pause.held().length > 0 }
    },
    stop() {
      stopped.abort()
      retry.stop()
    },
  }
}
