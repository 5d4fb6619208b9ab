/**
 * Reads one chosen file, seals it and its pictures, and stores what was sealed: all but the entry.
 *
 * What needs not wait does not: an idle line reads a file while it is copied, what did not come sealed is sealed while
 * its pictures are made, and a thumbnail is on its way before the entry that tells of it. Two tabs may prepare the same
 * file; what comes of it is settled by whoever is first to take it out of the intake.
 *
 * Errors  StorageProblem; PhotoNotRead where the file was not judged
 * Source  docs/design.md §8
 */
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import type { BlobId, ContentHash } from '#lib/base/ids.ts'
import { digestSha256 } from '#lib/base/sha256.ts'
import { markStep } from '#lib/base/steps.ts'
import { openBlob } from '#lib/crypto/blob-format.ts'
import { readUndecoded } from '#lib/media/kept-file.ts'
import type { BlobStore, StagedBlob } from '#lib/ports/blob-store.ts'
import type { IntakeRecord, IntakeStore, SealedFile } from '#lib/ports/intake-store.ts'
import {
  PhotoNotRead,
  type FileInHand,
  type FileInMemory,
  type PhotoReader,
  type ReadPhoto,
} from '#lib/ports/photo-reader.ts'
import type { IndexProjection } from './index-projection.ts'
import type { KeptTwins } from './kept-twins.ts'
import { readOrKeep, twinAmong, withMime, type Prepared } from './prepared-item.ts'
import {
  sealIntoStore,
  sealRendition,
  type SealedRendition,
  type StoredRendition,
} from './seal-rendition.ts'

/** What became of a file: it waits for its entry, it is here already, or nothing is left to do. */
export type FileOutcome =
  | { readonly kind: 'prepared' | 'unreadable' | 'gone' }
  /** `isSplit`: of a live photo the still; its film is not, and goes on by itself. */
  | {
      readonly kind: 'duplicate'
      readonly of: NonNullable<ReturnType<typeof twinAmong>>
      readonly isSplit: boolean
    }

export interface PrepareParts {
  readonly intake: IntakeStore
  readonly blobs: BlobStore
  readonly reader: PhotoReader
  readonly projection: IndexProjection
  readonly keptTwins: KeptTwins
  readonly sendAhead: (thumbnail: BlobId, ciphertext: Bytes) => void
  /** Files that are prepared and wait for their entry: what becomes so comes to them. */
  readonly ready: Prepared[]
}

export interface FilePreparer {
  /** Reads a file that is only now being copied, so that it is read by the time it is here. */
  readEarly(record: IntakeRecord, file: Blob | FileInHand, signal: AbortSignal): void
  /** Files that are being read early. */
  early(): number
  forgetEarly(record?: IntakeRecord): void
  prepare(record: IntakeRecord, signal: AbortSignal): Promise<FileOutcome>
}

interface SealedFilm {
  readonly content: ContentHash
  readonly seal: (into: Staging) => Promise<StoredRendition>
}

/** What is written for one file on its way to its entry. */
interface Staging {
  readonly staged: StagedBlob[]
  readonly put: BlobStore['put']
}

