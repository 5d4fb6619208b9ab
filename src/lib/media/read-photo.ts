/**
 * Reads one chosen file: what it is, its facts, its pictures. Runs in a media worker.
 *
 * Shape   kind   by the media type, and `photo` only where there is a picture
 *         note   null for photos and videos; why there is no picture for files
 * Errors  rejects where the file itself cannot be read, or the browser runs out of memory; every
 *         content, hostile or damaged, gives an answer
 */
import type { Clock } from '#lib/base/time.ts'
import type { ReadPhoto } from '#lib/ports/photo-reader.ts'
import type { BrowserAbilities } from './browser-abilities.ts'
import { bytesOf, contentHashOf, maxWholeBytes } from './content-hash.ts'
import { readExifFacts } from './exif-facts.ts'
import { parseImageSize } from './image-size.ts'
import { keptFile, mimeOf, noFacts, readOther } from './kept-file.ts'
import { displayedSize } from './orientation.ts'
import { isTooLarge } from './rendition-sizes.ts'
import { makeRenditions } from './renditions.ts'

/** Of a file too long to be read at once, this much is searched for facts. */
const HEAD_BYTES = 4 * 1024 * 1024

/** Reads a file. */
export async function readPhoto(
  file: Blob,
  { abilities, clock }: { abilities: BrowserAbilities; clock: Clock },
): Promise<ReadPhoto> {
  const isWhole = file.size <= maxWholeBytes
  const bytes = await bytesOf(isWhole ? file : file.slice(0, HEAD_BYTES))
  const whole = isWhole ? bytes : null
  const mime = mimeOf(file, bytes)
  if (file.size === 0 || !mime.startsWith('image/')) return readOther(file, mime, whole)
  const { orientation, ...facts } = readExifFacts(bytes, clock())
  const claimed = parseImageSize(mime, bytes)
  if (claimed !== null && isTooLarge(claimed)) {
    const size = displayedSize(claimed, orientation)
    const contentHash = await contentHashOf(file, whole)
    return { ...keptFile({ ...facts, ...size }, 'too-large'), mime, contentHash }
  }
  const [contentHash, renditions] = await Promise.all([
    contentHashOf(file, whole),
    makeRenditions(file, { mime, orientation, abilities }),
  ])
  if (renditions === null) {
    return { ...keptFile({ ...noFacts, ...facts }, 'cannot-decode'), mime, contentHash }
  }
  return { kind: 'photo', note: null, ...facts, ...renditions, mime, contentHash }
}
