/**
 * The immutable facts of an item: one byte array, written once.
 *
 * Shape   canonical CBOR map, ≤ 8 KiB
 *   | field | CBOR | what |
 *   |---|---|---|
 *   | v | uint | 1 |
 *   | kind | text | photo, video, file |
 *   | mime, name | text | of the original |
 *   | taken | int | local wall time, ms, written as if it were UTC |
 *   | offset? | int | minutes east of UTC |
 *   | width, height | uint | as displayed; 0 where unknown |
 *   | duration | uint | ms |
 *   | hash | bytes ≤ 32 | thumbhash, empty where there is none |
 *   | lat?, lon? | int | degrees × 10⁷ |
 *   | camera? | text | make and model |
 *   | by | bytes 16 | member who added it |
 *   | content | bytes 32 | SHA-256 of the original |
 *   | thumbnail?, preview?, original?, motion? | map {blob b32, key b16, size uint, mime text} | renditions; none is longer than places take |
 *   | film? | map {name text, content b32} or {from uint, size uint} | of a live photo: a file of its own with the rendition `motion`, or these bytes of the original |
 *
 * Limits  texts of up to 1,024 UTF-16 units are read; written are the first 255, so that what is written is always read
 * Errors  `parseItemCore` is total (null); unknown fields are kept out, and so is a film without its bytes. Readers of
 *         before show the still alone
 * Source  docs/design.md §6
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { plainBytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor, type CborMap, type CborValue } from '#lib/base/cbor.ts'
import {
  idFromBytes,
  idToBytes,
  type BlobId,
  type ContentHash,
  type MemberId,
} from '#lib/base/ids.ts'
import { cutText } from '#lib/base/texts.ts'
import { maxDateMs } from '#lib/base/time.ts'
import { maxBlobBytes } from '#lib/wire/limits.ts'

export const itemKinds = ['photo', 'video', 'file'] as const
export type ItemKind = (typeof itemKinds)[number]
export const renditionNames = ['thumbnail', 'preview', 'original', 'motion'] as const
export type RenditionName = (typeof renditionNames)[number]

export interface RenditionFacts {
  readonly blob: BlobId
  readonly key: Bytes
  /** Plaintext bytes. */
  readonly size: number
  readonly mime: string
}

/** A part of a file, in bytes. */
export interface ByteRange {
  readonly from: number
  readonly size: number
}

/** The film of a live photo: a file of its own, stored as `motion`, or a part of the original. */
export type ItemFilm = { readonly name: string; readonly content: ContentHash } | ByteRange

export interface ItemCore {
  readonly kind: ItemKind
  readonly mime: string
  readonly name: string
  readonly takenMs: number
  readonly offsetMinutes: number | null
  readonly width: number
  readonly height: number
  readonly durationMs: number
  readonly thumbhash: Bytes
  readonly place: { readonly latitudeE7: number; readonly longitudeE7: number } | null
  readonly camera: string | null
  readonly author: MemberId
  readonly content: ContentHash
  /** Null for all that is no live photo. */
  readonly film: ItemFilm | null
  readonly renditions: Readonly<Record<RenditionName, RenditionFacts | null>>
}

const maxTextChars = 1024
const maxWrittenChars = 255
/** Far more than honest ones have: every look at an item reads its core. */
const maxCoreBytes = 8 * 1024
/** Three times those of the table, for fields to come. */
const maxCoreValues = 256
const maxSide = 1e6
const maxThumbhashBytes = 32
const maxOffsetMinutes = 1440
const maxPlace = { latitudeE7: 90e7, longitudeE7: 180e7 } as const

/**
 * The facts as far as `parseItemCore` takes them. A file's header may say anything, and what is written beyond these
 * limits never shows, nor does the photo: what is absurd counts as unknown.
 */
export function withinLimits(core: ItemCore): ItemCore {
  const { name, mime, camera, place, thumbhash } = core
  const isSomewhere =
    place !== null &&
    rounded(place.latitudeE7, maxPlace.latitudeE7) !== null &&
    rounded(place.longitudeE7, maxPlace.longitudeE7) !== null
  return {
    ...core,
    name: cutText(name, maxWrittenChars),
    mime: cutText(mime, maxWrittenChars),
    camera: camera === null ? null : cutText(camera, maxWrittenChars),
    takenMs: rounded(core.takenMs, maxDateMs) ?? 0,
    offsetMinutes: rounded(core.offsetMinutes, maxOffsetMinutes),
    width: Math.max(0, rounded(core.width, maxSide) ?? 0),
    height: Math.max(0, rounded(core.height, maxSide) ?? 0),
    durationMs: Math.max(0, rounded(core.durationMs, maxDateMs) ?? 0),
    thumbhash: thumbhash.length > maxThumbhashBytes ? new Uint8Array() : thumbhash,
    place: isSomewhere
      ? { latitudeE7: Math.round(place.latitudeE7), longitudeE7: Math.round(place.longitudeE7) }
      : null,
  }
}

/** Null for what is no number, or is further from 0 than that. */
function rounded(value: number | null, most: number): number | null {
  return value !== null && Math.abs(value) <= most ? Math.round(value) : null
}

