/**
 * Decodes a picture for its renditions, in the quickest way that this browser has for it.
 *
 * Units   pixels; `size` is the original's, upright where the browser turns pictures of that type
 * Errors  null where nothing here can decode the file
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { FileToRead } from '#lib/ports/photo-reader.ts'
import { blobOf } from './content-hash.ts'
import type { DecodeHeif } from './decode-heif.ts'
import { decodeSmaller } from './decode-smaller.ts'
import type { Size } from './image-size.ts'
import { displayedSize } from './orientation.ts'

/** Whoever has it closes `picture`, which holds a lot of memory. */
export interface DecodedPicture {
  readonly picture: ImageBitmap
  readonly size: Size
}

export interface PictureFile {
  readonly file: FileToRead
  readonly mime: string
  /** Its content, where it has been read. */
  readonly whole: Bytes | null
  /** The size that its header claims. */
  readonly claimed: Size | null
  readonly orientation: number
}

/** Decodes a picture; `heif` loads a decoder for what browsers may lack. */
export async function decodePicture(
  of: PictureFile,
  heif: () => Promise<DecodeHeif>,
): Promise<DecodedPicture | null> {
  const { file, mime, whole, claimed, orientation } = of
  if (mime === 'image/jpeg' && claimed !== null) {
    const picture = await decodeSmaller(whole ?? blobOf(file), { stored: claimed, orientation })
    if (picture !== null) return { picture, size: displayedSize(claimed, orientation) }
  }
  const picture =
    (await decodeWhole(blobOf(file))) ??
    (isHeif(mime) && whole !== null ? await decodeHeif(whole, heif) : null)
  return picture === null ? null : { picture, size: picture }
}

async function decodeWhole(file: Blob): Promise<ImageBitmap | null> {
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' })
  } catch {
    return null
  }
}

const isHeif = (mime: string): boolean => /^image\/hei[cf]/.test(mime)

/** Without its decoder, on a device that has never loaded it and is offline, a picture is kept as a file. */
async function decodeHeif(
  bytes: Bytes,
  heif: () => Promise<DecodeHeif>,
): Promise<ImageBitmap | null> {
  const decode = await heif().catch(() => null)
  return decode === null ? null : decode(bytes)
}
