/**
 * One chosen file on its way into an album: what is drawn when it is taken in, and what becomes of it.
 *
 * Units   times in milliseconds
 * Source  docs/design.md §6, §8
 */
import { maxCaptionChars, type NewItem } from '#lib/albums/album-document.ts'
import { encodeOrigin, encodePlace, encodeTaken } from '#lib/albums/item-corrections.ts'
import {
  encodeItemCore,
  parseItemCore,
  renditionNames,
  withinLimits,
  type ItemCore,
  type RenditionFacts,
  type RenditionName,
} from '#lib/albums/item-core.ts'
import {
  platformRandom,
  type ContentHash,
  type DocId,
  type GroupId,
  type ItemId,
  type MemberId,
} from '#lib/base/ids.ts'
import { cutText } from '#lib/base/texts.ts'
import { createBlobKey } from '#lib/crypto/blob-format.ts'
import type { BlobStore, StagedBlob } from '#lib/ports/blob-store.ts'
import type { Transfer } from '#lib/ports/entry-store.ts'
import type { IntakeRecord, IntakeStore } from '#lib/ports/intake-store.ts'
import { readUndecoded } from '#lib/media/kept-file.ts'
import type { FileToRead, ReadPhoto } from '#lib/ports/photo-reader.ts'
import type { Replica } from '#lib/sync/replica.ts'
import type { ChosenFile, ImportNotice } from './api.ts'
import type { StoredRendition } from './seal-rendition.ts'

/** Read, sealed and stored; only the entry is missing. */
export interface Prepared {
  readonly record: IntakeRecord
  readonly photo: ReadPhoto
  /** Content of a live photo's film. */
  readonly film: ContentHash | null
  readonly renditions: Readonly<Record<RenditionName, StoredRendition | null>>
  /** What was written for it: the entry keeps it. */
  readonly staged: readonly StagedBlob[]
}

/** Phones end tabs as they like: two ends in the midst of one file may well be chance. */
export const maxAttempts = 3
const maxNameChars = 255
const maxBatchChars = 10_000

/** Draws item id, keys and salts once, so that a resumed import gives the very same item. */
export function intakeRecordOf(
  album: DocId,
  chosen: ChosenFile,
  draw: { readonly replica: Pick<Replica, 'newItemId'>; readonly nowMs: number },
): IntakeRecord {
  const { file, film } = chosen
  return {
    ...(film === undefined ? {} : { film: intakeRecordOf(album, { file: film }, draw) }),
    id: crypto.randomUUID(),
    album,
    item: chosen.item ?? draw.replica.newItemId(album),
    name: file.name,
    mime: file.type,
    size: file.size,
    addedMs: draw.nowMs,
    lastModifiedMs: chosen.capturedMs ?? file.lastModified,
    keys: {
      thumbnail: createBlobKey(platformRandom),
      preview: createBlobKey(platformRandom),
      original: createBlobKey(platformRandom),
    },
    place: chosen.place ?? null,
    ...(chosen.capturedMs === undefined ? {} : { isCapture: true }),
    ...(chosen.words === undefined ? {} : { words: chosen.words }),
    attempts: 0,
    contentHash: null,
  }
}

/** A file that took the tab down three times is not decoded once more, but kept. */
export function readOrKeep(
  { attempts }: Pick<IntakeRecord, 'attempts'>,
  file: FileToRead,
  read: () => Promise<ReadPhoto>,
): Promise<ReadPhoto> {
  return attempts < maxAttempts ? read() : readUndecoded(file)
}

/** The record of a live photo that is of these two. */
export function joinedRecord(still: IntakeRecord, film: IntakeRecord): IntakeRecord {
  return { ...still, film }
}

/** Bytes of all files of a record. */
export function sizeOf({ size, film }: Pick<IntakeRecord, 'size' | 'film'>): number {
  return size + (film?.size ?? 0)
}

/** Another file with the same content that is about to be written; never the file itself, read once more. */
export function twinAmong(
  ready: readonly Prepared[],
  item: ItemId,
  content: ContentHash,
): { item: ItemId; album: DocId } | null {
  const twin = ready.find(
    ({ record, photo, film }) =>
      record.item !== item && (photo.contentHash === content || film === content),
  )
  return twin === undefined ? null : { item: twin.record.item, album: twin.record.album }
}

/** The files that these were made of. */
export function recordsOf(ready: readonly Prepared[]): IntakeRecord[] {
  return ready.map(({ record }) => record)
}

/** Whether whoever stops adding still has the file: what a camera took for the group is nowhere else. */
export function isElsewhere({ isCapture }: Pick<IntakeRecord, 'isCapture'>): boolean {
  return isCapture !== true
}

interface DropParts {
  readonly intake: Pick<IntakeStore, 'list' | 'remove'>
  readonly blobs: Pick<BlobStore, 'discard'>
}

/** Forgets those of these files that are elsewhere, and what was written for them; gives those that are not, and so stay. */
export async function dropElsewhere(
  those: readonly IntakeRecord[],
  ready: Prepared[],
  { intake, blobs }: Omit<DropParts, 'intake'> & { readonly intake: Pick<IntakeStore, 'remove'> },
): Promise<IntakeRecord[]> {
  const dropped = new Set(those.filter(isElsewhere).map(({ id }) => id))
  for (const id of dropped) await intake.remove(id)
  const prepared = ready.splice(0)
  ready.push(...prepared.filter(({ record }) => !dropped.has(record.id)))
  for (const { record, staged } of prepared) if (dropped.has(record.id)) await blobs.discard(staged)
  return those.filter((record) => !isElsewhere(record))
}