/** The bytes that go into the album document. */
export function encodeItemCore(core: ItemCore): Bytes {
  return encodeCbor({
    v: 1,
    kind: core.kind,
    mime: written(core.mime),
    name: written(core.name),
    taken: core.takenMs,
    offset: core.offsetMinutes ?? undefined,
    width: core.width,
    height: core.height,
    duration: core.durationMs,
    hash: core.thumbhash,
    lat: core.place?.latitudeE7,
    lon: core.place?.longitudeE7,
    camera: core.camera === null ? undefined : written(core.camera),
    by: idToBytes(core.author),
    content: idToBytes(core.content),
    thumbnail: encodeRendition(core.renditions.thumbnail),
    preview: encodeRendition(core.renditions.preview),
    original: encodeRendition(core.renditions.original),
    motion: encodeRendition(core.renditions.motion),
    film: encodeFilm(core.film),
  })
}

/** The facts in these bytes, or null where a peer wrote nonsense. */
export function parseItemCore(bytes: Uint8Array): ItemCore | null {
  if (bytes.length > maxCoreBytes) return null
  const map = asMap(parseCbor(bytes, { maxValues: maxCoreValues }))
  if (map?.['v'] !== 1) return null
  const kind = itemKinds.find((name) => name === map['kind'])
  const author = map['by'] instanceof Uint8Array ? idFromBytes('MemberId', map['by']) : null
  const content =
    map['content'] instanceof Uint8Array ? idFromBytes('ContentHash', map['content']) : null
  const taken = integer(map['taken'], -maxDateMs, maxDateMs)
  const width = integer(map['width'], 0, maxSide)
  const height = integer(map['height'], 0, maxSide)
  const duration = integer(map['duration'], 0, maxDateMs)
  const thumbhash = map['hash']
  if (kind === undefined || author === null || content === null || taken === null) return null
  if (width === null || height === null || duration === null) return null
  if (!(thumbhash instanceof Uint8Array) || thumbhash.length > maxThumbhashBytes) return null
  return {
    kind,
    mime: text(map['mime']) ?? 'application/octet-stream',
    name: text(map['name']) ?? '',
    takenMs: taken,
    offsetMinutes: integer(map['offset'], -maxOffsetMinutes, maxOffsetMinutes),
    width,
    height,
    durationMs: duration,
    thumbhash: plainBytes(thumbhash),
    place: parsePlace(map),
    camera: text(map['camera']),
    author,
    content,
    ...parseFiles(map),
  }
}

/** The content of a live photo's film, where that is a file of its own. */
export function filmContent({ film }: Pick<ItemCore, 'film'>): ContentHash | null {
  return film !== null && 'content' in film ? film.content : null
}

/** A film and the bytes that it is made of come together or not at all. */
function parseFiles(map: CborMap): Pick<ItemCore, 'film' | 'renditions'> {
  const original = parseRendition(map['original'])
  const motion = parseRendition(map['motion'])
  const said = parseFilm(map['film'])
  const isOwn = said !== null && 'content' in said
  const isThere = isOwn
    ? motion !== null
    : said !== null && said.size <= (original?.size ?? 0) - said.from
  return {
    film: isThere ? said : null,
    renditions: {
      thumbnail: parseRendition(map['thumbnail']),
      preview: parseRendition(map['preview']),
      original,
      motion: isOwn ? motion : null,
    },
  }
}

function encodeFilm(film: ItemFilm | null): CborMap | undefined {
  if (film === null) return undefined
  if ('content' in film) return { name: written(film.name), content: idToBytes(film.content) }
  return { from: film.from, size: film.size }
}

function parseFilm(value: CborValue | undefined): ItemFilm | null {
  const map = asMap(value)
  const bytes = map?.['content']
  const content = bytes instanceof Uint8Array ? idFromBytes('ContentHash', bytes) : null
  if (content !== null) return { name: text(map?.['name']) ?? '', content }
  const from = integer(map?.['from'], 1, Number.MAX_SAFE_INTEGER)
  const size = integer(map?.['size'], 1, Number.MAX_SAFE_INTEGER)
  return from === null || size === null ? null : { from, size }
}

function encodeRendition(facts: RenditionFacts | null): CborMap | undefined {
  if (facts === null) return undefined
  const { blob, key, size, mime } = facts
  return { blob: idToBytes(blob), key, size, mime: written(mime) }
}

function parseRendition(value: CborValue | undefined): RenditionFacts | null {
  const map = asMap(value)
  const blob = map?.['blob'] instanceof Uint8Array ? idFromBytes('BlobId', map['blob']) : null
  const key = map?.['key']
  const size = integer(map?.['size'], 0, maxBlobBytes)
  if (blob === null || !(key instanceof Uint8Array) || key.length !== 16 || size === null)
    return null
  return { blob, key: plainBytes(key), size, mime: text(map?.['mime']) ?? '' }
}

function parsePlace(map: CborMap): ItemCore['place'] {
  const latitudeE7 = integer(map['lat'], -maxPlace.latitudeE7, maxPlace.latitudeE7)
  const longitudeE7 = integer(map['lon'], -maxPlace.longitudeE7, maxPlace.longitudeE7)
  return latitudeE7 === null || longitudeE7 === null ? null : { latitudeE7, longitudeE7 }
}

function asMap(value: CborValue | undefined): CborMap | null {
  if (typeof value !== 'object' || value === null) return null
  return Array.isArray(value) || value instanceof Uint8Array ? null : (value as CborMap)
}

function integer(value: CborValue | undefined, least: number, most: number): number | null {
  return typeof value === 'number' && value >= least && value <= most ? value : null
}

/** The beginning of a text; where it is cut between the halves of a character, that one is lost. */
function written(text: string): string {
  return text.slice(0, maxWrittenChars).toWellFormed()
}

function text(value: CborValue | undefined): string | null {
  return typeof value === 'string' && value.length <= maxTextChars ? value : null
}
