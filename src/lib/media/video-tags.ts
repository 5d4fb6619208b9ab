/**
 * What a phone writes into a film about when, where and with what it was made.
 *
 * Shape   QuickTime keys `com.apple.quicktime.creationdate`, `….location.ISO6709`, `….make`, `….model`; `©xyz`,
 *         `©mak`, `©mod` of user data. A place is ±DD.D…±DDD.D… (ISO 6709 Annex H)
 * Units   degrees × 10⁷; wall time in milliseconds as if it were UTC
 * Errors  total: null for what is missing or not of that shape
 */
import { cameraName } from './camera-name.ts'
import { pickTaken, type Taken } from './exif-date.ts'
import type { Place } from './exif-place.ts'

/** Raw tags by name, not trusted to have any type. */
export type RawTags = Readonly<Record<string, unknown>>

export interface VideoTags {
  readonly taken: Taken | null
  readonly place: Place | null
  readonly camera: string | null
}

const apple = 'com.apple.quicktime.'
const maxChars = 256
const coordinates = /^([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)(?:[+-/]|$)/

/** Facts out of the tags of a film. */
export function parseVideoTags(raw: RawTags, nowMs: number): VideoTags {
  return {
    taken: pickTaken([{ local: textOf(raw, `${apple}creationdate`), offset: null }], nowMs),
    place: parseCoordinates(textOf(raw, `${apple}location.ISO6709`, '©xyz')),
    camera: cameraName(textOf(raw, `${apple}make`, '©mak'), textOf(raw, `${apple}model`, '©mod')),
  }
}

/** Where a film says only the instant: the wall time of whoever adds it, which is nearly always where it was made. */
export function takenAt(instantMs: number, nowMs: number): Taken | null {
  if (instantMs <= 0 || instantMs > nowMs + 86_400_000) return null
  const offsetMinutes = -new Date(instantMs).getTimezoneOffset()
  return { wallMs: instantMs + offsetMinutes * 60_000, offsetMinutes }
}

function parseCoordinates(text: string | null): Place | null {
  const match = coordinates.exec(text?.trim() ?? '')
  if (match === null) return null
  const [latitude, longitude] = [Number(match[1]), Number(match[2])]
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null
  if (latitude === 0 && longitude === 0) return null
  return {
    latitudeE7: Math.round(latitude * 1e7) + 0,
    longitudeE7: Math.round(longitude * 1e7) + 0,
  }
}

function textOf(raw: RawTags, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = raw[name]
    if (typeof value === 'string') return value.slice(0, maxChars)
  }
  return null
}