/** Forgets what another tab has written, or dropped; gives its records. */
export async function dropSettled(
  ready: Prepared[],
  { intake, blobs }: DropParts,
): Promise<IntakeRecord[]> {
  const left = new Set((await intake.list()).map(({ id }) => id))
  const prepared = ready.splice(0)
  ready.push(...prepared.filter(({ record }) => left.has(record.id)))
  const gone = prepared.filter(({ record }) => !left.has(record.id))
  for (const { staged } of gone) await blobs.discard(staged)
  return recordsOf(gone)
}

/** The original's media type is known only when the file has been read. */
export function withMime(sealed: StoredRendition, mime: string): StoredRendition {
  return { ...sealed, facts: { ...sealed.facts, mime } }
}

/** The item as it is written: its facts, signed for by its author, and what came with the file. */
export function newItemOf(prepared: Prepared, author: MemberId): NewItem {
  const core = withinLimits(coreOf(prepared, author))
  const bytes = encodeItemCore(core)
  // It would be in the album and never show.
  if (parseItemCore(bytes) === null) throw new Error('these facts could not be read again')
  const { item: id, words } = prepared.record
  if (words === undefined) return { id, core: bytes }
  const { caption, taken, place, from, rank } = words
  const isRetimed =
    taken !== null && (taken.takenMs !== core.takenMs || taken.offsetMinutes !== core.offsetMinutes)
  const isReplaced =
    place !== undefined &&
    (place?.latitudeE7 !== core.place?.latitudeE7 || place?.longitudeE7 !== core.place?.longitudeE7)
  return {
    ...{ id, core: bytes },
    ...(caption === '' ? {} : { caption: cutText(caption, maxCaptionChars) }),
    ...(isRetimed ? { at: encodeTaken(taken) } : {}),
    ...(isReplaced ? { place: encodePlace(place) } : {}),
    ...(from === null ? {} : { from: encodeOrigin(from) }),
    ...(rank === null ? {} : { rank }),
  }
}

/**
 * The first, and as many of its album as one change bears: every character of a caption is an operation
 * (sync/change-size.ts).
 */
export function bearableBatch(all: readonly Prepared[], maxItems: number): Prepared[] {
  const ready = all.filter(({ record }) => record.album === all[0]?.record.album)
  let chars = 0
  const tooMany = ready.findIndex(({ record }, n) => {
    chars += record.words?.caption.length ?? 0
    return n > 0 && chars > maxBatchChars
  })
  return ready.slice(0, Math.min(maxItems, tooMany < 0 ? ready.length : tooMany))
}

function coreOf({ record, photo, film, renditions }: Prepared, author: MemberId): ItemCore {
  const offsetMinutes = -new Date(record.lastModifiedMs).getTimezoneOffset()
  const taken = photo.taken ?? {
    wallMs: record.lastModifiedMs + offsetMinutes * 60_000,
    offsetMinutes,
  }
  const facts = (name: RenditionName): RenditionFacts | null => renditions[name]?.facts ?? null
  return {
    kind: photo.kind,
    mime: photo.mime,
    name: cutText(record.name, maxNameChars),
    takenMs: taken.wallMs,
    offsetMinutes: taken.offsetMinutes,
    width: photo.width,
    height: photo.height,
    durationMs: photo.durationMs,
    thumbhash: photo.thumbhash ?? new Uint8Array(),
    place: photo.place ?? record.place,
    camera: photo.camera,
    author,
    content: photo.contentHash,
    film: film === null ? (photo.filmInside ?? null) : { name: filmNameOf(record), content: film },
    renditions: {
      thumbnail: facts('thumbnail'),
      preview: facts('preview'),
      original: facts('original'),
      motion: facts('motion'),
    },
  }
}

function filmNameOf({ film }: IntakeRecord): string {
  return film === undefined ? '' : cutText(film.name, maxNameChars)
}

/** What became of a file that is in its album now. */
export function outcomeOf({ item }: IntakeRecord, { note }: ReadPhoto): ImportNotice['outcome'] {
  return note === null ? { kind: 'added', item } : { kind: 'kept-as-file', item, why: note }
}

/** What is told of a file. */
export function noticeOf(
  group: GroupId,
  { album, name, item: file }: IntakeRecord,
  outcome: ImportNotice['outcome'],
): ImportNotice {
  return { group, album, name, file, outcome }
}

/** Everything that must reach the relays. */
export function transfersOf(
  one: Pick<Prepared, 'renditions'> & { readonly record: Pick<IntakeRecord, 'item' | 'album'> },
  relays: readonly Transfer['relay'][],
  addedMs: number,
): Transfer[] {
  const ranks = { thumbnail: 1, preview: 2, original: 3, motion: 3 } as const
  const { item, album } = one.record
  return relays.flatMap((relay) =>
    renditionNames.flatMap((name) => {
      const sealed = one.renditions[name]
      if (sealed === null) return []
      const { blob } = sealed.facts
      return [{ relay, blob, doc: album, item, rank: ranks[name], addedMs, size: sealed.size }]
    }),
  )
}
