/**
 * Pictures as a camera would store them, made from a seed: the same seed gives the same bytes.
 * Encoding is the slow part, so a few base pictures per size are kept; copies differ in their EXIF
 * and in a comment, hence in their content hash.
 */
import { deflateSync } from 'node:zlib'
import jpeg from 'jpeg-js'
import { concatBytes, utf8, type Bytes } from '#lib/base/bytes.ts'
import {
  bigEndian32,
  exifSegment,
  exifTiff,
  pngChunk,
  varyJpeg,
  withSegments,
  type CameraFacts,
} from './exif-segment.ts'

export interface PhotoPlan extends CameraFacts {
  readonly seed: number
  /** As displayed; an orientation above 4 is stored with its sides exchanged. */
  readonly width: number
  readonly height: number
}

const BASE_PICTURES = 2
const encodedBases = new Map<string, Uint8Array>()

/** A JPEG with EXIF; 4000 × 3000 gives about 4 MB. */
export function generatePhoto(plan: PhotoPlan): Bytes {
  const segment = exifSegment(exifTiff(plan))
  return withSegments(varyJpeg(basePicture(plan), plan.seed), segment)
}

/** A PNG, with an eXIf chunk unless `facts` are left out. */
export function generatePng(plan: PhotoPlan): Bytes {
  const orientation = plan.orientation ?? 1
  const picture = paint(plan, orientation)
  const stride = 1 + 4 * picture.width
  const lines = new Uint8Array(stride * picture.height)
  for (let y = 0; y < picture.height; y++) {
    const from = 4 * picture.width * y
    lines.set(picture.rgba.subarray(from, from + 4 * picture.width), stride * y + 1)
  }
  const header = concatBytes(
    bigEndian32(picture.width),
    bigEndian32(picture.height),
    Uint8Array.of(8, 6, 0, 0, 0),
  )
  return concatBytes(
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    pngChunk('IHDR', header),
    pngChunk('eXIf', exifTiff(plan)),
    pngChunk('tEXt', utf8(`Comment\0copy ${plan.seed}`)),
    pngChunk('IDAT', deflateSync(lines, { level: 1 })),
    pngChunk('IEND', new Uint8Array(0)),
  )
}

function basePicture(plan: PhotoPlan): Uint8Array {
  const orientation = plan.orientation ?? 1
  const variant = plan.seed % BASE_PICTURES
  const name = `${plan.width}×${plan.height} ${orientation} ${variant}`
  const known = encodedBases.get(name)
  if (known !== undefined) return known
  const picture = paint({ ...plan, seed: variant }, orientation)
  const encoded = jpeg.encode({ ...picture, data: picture.rgba }, 88).data
  encodedBases.set(name, encoded)
  return encoded
}

interface Painted {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
}

/**
 * A sky, a hill and a bright disc on the left, with grain; stored so that it displays upright
 * (Exif 2.32 §4.6.4, Orientation). Runs millions of times: nothing is allocated in the loop.
 */
function paint(plan: PhotoPlan, orientation: number): Painted {
  const turned = orientation > 4
  const mirrorsX = [2, 3, 7, 8].includes(orientation)
  const mirrorsY = [3, 4, 6, 7].includes(orientation)
  const width = turned ? plan.height : plan.width
  const height = turned ? plan.width : plan.height
  const rgba = new Uint8Array(4 * width * height)
  const discRadius = Math.min(plan.width, plan.height) / 8
  const discX = plan.width / 4 + discRadius * (plan.seed % BASE_PICTURES) * 0.5
  for (let y = 0; y < height; y++) {
    const fromTop = mirrorsY ? height - 1 - y : y
    for (let x = 0; x < width; x++) {
      const fromLeft = mirrorsX ? width - 1 - x : x
      const shownX = turned ? fromTop : fromLeft
      const shownY = turned ? fromLeft : fromTop
      const grain = (Math.imul((y * width + x) ^ plan.seed, 0x9e3779b1) >>> 28) - 8
      const light = (90 * shownY) / plan.height + grain
      const inDisc = (shownX - discX) ** 2 + (shownY - plan.height / 4) ** 2 < discRadius ** 2
      const onHill = shownY > plan.height * (0.75 - (0.25 * shownX) / plan.width)
      const at = 4 * (y * width + x)
      rgba[at] = inDisc ? 235 + grain : onHill ? 60 + grain : 100 + light
      rgba[at + 1] = inDisc ? 215 + grain : onHill ? 120 + grain : 140 + light
      rgba[at + 2] = inDisc ? 90 + grain : onHill ? 50 + grain : 225 + grain
      rgba[at + 3] = 255
    }
  }
  return { width, height, rgba }
}
