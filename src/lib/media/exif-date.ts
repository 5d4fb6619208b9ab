/**
 * When a picture was taken, in the camera's own words. A wrong date is worse than none: a photo with
 * none is filed by the day it was added.
 *
 * Units   local wall time in milliseconds as if it were UTC; offsets in minutes east of UTC
 * Errors  total: null for what is no date, or cannot be true
 * Source  Exif 2.32 §4.6.5 (DateTime…, OffsetTime…)
 */
import { dayMs } from '#lib/base/time.ts'

export interface Taken {
  readonly wallMs: number
  readonly offsetMinutes: number | null
}

/** One date of a file with its offset, as texts; the most trusted one comes first in a list. */
export interface DateTexts {
  readonly local: string | null
  readonly offset: string | null
}

/** Niépce's view from the window is of 1826 or 1827. */
const FIRST_PHOTO_YEAR = 1826
/** A camera's clock may be set to a time zone ahead, or be a little fast. */
const AHEAD_MS = 2 * dayMs
/** What cameras write that do not know the time. */
const FILLERS = [
  Date.UTC(1904, 0, 1),
  Date.UTC(1970, 0, 1),
  Date.UTC(1980, 0, 1),
  // Android's for CreateDate, in many files of 2012 to 2018.
  Date.UTC(2002, 11, 8, 12),
]

const LOCAL =
  /^\s*(\d{4})[:\-/.](\d{1,2})[:\-/.](\d{1,2})[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d*)?)?\s*(Z|[+-]\d{2}:?\d{2})?[\s\0]*$/

/** The first date that can be true. */
export function pickTaken(dates: readonly DateTexts[], nowMs: number): Taken | null {
  for (const { local, offset } of dates) {
    const taken = local === null ? null : parseTaken(local, nowMs)
    if (taken === null) continue
    const known = taken.offsetMinutes ?? (offset === null ? null : parseOffsetMinutes(offset))
    return { wallMs: taken.wallMs, offsetMinutes: known }
  }
  return null
}

/** `2021:06:01 12:00:00`, in the spellings that cameras use, with an offset where one is appended. */
function parseTaken(text: string, nowMs: number): Taken | null {
  const match = LOCAL.exec(text)
  if (match === null) return null
  const [, year, month, day, hour, minute, second, offset] = match
  const parts = [year, month, day, hour, minute, second ?? '0'].map(Number)
  const wallMs = wallTime(parts)
  if (wallMs === null || FILLERS.includes(wallMs) || wallMs > nowMs + AHEAD_MS) return null
  return { wallMs, offsetMinutes: offset === undefined ? null : parseOffsetMinutes(offset) }
}

/** Null for what no calendar or clock shows, such as a 31st of June. */
function wallTime(parts: readonly number[]): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
  if (year < FIRST_PHOTO_YEAR) return null
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second)
  const shown = new Date(wallMs)
  const isReal =
    shown.getUTCMonth() === month - 1 &&
    shown.getUTCDate() === day &&
    shown.getUTCHours() === hour &&
    shown.getUTCMinutes() === minute &&
    shown.getUTCSeconds() === second
  return isReal ? wallMs : null
}

/** `+02:00`, `-0430` or `Z`; null outside −12:00 … +14:00. */
export function parseOffsetMinutes(text: string): number | null {
  const trimmed = text.replace(/[\s\0]+$/, '').trim()
  if (trimmed === 'Z') return 0
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(trimmed)
  if (match === null || Number(match[3]) > 59) return null
  const minutes = (Number(match[2]) * 60 + Number(match[3])) * (match[1] === '-' ? -1 : 1)
  return minutes >= -12 * 60 && minutes <= 14 * 60 ? minutes + 0 : null
}
