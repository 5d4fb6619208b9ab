/**
 * The picture that a thumbhash stands for, as `thumbHashToRGBA` of `thumbhash` 0.1.1 draws it, to within a step of a
 * colour. That computes every cosine anew for every pixel; here each is computed once for a size of picture, and the
 * rows of a channel are summed up before its columns: a screen of blurs is drawn in the frame that shows it.
 *
 * Source  the format as Evan Wallace's `thumbhash` has it: header of 5 bytes, one more with alpha, then a nibble per
 *         coefficient of the channels L, P, Q and A
 * Errors  total: coefficients that are missing count as their least value
 */

export interface ThumbhashPicture {
  /** Pixels, 0 to 32. */
  readonly width: number
  readonly height: number
  /** Four bytes a pixel, rows from the top. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>
}

/** A sum of cosines over the picture: `across` and `down` bound their frequencies. */
interface Channel {
  readonly mean: number
  readonly scale: number
  readonly across: number
  readonly down: number
}

const mostPixels = 32
const leastFrequencies = 3

export function pictureOf(thumbhash: Uint8Array): ThumbhashPicture {
  const byte = (place: number) => thumbhash[place] ?? 0
  const colours = byte(0) | (byte(1) << 8) | (byte(2) << 16)
  const shape = byte(3) | (byte(4) << 8)
  const hasAlpha = colours >> 23 === 1
  const [short, long] = [shape & 7, hasAlpha ? 5 : 7]
  const [across, down] = shape >> 15 === 1 ? [long, short] : [short, long]
  const ratio = across / down
  const width = Math.round(ratio > 1 ? mostPixels : mostPixels * ratio)
  const height = Math.round(ratio > 1 ? mostPixels / ratio : mostPixels)
  let nibble = hasAlpha ? 12 : 10
  const next = () => ((byte(nibble >> 1) >> ((nibble++ & 1) << 2)) & 15) / 7.5 - 1
  const draw = (channel: Channel) => planeOf(channel, next, width, height)
  const light = draw({
    mean: (colours & 63) / 63,
    scale: ((colours >> 18) & 31) / 31,
    across: Math.max(leastFrequencies, across),
    down: Math.max(leastFrequencies, down),
  })
  const hue = (mean: number, scale: number) =>
    draw({ mean: mean / 31.5 - 1, scale: (scale / 63) * 1.25, across: 3, down: 3 })
  const p = hue((colours >> 6) & 63, (shape >> 3) & 63)
  const q = hue((colours >> 12) & 63, (shape >> 9) & 63)
  const alpha = hasAlpha
    ? draw({ mean: (byte(5) & 15) / 15, scale: (byte(5) >> 4) / 15, across: 5, down: 5 })
    : null
  return { width, height, rgba: coloursOf(light, p, q, alpha) }
}

function planeOf(
  { mean, scale, across, down }: Channel,
  next: () => number,
  width: number,
  height: number,
): Float32Array {
  const plane = new Float32Array(width * height).fill(mean)
  const [alongRow, alongColumn] = [cosinesOf(width), cosinesOf(height)]
  for (let cy = 0; cy < down; cy++) {
    const row = new Float32Array(width)
    for (let cx = cy === 0 ? 1 : 0; cx * down < across * (down - cy); cx++) {
      const weight = next() * scale
      for (let x = 0; x < width; x++)
        row[x] = (row[x] ?? 0) + weight * (alongRow[cx * width + x] ?? 0)
    }
    for (let y = 0; y < height; y++) {
      const weight = 2 * (alongColumn[cy * height + y] ?? 0)
      for (let x = 0; x < width; x++) {
        const place = y * width + x
        plane[place] = (plane[place] ?? 0) + weight * (row[x] ?? 0)
      }
    }
  }
  return plane
}

const tables = new Map<number, Float32Array>()

/** Of the frequencies 0 to 6 at the middle of each of so many pixels. */
function cosinesOf(pixels: number): Float32Array {
  const known = tables.get(pixels)
  if (known !== undefined) return known
  const table = Float32Array.from({ length: 7 * pixels }, (_, place) =>
    Math.cos((Math.PI / pixels) * ((place % pixels) + 0.5) * Math.floor(place / pixels)),
  )
  tables.set(pixels, table)
  return table
}

function coloursOf(
  light: Float32Array,
  p: Float32Array,
  q: Float32Array,
  alpha: Float32Array | null,
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(light.length * 4)
  for (let place = 0; place < light.length; place++) {
    const [l, more] = [light[place] ?? 0, q[place] ?? 0]
    const blue = l - (2 / 3) * (p[place] ?? 0)
    const red = (3 * l - blue + more) / 2
    rgba[4 * place] = 255 * red
    rgba[4 * place + 1] = 255 * (red - more)
    rgba[4 * place + 2] = 255 * blue
    rgba[4 * place + 3] = 255 * (alpha?.[place] ?? 1)
  }
  return rgba
}
