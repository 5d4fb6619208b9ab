/**
 * The eight ways in which a camera may have stored a picture.
 *
 * Source  Exif 2.32 §4.6.4; the matrices are those of `CanvasTransform.setTransform`
 */
import type { Size } from './image-size.ts'

/** The size as displayed of a picture stored with that size and orientation. */
export function displayedSize({ width, height }: Size, orientation: number): Size {
  return orientation > 4 ? { width: height, height: width } : { width, height }
}

/** `a b c d e f` of the transform that draws a stored picture of that size upright. */
export function uprightMatrix(
  { width, height }: Size,
  orientation: number,
): readonly [number, number, number, number, number, number] {
  switch (orientation) {
    case 2:
      return [-1, 0, 0, 1, width, 0]
    case 3:
      return [-1, 0, 0, -1, width, height]
    case 4:
      return [1, 0, 0, -1, 0, height]
    case 5:
      return [0, 1, 1, 0, 0, 0]
    case 6:
      return [0, 1, -1, 0, height, 0]
    case 7:
      return [0, -1, -1, 0, height, width]
    case 8:
      return [0, -1, 1, 0, 0, width]
    default:
      return [1, 0, 0, 1, 0, 0]
  }
}
