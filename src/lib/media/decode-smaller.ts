/**
 * Decodes a JPEG at a half, a quarter or an eighth of its sides, where that is enough for its preview: half the time
 * and a quarter of the memory of decoding all of it, and nothing is left to be made smaller. A long file is read as it
 * is decoded.
 *
 * Errors  null where the browser cannot, where it does not say how it turns the picture, and for what it does not
 *         decode without complaint: the usual way is open then
 * Source  ITU-T T.81 A.3.3 (a block of 8 × 8 frequencies, cut down, is a smaller picture); WebCodecs, ImageDecoder
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { Size } from './image-size.ts'
import { displayedSize } from './orientation.ts'
import { sufficientShare } from './rendition-sizes.ts'

/** As its header says; EXIF orientation. */
export interface StoredPicture {
  readonly stored: Size
  readonly orientation: number
}

/** What newer browsers tell of a frame; not among TypeScript's types. */
interface TurnedFrame {
  readonly rotation?: number
  readonly flip?: boolean
}

/** How a frame says that it is turned, by EXIF orientation. */
const TURNS: readonly Required<TurnedFrame>[] = [
  { rotation: 0, flip: false },
  { rotation: 0, flip: true },
  { rotation: 180, flip: false },
  { rotation: 180, flip: true },
  { rotation: 90, flip: true },
  { rotation: 90, flip: false },
  { rotation: 270, flip: true },
  { rotation: 270, flip: false },
]

/** The picture, upright; null where it is to be decoded as a whole. */
export async function decodeSmaller(
  contents: Bytes | Blob,
  { stored, orientation }: StoredPicture,
  share = sufficientShare(stored),
): Promise<ImageBitmap | null> {
  if (share === 1 || !('ImageDecoder' in globalThis)) return null
  const smaller = {
    width: Math.ceil(stored.width * share),
    height: Math.ceil(stored.height * share),
  }
  const frame = await decodeAt(contents, smaller).catch(() => null)
  if (frame === null) return null
  try {
    const isWanted = isAsWanted(frame, displayedSize(smaller, orientation), orientation)
    // Chromium draws a bitmap in half the time that it takes for a frame.
    return isWanted ? await createImageBitmap(frame) : null
  } finally {
    frame.close()
  }
}

async function decodeAt(contents: Bytes | Blob, { width, height }: Size): Promise<VideoFrame> {
  const data = contents instanceof Blob ? contents.stream() : contents
  const decoder = new ImageDecoder({
    ...{ type: 'image/jpeg', data },
    ...{ desiredWidth: width, desiredHeight: height },
  })
  try {
    return (await decoder.decode()).image
  } finally {
    decoder.close()
  }
}

function isAsWanted(frame: VideoFrame & TurnedFrame, shown: Size, orientation: number): boolean {
  const { rotation = 0, flip = false } = frame
  const turn = TURNS[orientation - 1]
  return (
    frame.displayWidth === shown.width &&
    frame.displayHeight === shown.height &&
    rotation === turn?.rotation &&
    flip === turn.flip
  )
}
