/**
 * Pictures of hundreds of megapixels, written without ever being in memory as a whole: a JPEG of bands that were encoded
 * one by one, with a restart marker between them, and a PNG of a single colour.
 *
 * Source  ITU-T T.81 B.2.4.4 (restart interval), E.1.4 (each interval begins anew); PNG §11.2
 */
import { open } from 'node:fs/promises'
import { deflateSync } from 'node:zlib'
import jpeg from 'jpeg-js'
import { concatBytes, type Bytes } from '#lib/base/bytes.ts'
import { bigEndian32, jpegSegment, pngChunk } from './exif-segment.ts'

export interface HugePlan {
  /** Multiples of eight. */
  readonly width: number
  readonly height: number
}

export interface PanoramaPlan extends HugePlan {
  /** How much every pixel differs from its neighbours: more of it makes a longer file. */
  readonly grain: number
}

const blockSide = 8
/** As many different bands as are encoded. */
const bands = 50
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** Writes a panorama: a sky above land, brighter from left to right. */
export async function writePanorama(path: string, plan: PanoramaPlan): Promise<void> {
  const rows = plan.height / blockSide
  const encoded = Array.from({ length: bands }, (_, n) => encodedBand(plan, n))
  const [first] = encoded
  if (first === undefined) return
  const file = await open(path, 'w')
  await file.write(headOf(first.head, plan))
  for (let row = 0; row < rows; row++) {
    const band = encoded[Math.floor((row * bands) / rows)]
    if (band !== undefined) await file.write(band.data)
    await file.write(Uint8Array.of(0xff, row === rows - 1 ? 0xd9 : 0xd0 + (row % 8)))
  }
  await file.close()
}

/** A PNG with one bit a pixel, all of them white; it takes few bytes and says that it is as large as this. */
export function hugePng({ width, height }: HugePlan): Bytes {
  const header = concatBytes(bigEndian32(width), bigEndian32(height), Uint8Array.of(1, 0, 0, 0, 0))
  const lines = new Uint8Array((1 + width / 8) * height).fill(0xff)
  for (let y = 0; y < height; y++) lines[y * (1 + width / 8)] = 0
  return concatBytes(
    Uint8Array.from(signature),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(lines, { level: 1 })),
    pngChunk('IEND', new Uint8Array(0)),
  )
}

/** What stands before the pixels of a band, and its pixels. */
interface Band {
  readonly head: Uint8Array
  readonly data: Uint8Array
}

function encodedBand({ width, grain }: PanoramaPlan, n: number): Band {
  const data = new Uint8Array(4 * width * blockSide)
  for (let at = 0; at < width * blockSide; at++) {
    const x = at % width
    const noise = grain * ((Math.imul(at ^ (n << 20), 0x9e3779b1) >>> 28) / 8 - 1)
    const light = (60 * x) / width + noise
    const isLand = n > bands * (0.6 + 0.1 * Math.sin((12 * x) / width))
    data[4 * at] = (isLand ? 60 : 90 + n) + light
    data[4 * at + 1] = (isLand ? 110 : 130 + n) + light
    data[4 * at + 2] = (isLand ? 50 : 190) + light
    data[4 * at + 3] = 255
  }
  const bytes = jpeg.encode({ width, height: blockSide, data }, 88).data
  const scan = Buffer.from(bytes).lastIndexOf(Uint8Array.of(0xff, 0xda))
  const pixelsAt = scan + 2 + (((bytes[scan + 2] ?? 0) << 8) | (bytes[scan + 3] ?? 0))
  return { head: bytes.subarray(0, pixelsAt), data: bytes.subarray(pixelsAt, -2) }
}

/** The head of a band with the height of the whole, and a restart after every row of blocks. */
function headOf(head: Uint8Array, { width, height }: HugePlan): Uint8Array {
  const whole = Buffer.from(head)
  const frame = whole.indexOf(Uint8Array.of(0xff, 0xc0))
  whole.writeUInt16BE(height, frame + 5)
  const scan = whole.lastIndexOf(Uint8Array.of(0xff, 0xda))
  const blocks = width / blockSide
  const restarts = jpegSegment(0xdd, Uint8Array.of(blocks >> 8, blocks & 0xff))
  return concatBytes(whole.subarray(0, scan), restarts, whole.subarray(scan))
}
