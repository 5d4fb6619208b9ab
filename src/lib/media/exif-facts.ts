/**
 * The facts that EXIF holds about a picture, of any container that exifreader opens (JPEG, PNG, WebP,
 * HEIC, AVIF, TIFF). Only the needed fields are decoded; maker notes, thumbnails and XMP are not.
 *
 * Errors  total: bytes that exifreader throws on have no facts
 */
import { load } from 'exifreader'
import type { Bytes } from '#lib/base/bytes.ts'
import { cameraName } from './camera-name.ts'
import { pickTaken, type DateTexts, type Taken } from './exif-date.ts'
import { parsePlace, type Place } from './exif-place.ts'

export interface ExifFacts {
  readonly taken: Taken | null
  readonly place: Place | null
  readonly camera: string | null
  /** 1 to 8, as in Exif 2.32 §4.6.4; 1 where nothing is said. */
  readonly orientation: number
}

const noExifFacts: ExifFacts = { taken: null, place: null, camera: null, orientation: 1 }

/** The most trusted date first; the last one is of the latest change to the file. */
const DATES = [
  ['DateTimeOriginal', 'OffsetTimeOriginal'],
  ['DateTimeDigitized', 'OffsetTimeDigitized'],
  ['DateTime', 'OffsetTime'],
] as const

const PLACE = ['GPSLatitude', 'GPSLatitudeRef', 'GPSLongitude', 'GPSLongitudeRef']
const NEEDED = { exif: [...DATES.flat(), 'Orientation', 'Make', 'Model', ...PLACE] }

const MAX_TEXT = 256

type Tags = ReadonlyMap<string, unknown>

/** What the bytes of a file, or the first of them, tell. */
export function readExifFacts(bytes: Bytes, nowMs: number): ExifFacts {
  const tags = readTags(bytes)
  if (tags === null) return noExifFacts
  const dates = DATES.map(([local, offset]): DateTexts => {
    return { local: textOf(tags, local), offset: textOf(tags, offset) }
  })
  return {
    taken: pickTaken(dates, nowMs),
    place: parsePlace({
      latitude: tags.get('GPSLatitude'),
      latitudeRef: tags.get('GPSLatitudeRef'),
      longitude: tags.get('GPSLongitude'),
      longitudeRef: tags.get('GPSLongitudeRef'),
    }),
    camera: cameraName(textOf(tags, 'Make'), textOf(tags, 'Model')),
    orientation: orientationOf(tags),
  }
}

/** exifreader throws where it finds no picture, and on some damaged ones. */
function readTags(bytes: Bytes): Tags | null {
  try {
    const { exif } = load(wholeBuffer(bytes), { expanded: true, includeTags: NEEDED })
    if (exif === undefined) return null
    return new Map(Object.entries(exif).map(([name, tag]) => [name, valueOf(tag)]))
  } catch {
    return null
  }
}

function wholeBuffer(bytes: Bytes): ArrayBuffer {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer
}

function valueOf(tag: unknown): unknown {
  return typeof tag === 'object' && tag !== null && 'value' in tag ? tag.value : undefined
}

function textOf(tags: Tags, name: string): string | null {
  const value = tags.get(name)
  const text: unknown = Array.isArray(value) ? value[0] : value
  return typeof text === 'string' ? text.slice(0, MAX_TEXT) : null
}

function orientationOf(tags: Tags): number {
  const value = tags.get('Orientation')
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 8
    ? value
    : 1
}
