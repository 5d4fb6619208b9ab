/**
 * Which of the files that somebody chose are the two halves of a live photo: a still and a short film.
 *
 * They are one where both carry the same identifier, whatever they are called. Where one of them has lost its own
 * (whoever converted it left it out) they are one if they have the same name and the film is as short as such films are.
 * Loaded when a choice holds both a picture and a film; reads the beginnings of stills and the headers of films.
 *
 * Units   durations in milliseconds
 * Errors  total: a file that cannot be read, or says nothing, is by itself
 */
import { load } from 'exifreader'
import type { Bytes } from '#lib/base/bytes.ts'
import { parseContentIdentifier } from './apple-maker-note.ts'
import { bytesOf } from './content-hash.ts'
import { findMovieBox, readMovieHeader } from './movie-header.ts'
import { parseMovieIdentifier } from './movie-keys.ts'

/** Apple's take three seconds, others a little more. */
const longestMs = 10_000
const stillHeadBytes = 256 * 1024
/** A picture whose facts stand at its end. */
const maxStillBytes = 32 * 1024 * 1024
const maxMetaBytes = 64 * 1024
const stillName = /\.(?:heic|heif|hif|jpe?g|png|webp|avif|dng)$/i
const filmName = /\.(?:mov|mp4|m4v|mp)$/i

type Named = Pick<File, 'name'>

interface FilmFacts {
  readonly identifier: string | null
  readonly durationMs: number | null
}

/** The film of each still that has one, by their places among the files. */
export async function pairLivePhotos(files: readonly File[]): Promise<ReadonlyMap<number, number>> {
  const pairs = new Map<number, number>()
  const places = files.map((file, place) => ({ file, place }))
  const stills = places.filter(({ file }) => stillName.test(file.name))
  const identifiers = createIdentifiers()
  for (const { file: film, place } of places) {
    if (stills.length === 0 || !mayBeFilmOfStill(film)) continue
    const free = stills.filter((still) => !pairs.has(still.place))
    const still = await stillOf(film, free, identifiers)
    if (still !== null) pairs.set(still.place, place)
  }
  return pairs
}

type Still = { readonly file: File; readonly place: number }

/** The one with the same identifier, first among those of the same name; else one of that name without any. */
async function stillOf(
  film: File,
  stills: readonly Still[],
  identifierOf: (still: File) => Promise<string | null>,
): Promise<Still | null> {
  const { identifier, durationMs } = await factsOfFilm(film)
  const alike = stills.filter(({ file }) => areCalledAlike(file, film))
  if (identifier !== null) {
    const others = stills.filter((still) => !alike.includes(still))
    for (const still of [...alike, ...others])
      if ((await identifierOf(still.file)) === identifier) return still
  }
  if (durationMs === null || durationMs > longestMs) return null
  for (const still of alike)
    if (identifier === null || (await identifierOf(still.file)) === null) return still
  return null
}

/** Each still is read once. */
function createIdentifiers(): (still: File) => Promise<string | null> {
  const known = new Map<File, Promise<string | null>>()
  return (still) => {
    const identifier = known.get(still) ?? identifierOfStill(still)
    known.set(still, identifier)
    return identifier
  }
}

/** Whether two files of one name are a still and its film. */
export async function areLivePhoto(still: File, film: File): Promise<boolean> {
  return (await pairLivePhotos([still, film])).has(0)
}

/** Whether both carry the same identifier, whatever they are called. */
export async function haveOneIdentifier(still: File, film: File): Promise<boolean> {
  const { identifier } = await factsOfFilm(film)
  return identifier !== null && (await identifierOfStill(still)) === identifier
}

/** `IMG_1.HEIC` and `IMG_1.MOV`; `PXL_1.MP.jpg` and `PXL_1.MP`. */
export function areCalledAlike(still: Named, film: Named): boolean {
  const stem = stemOf(still.name)
  return stillName.test(still.name) && (stem === stemOf(film.name) || stem === folded(film.name))
}

/** Whether a name is that of a film that may be half of a live photo. */
export function mayBeFilmOfStill({ name }: Named): boolean {
  return filmName.test(name)
}

function stemOf(name: string): string {
  return folded(name.replace(/\.[^.]*$/, ''))
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

async function identifierOfStill(still: File): Promise<string | null> {
  try {
    const head = identifierInPicture(await bytesOf(still.slice(0, stillHeadBytes)))
    const isAll = still.size <= stillHeadBytes || still.size > maxStillBytes
    const isElsewhere = head === undefined && !isAll && !/\.jpe?g$/i.test(still.name)
    return (isElsewhere ? identifierInPicture(await bytesOf(still)) : head) ?? null
  } catch {
    return null
  }
}

/** Undefined where these bytes hold no maker's note. */
function identifierInPicture(bytes: Bytes): string | null | undefined {
  try {
    const { exif } = load(bytes.buffer, {
      expanded: true,
      includeTags: { exif: ['MakerNote'] },
    })
    const tag: unknown = exif?.['MakerNote']
    const note = typeof tag === 'object' && tag !== null && 'value' in tag ? tag.value : null
    return Array.isArray(note) ? parseContentIdentifier(Uint8Array.from(note)) : undefined
  } catch {
    return undefined
  }
}

async function factsOfFilm(film: File): Promise<FilmFacts> {
  try {
    const { durationMs } = await readMovieHeader(film)
    const meta = await findMovieBox(film, 'meta')
    const isSmall = meta !== null && meta.end - meta.contentAt <= maxMetaBytes
    const bytes = isSmall ? await bytesOf(film.slice(meta.contentAt, meta.end)) : null
    return { identifier: bytes && parseMovieIdentifier(bytes), durationMs }
  } catch {
    return { identifier: null, durationMs: null }
  }
}
