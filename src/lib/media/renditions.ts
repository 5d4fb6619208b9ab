/**
 * The pictures that Mantel makes of an original: decoded once, everything else from the preview.
 *
 * Shape   thumbnail in WebP (JPEG where the browser cannot encode WebP). Preview in JPEG, or like the
 *         thumbnail where the original may be transparent: encoding 2048 × 1536 takes 40 ms in JPEG and
 *         400 ms in WebP, twice as long as decoding 12 megapixels.
 * Units   pixels, orientation applied
 * Errors  throws where the browser has no memory for a canvas
 */
import { plainBytes, type Bytes } from '#lib/base/bytes.ts'
import type { Picture } from '#lib/ports/photo-reader.ts'
import { rgbaToThumbHash } from 'thumbhash'
import type { BrowserAbilities } from './browser-abilities.ts'
import type { DecodedPicture } from './decode-picture.ts'
import type { Size } from './image-size.ts'
import { displayedSize, uprightMatrix } from './orientation.ts'
import { previewSize, sampleSize, thumbnailSize } from './rendition-sizes.ts'

export interface Renditions extends Size {
  readonly thumbhash: Bytes
  readonly thumbnail: Picture
  readonly preview: Picture
}

export interface RenditionPlan {
  readonly mime: string
  readonly orientation: number
  readonly abilities: BrowserAbilities
}

const THUMBNAIL_QUALITY = 0.75
const PREVIEW_QUALITY = 0.82
const MAYBE_TRANSPARENT = ['image/png', 'image/webp', 'image/gif', 'image/avif']

/** What is shown of a decoded picture, whose memory is given back. */
export async function renditionsOf(
  decoded: DecodedPicture,
  plan: RenditionPlan,
): Promise<Renditions> {
  const mayBeClear = MAYBE_TRANSPARENT.includes(plan.mime)
  const smallMime = plan.abilities.encodesWebp ? 'image/webp' : 'image/jpeg'
  const previewMime = mayBeClear ? smallMime : 'image/jpeg'
  const orientation = plan.abilities.turnedByHand.has(plan.mime) ? plan.orientation : 1
  const size = displayedSize(decoded.size, orientation)
  const onWhite = mayBeClear && previewMime === 'image/jpeg'
  const { preview, thumbnail } = isPreview(decoded.picture, plan)
    ? takeOver(decoded.picture, thumbnailSize(size))
    : drawAndClose(decoded.picture, { orientation, onWhite }, thumbnailSize(size))
  const thumbhash = thumbhashOf(thumbnail)
  // Browsers encode off this thread: both at once.
  const [smaller, larger] = await Promise.all([
    encode(thumbnail, smallMime, THUMBNAIL_QUALITY),
    encode(preview, previewMime, PREVIEW_QUALITY),
  ])
  return { ...size, thumbhash, thumbnail: smaller, preview: larger }
}

interface Drawn {
  readonly preview: OffscreenCanvas
  readonly thumbnail: OffscreenCanvas
}

/**
 * Whether a picture is its preview already, as it was decoded. One that the browser has turned is not: Chromium turns a
 * bitmap when it is drawn, and forgets to where it is not.
 */
function isPreview(picture: ImageBitmap, { mime, orientation }: RenditionPlan): boolean {
  const isLarger = previewSize(picture).width !== picture.width
  return orientation === 1 && !isLarger && !MAYBE_TRANSPARENT.includes(mime)
}

/** Encodes the picture itself: it is drawn nowhere, and its memory is given back with the canvas. */
function takeOver(picture: ImageBitmap, small: Size): Drawn {
  const thumbnail = shrink(picture, small)
  const preview = new OffscreenCanvas(picture.width, picture.height)
  const context = preview.getContext('bitmaprenderer')
  if (context === null) throw new Error('the browser gives no canvas to draw on')
  context.transferFromImageBitmap(picture)
  return { preview, thumbnail }
}

/** Draws the original upright at the preview's size, and gives its memory back. */
function drawAndClose(
  picture: ImageBitmap,
  { orientation, onWhite }: { readonly orientation: number; readonly onWhite: boolean },
  small: Size,
): Drawn {
  try {
    const size = previewSize(displayedSize(picture, orientation))
    const canvas = new OffscreenCanvas(size.width, size.height)
    const context = contextOf(canvas)
    if (onWhite) {
      context.fillStyle = 'white'
      context.fillRect(0, 0, size.width, size.height)
    }
    const stored = displayedSize(size, orientation)
    // Up to a halving, the quickest sampling still reads every pixel: 12 ms instead of 65.
    context.imageSmoothingQuality = picture.width <= 2 * stored.width ? 'low' : 'high'
    context.setTransform(...uprightMatrix(stored, orientation))
    context.drawImage(picture, 0, 0, stored.width, stored.height)
    return { preview: canvas, thumbnail: shrink(canvas, small) }
  } finally {
    picture.close()
  }
}

function shrink(from: OffscreenCanvas | ImageBitmap, size: Size): OffscreenCanvas {
  const canvas = new OffscreenCanvas(size.width, size.height)
  const context = contextOf(canvas)
  context.imageSmoothingQuality = 'high'
  context.drawImage(from, 0, 0, size.width, size.height)
  return canvas
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('the browser gives no canvas to draw on')
  return context
}

function thumbhashOf(thumbnail: OffscreenCanvas): Bytes {
  const { width, height } = sampleSize(thumbnail)
  const sample = shrink(thumbnail, { width, height })
  const { data } = contextOf(sample).getImageData(0, 0, width, height)
  return plainBytes(rgbaToThumbHash(width, height, data))
}

async function encode(canvas: OffscreenCanvas, type: string, quality: number): Promise<Picture> {
  const blob = await canvas.convertToBlob({ type, quality })
  const { width, height } = canvas
  // Its pixels go now, not when somebody collects garbage.
  canvas.width = canvas.height = 0
  return { bytes: new Uint8Array(await blob.arrayBuffer()), mime: blob.type, width, height }
}
