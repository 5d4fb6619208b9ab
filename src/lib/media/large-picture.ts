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
import { isHeif } from './decode-picture.ts'
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

/**
 * A picture that every device can show: of a large JPEG in less detail than it has and more than its preview has, of HEIC
 * in all of it. `heif` loads a decoder for what browsers may lack.
 */
export async function closerPicture(
  file: Blob,
  heif: () => Promise<DecodeHeif>,
): Promise<Blob | null> {
  const picture = isHeif(file.type) ? await decodeHeif(file, heif) : await decodeLarge(file)
  if (picture === null) return null
  const canvas = new OffscreenCanvas(picture.width, picture.height)
  canvas.getContext('2d')?.drawImage(picture, 0, 0)
  picture.close()
  return canvas.convertToBlob({ type: 'image/jpeg', quality: closerQuality })
}

async function decodeLarge(file: Blob): Promise<ImageBitmap | null> {
  const head = await bytesOf(file.slice(0, headBytes))
  const stored = parseImageSize('image/jpeg', head)
  if (stored === null) return null
  const { orientation } = readExifFacts(head, 0)
  return decodeSmaller(file, { stored, orientation }, closerShare(stored))
}

async function decodeHeif(
  file: Blob,
  heif: () => Promise<DecodeHeif>,
): Promise<ImageBitmap | null> {
  const itself = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null)
  return itself ?? (await heif())(await bytesOf(file))
}
