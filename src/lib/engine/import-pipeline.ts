/**
 * From a chosen file to an item in an album: intake → read → seal → store → entry.
 *
 * Files are announced before the first of them is copied, so that nobody is told meanwhile that all is safe.
 * A file is safe on this device when `takeIn` resolves. Everything after that can be interrupted anywhere and
 * goes on at the next start with the same item id, keys and salts, so nothing is lost and nothing doubled:
 * blobs are stored first, then one transaction holds the entry, its transfers and the end of the intake.
 * What needs not wait does not: an idle line reads a file while it is copied, the original is sealed while its
 * pictures are made, and a thumbnail is on its way before the entry that tells of it.
 *
 * Units   times in milliseconds
 * Errors  a file that cannot be read into a picture is kept as a file; StorageProblem `full` stops the line
 * Source  docs/design.md §8
 */
import { changeToAddItems } from '#lib/albums/album-document.ts'
import type { BlobId, DocId, ItemId } from '#lib/base/ids.ts'
import { markStep } from '#lib/base/steps.ts'
import type { BlobStore } from '#lib/ports/blob-store.ts'
import type { IntakeRecord, IntakeStore } from '#lib/ports/intake-store.ts'
import { PhotoNotRead, type PhotoReader, type ReadPhoto } from '#lib/ports/photo-reader.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import type { Replica } from '#lib/sync/replica.ts'
import type { ChosenFile, ImportNotice } from './api.ts'
import {
  coreOf,
  intakeRecordOf,
  readOrKeep,
  transfersOf,
  twinAmong,
  withMime,
  type Prepared,
} from './prepared-item.ts'
import { sealRendition, type SealedRendition } from './seal-rendition.ts'
import type { IndexProjection } from './index-projection.ts'

export interface ImportPipeline {
  /** Counts chosen files from now on; each is then taken in, or withdrawn. */
  announce(album: DocId, files: readonly ChosenFile[]): IntakeRecord[]
  /**
   * Copies an announced file to this device's storage; throws StorageProblem, and then nothing of it remains.
   * False where the person stopped adding meanwhile.
   */
  takeIn(record: IntakeRecord, file: File): Promise<boolean>
  /** These announced files will not be taken in. */
  withdraw(records: readonly IntakeRecord[]): void
  /** Items whose files are not yet copied. */
  announced(): ReadonlySet<ItemId>
  /** Works through the intake until it is empty; safe to call at any time. */
  run(): Promise<void>
  /** Drops what has not been read yet. */
  cancel(): Promise<void>
  progress(): { readonly done: number; readonly total: number } | null
  stop(): void
}

export interface ImportParts {
  readonly replica: Replica
  readonly intake: IntakeStore
  readonly blobs: BlobStore
  readonly reader: PhotoReader
  readonly projection: IndexProjection
  readonly clock: () => number
  /** Files read at the same time. */
  readonly lanes: number
  /** Whether it is this tab that works through the intake. */
  readonly leads: () => boolean
  readonly sendAhead: (thumbnail: BlobId, ciphertext: Blob) => void
  readonly onNotice: (notice: ImportNotice) => void
  readonly onProgress: () => void
}

const batchItems = 24

