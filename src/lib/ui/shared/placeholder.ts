/** The blurred picture that stands where a photo will be: drawn at once from its thumbhash. */
import type { Attachment } from 'svelte/attachments'
import { pictureOf } from './thumbhash-picture.ts'

/**
 * Draws the placeholder over what the canvas showed before, for tiles go from photo to photo; leaves it transparent
 * where the hash is missing or broken.
 */
export function drawPlaceholder(thumbhash: Uint8Array): Attachment<HTMLCanvasElement> {
  return (canvas) => {
    const picture = decode(thumbhash)
    // Its size set anew, a canvas is empty.
    canvas.width = picture?.width ?? 1
    canvas.height = picture?.height ?? 1
    if (picture !== null) canvas.getContext('2d')?.putImageData(picture, 0, 0)
  }
}

/** The shortest hash has a header of five bytes and some coefficients; other members wrote it. */
function decode(thumbhash: Uint8Array): ImageData | null {
  if (thumbhash.length < 6) return null
  const { width, height, rgba } = pictureOf(thumbhash)
  return rgba.length === 0 ? null : new ImageData(rgba, width, height)
}
