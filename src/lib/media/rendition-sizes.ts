/**
 * How large the pictures are that Mantel makes of an original. Nothing is ever enlarged.
 * What its decoder makes smaller (decode-smaller.ts) may give a preview that is up to a twentieth below its size.
 *
 * Units   pixels, orientation applied
 */
import type { Size } from './image-size.ts'

/** Long side of a preview: fills a laptop's screen, and a phone's twice over. */
const PREVIEW_LONG_SIDE = 2048
/** The half of 4000 or 4032 pixels, which most phones' cameras have, is as good as 2048. */
const ENOUGH_OF_PREVIEW = 0.95
/** Blocks of 8 × 8 give these at once; decoders have quick code for them. */
const JPEG_SHARES = [1 / 8, 1 / 4, 1 / 2]
/** A thumbnail's short side fills a square tile; a panorama's long side is bounded. */
const THUMBNAIL_SHORT_SIDE = 320
const THUMBNAIL_LONG_SIDE = 640
/** A thumbhash keeps seven waves a side; more pixels than that takes show nothing and cost time. */
const SAMPLE_LONG_SIDE = 32

/**
 * What is decoded at most: the largest canvas that common browsers draw on (16,384 × 16,384), a
 * gigabyte of pixels.
 */
const MAX_PIXELS = 2 ** 28

/** From here on a decoded picture takes a quarter of a gigabyte and more. */
const LARGE_PIXELS = 2 ** 26
/** As many as a phone's camera has, and as an iPhone's canvas takes. */
const CLOSER_PIXELS = 2 ** 24

/** Whether two pictures of that size at once would ask for too much memory. */
export function isLarge({ width, height }: Size): boolean {
  return width * height > LARGE_PIXELS
}

/** The part of its sides at which a large JPEG is looked at closely. */
export function closerShare({ width, height }: Size): number {
  const most = Math.sqrt(CLOSER_PIXELS / (width * height))
  return JPEG_SHARES.findLast((share) => share <= most) ?? 1 / 8
}

/** Whether decoding a picture of that size would ask for too much memory. */
export function isTooLarge({ width, height }: Size): boolean {
  return width * height > MAX_PIXELS
}

/** The preview's size for an original of that size. */
export function previewSize(original: Size): Size {
  return scaled(original, PREVIEW_LONG_SIDE / longSide(original))
}

/** The least part of its sides, of those that a JPEG can be decoded at without more ado, that is enough for a preview. */
export function sufficientShare(original: Size): number {
  const least = ENOUGH_OF_PREVIEW * (PREVIEW_LONG_SIDE / longSide(original))
  return JPEG_SHARES.find((share) => share >= least) ?? 1
}

/** The thumbnail's size for an original of that size. */
export function thumbnailSize(original: Size): Size {
  const byShort = THUMBNAIL_SHORT_SIDE / Math.min(original.width, original.height)
  return scaled(original, Math.min(byShort, THUMBNAIL_LONG_SIDE / longSide(original)))
}

/** The size of the sample that a thumbhash is made of. */
export function sampleSize(original: Size): Size {
  return scaled(original, SAMPLE_LONG_SIDE / longSide(original))
}

function longSide({ width, height }: Size): number {
  return Math.max(width, height)
}

function scaled({ width, height }: Size, scale: number): Size {
  if (scale >= 1) return { width, height }
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
}
