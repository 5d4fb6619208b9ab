/**
 * Pictures so large that decoding one takes a good part of a phone's memory: one at a time is decoded whole, and whoever
 * looks at one closely gets less than all of it.
 *
 * Units   pixels
 * Errors  null where the browser cannot decode it smaller: what is shown of it then is its preview
 * Source  Web Locks
 */
import { bytesOf } from './content-hash.ts'
import type { DecodeHeif } from './decode-heif.ts'
import { decodeSmaller } from './decode-smaller.ts'
import { readExifFacts } from './exif-facts.ts'
import { parseImageSize, type Size } from './image-size.ts'
import { closerShare, isLarge } from './rendition-sizes.ts'

const lockName = 'mantel-large-picture'
const headBytes = 1024 * 1024
const closerQuality = 0.88

/** Does what decodes a picture of that size: of large ones one after another, whichever worker or tab they are in. */
export function decodeInTurn<T>(claimed: Size | null, decode: () => Promise<T>): Promise<T> {
  if (claimed === null || !isLarge(claimed)) return decode()
  return navigator.locks.request(lockName, decode)
}

/** A JPEG, in less detail than it has and more than its preview has, as a picture that every device can show. */
export async function closerJpeg(file: Blob): Promise<Blob | null> {
  const head = await bytesOf(file.slice(0, headBytes))
  const stored = parseImageSize('image/jpeg', head)
  if (stored === null) return null
  const { orientation } = readExifFacts(head, 0)
  return encoded(await decodeSmaller(file, { stored, orientation }, closerShare(stored)))
}

/** A HEIC in all its detail. `heif` loads a decoder for browsers that have none. */
export async function closerHeif(
  file: Blob,
  heif: () => Promise<DecodeHeif>,
): Promise<Blob | null> {
  const itself = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null)
  return encoded(itself ?? (await (await heif())(await bytesOf(file))))
}

async function encoded(picture: ImageBitmap | null): Promise<Blob | null> {
  if (picture === null) return null
  const canvas = new OffscreenCanvas(picture.width, picture.height)
  canvas.getContext('2d')?.drawImage(picture, 0, 0)
  picture.close()
  return canvas.convertToBlob({ type: 'image/jpeg', quality: closerQuality })
}