/** The pipeline of one group. */
export function createImportPipeline(parts: ImportParts): ImportPipeline {
  const { replica, intake, blobs, projection, clock } = parts
  const announced = new Set<ItemId>()
  /** Files that are read while they are copied; null where that did not work out. */
  const early = new Map<string, Promise<ReadPhoto | null>>()
  const underWay = new Set<string>()
  const ready: Prepared[] = []
  let stopped = new AbortController()
  let running: Promise<void> | null = null
  let again = false
  let writing: Promise<void> = Promise.resolve()
  let done = 0
  let total = 0

  const drop = async (record: IntakeRecord): Promise<void> => {
    await intake.remove(record.id)
    underWay.delete(record.id)
    done++
    parts.onProgress()
  }

  const notice = (record: IntakeRecord, outcome: ImportNotice['outcome']): void => {
    parts.onNotice({ group: replica.group, album: record.album, name: record.name, outcome })
  }

  const duplicateOf = (photo: ReadPhoto, record: IntakeRecord) => {
    const shown = projection.withContent(photo.contentHash)
    if (shown !== null && shown.item !== record.item) return shown
    return twinAmong(ready, record, photo)
  }

  const store = async (sealed: SealedRendition | null): Promise<SealedRendition | null> => {
    if (sealed !== null) await blobs.put(sealed.facts.blob, sealed.ciphertext)
    return sealed
  }

  const ahead = (sealed: SealedRendition | null): SealedRendition | null => {
    if (sealed !== null) parts.sendAhead(sealed.facts.blob, new Blob([sealed.ciphertext]))
    return sealed
  }

  const readOnce = async (record: IntakeRecord, file: Blob): Promise<ReadPhoto> => {
    const begun = early.get(record.id)
    early.delete(record.id)
    if (begun === undefined) await intake.update({ ...record, attempts: record.attempts + 1 })
    const photo = (await begun) ?? (await readOrKeep(parts.reader, file, record, stopped.signal))
    markStep('read')
    return photo
  }

  const prepare = async (record: IntakeRecord): Promise<void> => {
    const file = await intake.file(record.id)
    if (file === null) {
      notice(record, { kind: 'failed', why: 'unreadable' })
      return drop(record)
    }
    const sealing = sealRendition({ file, mime: record.mime }, record.keys.original)
      .then(store)
      .finally(() => markStep('original sealed'))
    // Reading may fail first.
    sealing.catch(() => undefined)
    const photo = await readOnce(record, file).catch(async (cause: unknown) => {
      await sealing.catch(() => undefined)
      throw cause
    })
    const twin = duplicateOf(photo, record)
    if (twin !== null) {
      const sealed = await sealing
      if (sealed !== null) await blobs.remove(sealed.facts.blob)
      const albumTitle = projection.title(twin.album)
      notice(record, { kind: 'duplicate', of: twin.item, albumTitle })
      return drop(record)
    }
    const [thumbnail, preview, sealed] = await Promise.all([
      sealRendition(photo.thumbnail, record.keys.thumbnail).then(ahead).then(store),
      sealRendition(photo.preview, record.keys.preview).then(store),
      sealing,
    ])
    markStep('all sealed')
    const original = withMime(sealed, photo.mime)
    ready.push({ record, photo, renditions: { thumbnail, preview, original } })
  }

  const writeReady = async (): Promise<void> => {
    while (ready.length > 0) {
      const album = ready[0]?.record.album
      const batch = ready.filter(({ record }) => record.album === album).slice(0, batchItems)
      if (album === undefined) return
      await writeBatch(album, batch)
      for (const one of batch) ready.splice(ready.indexOf(one), 1)
    }
  }

  const writeBatch = async (album: DocId, batch: readonly Prepared[]): Promise<void> => {
    const member = replica.me()?.member
    if (member === undefined) throw new Error('only members import')
    const items = batch.map((one) => ({ id: one.record.item, core: coreOf(one, member) }))
    const relays = [...(replica.state()?.relays.keys() ?? [])]
    const along = {
      transfers: batch.flatMap((one) => transfersOf(one, relays, clock())),
      finishedIntake: batch.map(({ record }) => record.id),
    }
    const written = await replica.change(album, changeToAddItems(items), along)
    if (!written.ok) throw new NotReady()
    markStep('entry written')
    for (const { record, photo } of batch) {
      await drop(record)
      notice(
        record,
        photo.note === null
          ? { kind: 'added', item: record.item }
          : { kind: 'kept-as-file', item: record.item, why: photo.note },
      )
    }
  }

  const write = (): Promise<void> => {
    writing = writing.then(writeReady, writeReady)
    return writing
  }

  const lane = async (queue: IntakeRecord[]): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (stopped.signal.aborted) return
      underWay.add(next.id)
      await prepare(next)
      if (ready.length >= batchItems || queue.length === 0) await write()
    }
  }

  const withdraw = (records: readonly IntakeRecord[]): void => {
    for (const { item } of records) if (announced.delete(item)) total--
    parts.onProgress()
  }

  const runOnce = async (): Promise<void> => {
    const waiting = (await intake.list()).filter(({ id }) => !underWay.has(id))
    if (waiting.length === 0) return
    total = Math.max(total, done + waiting.length + announced.size)
    parts.onProgress()
    const lanes = Array.from({ length: parts.lanes }, () => lane(waiting))
    // All end, whatever one of them met: the next run reads the same files again.
    await Promise.allSettled(lanes)
    await Promise.all(lanes)
    await write()
    again = true
  }

  const run = async (): Promise<void> => {
    again = true
    running ??= (async () => {
      while (again && !stopped.signal.aborted) {
        again = false
        await runOnce()
      }
    })()
      .catch((cause: unknown) => {
        ready.length = 0
        if (!(cause instanceof NotReady) && !isExpected(cause)) throw cause
      })
      .finally(() => {
        running = null
        underWay.clear()
        done = 0
        total = announced.size
        parts.onProgress()
      })
    await running
  }

  return {
    run,
    withdraw,
    announced: () => announced,
    announce(album, files) {
      const records = files.map((chosen) => intakeRecordOf(album, chosen, clock()))
      for (const { item } of records) announced.add(item)
      total += records.length
      markStep('announced')
      parts.onProgress()
      return records
    },
    async takeIn(record, file) {
      if (!announced.has(record.item)) return false
      const isEarly = parts.leads() && running === null && early.size < parts.lanes
      if (isEarly) {
        const reading = parts.reader.read(file, stopped.signal).catch(() => null)
        early.set(record.id, reading)
      }
      try {
        await intake.add(file, isEarly ? { ...record, attempts: 1 } : record)
      } catch (cause) {
        early.delete(record.id)
        throw cause
      }
      markStep('taken in')
      if (announced.delete(record.item)) return true
      early.delete(record.id)
      await intake.remove(record.id)
      return false
    },
    async cancel() {
      total -= announced.size
      announced.clear()
      early.clear()
      stopped.abort()
      await running?.catch(() => undefined)
      for (const record of await intake.list()) await intake.remove(record.id)
      stopped = new AbortController()
    },
    progress: () => (total > done ? { done, total } : null),
    stop() {
      stopped.abort()
    },
  }
}

/** No key to write under yet: the intake stays and the pipeline runs again later. */
class NotReady extends Error {}

function isExpected(cause: unknown): boolean {
  return (
    cause instanceof StorageProblem ||
    cause instanceof PhotoNotRead ||
    (cause instanceof DOMException && cause.name === 'AbortError')
  )
}
