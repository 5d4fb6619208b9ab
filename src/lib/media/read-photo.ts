/**
 * Reads one chosen file: what it is, its facts, its pictures. Runs in a media worker.
 *
 * Shape   kind   by the media type, and `photo` only where there is a picture
 *         note   null for photos and videos; why there is no picture for files
 * Errors  rejects where the file itself cannot be read, or the browser runs out of memory; every
 *         content, hostile or damaged, gives an answer
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { Clock } from '#lib/base/time.ts'
import { sniffedBytes } from '#lib/base/sniff.ts'
import type { FileToRead, ReadPhoto } from '#lib/ports/photo-reader.ts'
import { isAnimated } from './animated.ts'
import type { BrowserAbilities } from './browser-abilities.ts'
import { blobOf, bytesOf, contentHashOf, maxWholeBytes } from './content-hash.ts'
import { readExifFacts } from './exif-facts.ts'
import { parseImageSize } from './image-size.ts'
import type { DecodeHeif } from './decode-heif.ts'
import { decodePicture } from './decode-picture.ts'
import { keptFile, mimeOf, noFacts, readOther } from './kept-file.ts'
import { decodeInTurn } from './large-picture.ts'
import { displayedSize } from './orientation.ts'
import { findFilmInside } from './motion-photo.ts'
import { isTooLarge } from './rendition-sizes.ts'
import { renditionsOf } from './renditions.ts'

/** Of a file too long to be read at once, this much is searched for facts. */
const HEAD_BYTES = 4 * 1024 * 1024
/** A picture that moves is its own preview up to here, so that it goes on moving in the viewer. */
const MAX_MOVING_BYTES = 8 * 1024 * 1024

export interface ReadingParts {
  readonly abilities: BrowserAbilities
  readonly clock: Clock
  /** The decoder for HEIC; loaded by the first call. */
  readonly heif: () => Promise<DecodeHeif>
}

/** Reads a file. */
export async function readPhoto(file: FileToRead, parts: ReadingParts): Promise<ReadPhoto> {
  const { abilities, clock, heif } = parts
  const { bytes, whole } = await openingOf(file)
  const mime = mimeOf(file, bytes)
  if (file.size === 0 || !mime.startsWith('image/')) {
    const other = await readOther(file, mime, whole)
    return other.kind === 'video' ? { ...other, ...(await videoFacts(blobOf(file), parts)) } : other
  }
  const { orientation, ...facts } = readExifFacts(bytes, clock())
  const claimed = parseImageSize(mime, bytes)
  if (claimed !== null && isTooLarge(claimed)) {
    const size = displayedSize(claimed, orientation)
    const contentHash = await contentHashOf(file, whole)
    return { ...keptFile({ ...facts, ...size }, 'too-large'), mime, contentHash }
  }
  const [contentHash, renditions] = await Promise.all([
    contentHashOf(file, whole),
    decodeInTurn(claimed, async () => {
      const decoded = await decodePicture({ file, mime, whole, claimed, orientation }, heif)
      return decoded && renditionsOf(decoded, { mime, orientation, abilities })
    }),
  ])
  if (renditions === null) {
    return { ...keptFile({ ...noFacts, ...facts }, 'cannot-decode'), mime, contentHash }
  }
  const moves = whole !== null && file.size <= MAX_MOVING_BYTES && isAnimated(mime, whole)
  const preview = moves ? { ...renditions.preview, bytes: whole, mime } : renditions.preview
  const pictures = { ...renditions, preview, ...filmIn(mime, whole) }
  return { kind: 'photo', note: null, durationMs: 0, ...facts, ...pictures, mime, contentHash }
}

/** All of a file that is not too long, else its beginning. */
async function openingOf(file: FileToRead): Promise<{ bytes: Bytes; whole: Bytes | null }> {
  if (!(file instanceof Blob)) return { bytes: file.bytes, whole: file.bytes }
  // A film is never read at once: its facts stand in its index, wherever that is.
  const isFilm = mimeOf(file, await bytesOf(file.slice(0, sniffedBytes))).startsWith('video/')
  const isWhole = file.size <= (isFilm ? HEAD_BYTES : maxWholeBytes)
  const bytes = await bytesOf(isWhole ? file : file.slice(0, HEAD_BYTES))
  return { bytes, whole: isWhole ? bytes : null }
}

function filmIn(mime: string, whole: Bytes | null): Pick<ReadPhoto, 'filmInside'> {
  const film = whole && findFilmInside(mime, whole)
  return film === null ? {} : { filmInside: film }
}

async function videoFacts(file: Blob, parts: ReadingParts): Promise<Partial<ReadPhoto>> {
  try {
    const { readVideo } = await import('./read-video.ts')
    return await readVideo(file, parts)
  } catch {
    return {}
  }
}