/** The preparer of one group. */
export function createFilePreparer(parts: PrepareParts): FilePreparer {
  const { intake, blobs, projection } = parts
  /** What the other lanes are sealing, by content: of two with one content none would find the other ready. */
  const sealing = new Map<ContentHash, IntakeRecord>()
  /** Null where reading did not work out. */
  const early = new Map<string, Promise<ReadPhoto | null>>()

  const staging = (): Staging => {
    const staged: StagedBlob[] = []
    return {
      staged,
      async put(...blob) {
        const written = await blobs.stage(...blob)
        if (written !== null) staged.push(written)
      },
    }
  }

  const storing =
    ({ put }: Staging) =>
    async (sealed: SealedRendition | null): Promise<StoredRendition | null> => {
      if (sealed === null) return null
      await put(sealed.facts.blob, sealed.ciphertext)
      return { facts: sealed.facts, size: sealed.size }
    }

  const ahead = (sealed: SealedRendition | null): SealedRendition | null => {
    if (sealed !== null) parts.sendAhead(sealed.facts.blob, sealed.ciphertext)
    return sealed
  }

  /** Null where the file is lost. */
  const readOnce = async (
    record: IntakeRecord,
    opened: Blob | SealedFile,
    signal: AbortSignal,
  ): Promise<ReadPhoto | null> => {
    const begun = early.get(record.id)
    early.delete(record.id)
    if (begun === undefined) await intake.update({ ...record, attempts: record.attempts + 1 })
    const photo = (await begun) ?? (await readFrom(record, await plainOf(record, opened), signal))
    // Whatever ends the tab from here on, it was not the reading of this file.
    if (photo !== null) await intake.update({ ...record, attempts: 0 })
    markStep('read')
    return photo
  }

  const readFrom = async (
    record: IntakeRecord,
    file: Blob | FileInHand | null,
    signal: AbortSignal,
  ): Promise<ReadPhoto | null> =>
    file && readOrKeep(record, file, () => parts.reader.read(file, signal))

  const keptTwin = async (content: ContentHash, { item }: IntakeRecord) => {
    const shown = projection.withContent(content)
    const isTwin = shown !== null && shown.item !== item
    return isTwin && (await parts.keptTwins.has(content, item)) ? shown : null
  }

  /** One that is not written yet; its own file is on this device until it is. */
  const twinBeside = (content: ContentHash, { id, item }: IntakeRecord) => {
    const beside = sealing.get(content)
    return beside !== undefined && beside.id !== id ? beside : twinAmong(parts.ready, item, content)
  }

  const duplicateOf = async (content: ContentHash, record: IntakeRecord) =>
    (await keptTwin(content, record)) ?? twinBeside(content, record)

  /** What is kept already is dropped, except the film of a live photo of which only the still was here. */
  const dropTwin = async (
    { record, film }: { readonly record: IntakeRecord; readonly film: ContentHash | null },
    of: NonNullable<ReturnType<typeof twinAmong>>,
  ): Promise<FileOutcome> => {
    const isSplit = film !== null && (await duplicateOf(film, record)) === null
    // Whoever takes it out of the intake decides: another tab may have just made an item of it.
    const isMine = isSplit ? await intake.leaveFilm(record.id) : await intake.remove(record.id)
    return isMine ? { kind: 'duplicate', of, isSplit } : { kind: 'gone' }
  }

  /** The film of a live photo is only hashed and sealed; it is never decoded here. */
  const sealFilm = async ({ id, film }: IntakeRecord): Promise<SealedFilm | null> => {
    const file = film === undefined ? null : await intake.film(id)
    if (film === undefined || file === null) return null
    const { contentHash, mime } = await readUndecoded(file)
    return {
      content: contentHash,
      seal: (into) => sealIntoStore({ file, mime }, film.keys.original, into),
    }
  }

  /** The browser has lost the file. */
  const lost = async ({ id }: IntakeRecord): Promise<FileOutcome> => ({
    kind: (await intake.remove(id)) ? 'unreadable' : 'gone',
  })

  const prepareInto = async (
    into: Staging,
    record: IntakeRecord,
    signal: AbortSignal,
  ): Promise<FileOutcome> => {
    const opened = await intake.open(record.id)
    if (opened === null) return lost(record)
    const original = sealOriginal(record, opened, into).finally(() => markStep('original sealed'))
    // Reading may fail first.
    original.catch(() => undefined)
    const photo = await readOnce(record, opened, signal).catch(async (cause: unknown) => {
      await original.catch(() => undefined)
      throw cause
    })
    if (photo === null) return lost(record)
    const film = await sealFilm(record)
    const content = film?.content ?? null
    // What is beside is looked for in the very step in which this one begins to stand beside others.
    const kept = await keptTwin(photo.contentHash, record)
    const twin = kept ?? twinBeside(photo.contentHash, record)
    if (twin !== null) {
      await original
      return dropTwin({ record, film: content }, twin)
    }
    for (const one of [photo.contentHash, content]) if (one !== null) sealing.set(one, record)
    const store = storing(into)
    const [thumbnail, preview, sealed, motion] = await Promise.all([
      sealRendition(photo.thumbnail, record.keys.thumbnail).then(ahead).then(store),
      sealRendition(photo.preview, record.keys.preview).then(store),
      original,
      film?.seal(into) ?? null,
    ])
    markStep('all sealed')
    const renditions = { thumbnail, preview, original: withMime(sealed, photo.mime), motion }
    const made = { record, photo: withoutPictures(photo), film: content, renditions }
    parts.ready.push({ ...made, staged: into.staged })
    return { kind: 'prepared' }
  }

  return {
    readEarly(record, file, signal) {
      early.set(
        record.id,
        parts.reader.read(file, signal).catch(() => null),
      )
    },
    early: () => early.size,
    forgetEarly(record) {
      if (record === undefined) early.clear()
      else early.delete(record.id)
    },
    async prepare(record, signal) {
      const into = staging()
      let outcome: FileOutcome | null = null
      try {
        outcome = await prepareInto(into, record, signal)
        return outcome
      } finally {
        for (const [content, { id }] of sealing) if (id === record.id) sealing.delete(content)
        if (outcome?.kind !== 'prepared') await blobs.discard(into.staged)
      }
    },
  }
}

/** What came sealed is the original as it is stored. */
async function sealOriginal(
  { mime, size, keys }: IntakeRecord,
  opened: Blob | SealedFile,
  into: Staging,
): Promise<StoredRendition> {
  if (opened instanceof Blob) return sealIntoStore({ file: opened, mime }, keys.original, into)
  const { staged } = opened
  into.staged.push(staged)
  return { facts: { blob: staged.id, key: keys.original.key, size, mime }, size: staged.size }
}

/** Null where the browser lost or cut the file. */
async function plainOf(
  record: IntakeRecord,
  opened: Blob | SealedFile,
): Promise<Blob | FileInHand | null> {
  if (opened instanceof Blob) return opened
  const again = () => unsealed(record, opened)
  const file = await again()
  return file && { ...file, again }
}

async function unsealed(
  { mime, size, keys }: IntakeRecord,
  sealed: SealedFile,
): Promise<FileInMemory | null> {
  const ciphertext = await sealed.read()
  if (ciphertext === null) return null
  const bytes = await openBlob(ciphertext, keys.original.key, size)
  if (bytes !== null) return { bytes, type: mime, size }
  // A browser short of memory opens nothing either: what is whole is kept, and opened later.
  const isWhole = toHex(await digestSha256(ciphertext)) === sealed.staged.id
  if (isWhole) throw new PhotoNotRead('the file cannot be opened now')
  return null
}

/** What waits for its entry holds no pictures in memory. */
function withoutPictures(photo: ReadPhoto): ReadPhoto {
  return { ...photo, thumbnail: null, preview: null }
}
