/**
 * Dates, sizes and plurals in the language of the device, in one place.
 *
 * Units   `wallMs` is local wall time written as if it were UTC (what a camera's clock showed);
 *         `momentMs` is an instant.
 * Errors  total: a time that no date has, which others may have written, reads as the first or the last there is
 */
import { dayMs, maxDateMs } from '#lib/base/time.ts'

/** Texts exist in English so far; dates and numbers follow the reader's own English where it is one. */
const locale = pickLocale()

// Each is made when it is first used: together they cost a slow phone more than the first photos do.
const day = format({ weekday: 'short', day: 'numeric', month: 'short' }, 'UTC')
const dayAndYear = format({ day: 'numeric', month: 'short', year: 'numeric' }, 'UTC')
const month = format({ month: 'long', year: 'numeric' }, 'UTC')
const fullDay = format({ dateStyle: 'long' }, 'UTC')
const fullDayAndTime = format({ dateStyle: 'long', timeStyle: 'short' }, 'UTC')
const moment = format({ dateStyle: 'medium', timeStyle: 'short' })
const dayOfMoment = format({ dateStyle: 'medium' })
const relativeDay = whenUsed(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }))
const plurals = whenUsed(() => new Intl.PluralRules(locale))
const whole = whenUsed(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }))
const tenth = whenUsed(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }))
const list = whenUsed(() => new Intl.ListFormat(locale, { type: 'conjunction' }))

/** The title of a day: "Today", "Yesterday", "Sat, 3 Oct", or "3 Oct 2024". */
export function formatDayTitle(dayNumber: number, nowWallMs: number): string {
  const today = Math.floor(nowWallMs / dayMs)
  if (dayNumber === today || dayNumber === today - 1) {
    const text = relativeDay().format(dayNumber - today, 'day')
    return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
  }
  const wallMs = inDates(dayNumber * dayMs)
  const isThisYear = new Date(wallMs).getUTCFullYear() === new Date(nowWallMs).getUTCFullYear()
  return (isThisYear ? day : dayAndYear)().format(wallMs)
}

/** "October 2026"; months count from the year 0 (year × 12 + month). */
export function formatMonth(number: number): string {
  const first = new Date(0)
  // Not by `Date.UTC`, to which the year 50 is 1950.
  first.setUTCFullYear(Math.floor(number / 12), number - 12 * Math.floor(number / 12))
  const isDate = !Number.isNaN(first.getTime())
  // The month in which dates begin has no first day.
  return month().format(isDate ? first : inDates(Math.sign(number) * maxDateMs))
}

/** "3 October 2026", for names of photos. */
export function formatDate(wallMs: number): string {
  return fullDay().format(inDates(wallMs))
}

/** "3 October 2026 at 14:05". */
export function formatDateTime(wallMs: number): string {
  return fullDayAndTime().format(inDates(wallMs))
}

/** An instant in the reader's own time zone. */
export function formatMoment(momentMs: number): string {
  return moment().format(inDates(momentMs))
}

/** The day of an instant in the reader's own time zone: "3 May 2026". */
export function formatDay(momentMs: number): string {
  return dayOfMoment().format(inDates(momentMs))
}

/** "0:42", "1:02:03": as players count. */
export function formatLength(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const two = (n: number) => String(n).padStart(2, '0')
  const start = hours > 0 ? `${hours}:${two(minutes)}` : String(minutes)
  return `${start}:${two(seconds % 60)}`
}

/** "3.4 MB": decimal units, as shops and phones count them. */
export function formatBytes(bytes: number): string {
  const unit = unitOf(bytes)
  return `${inUnit(bytes, unit)} ${units[unit] ?? ''}`
}

/** "1.2 of 3.4 GB". */
export function formatBytesOf(doneBytes: number, totalBytes: number): string {
  const unit = unitOf(totalBytes)
  return `${inUnit(doneBytes, unit)} of ${inUnit(totalBytes, unit)} ${units[unit] ?? ''}`
}

const units = ['B', 'kB', 'MB', 'GB', 'TB']

function unitOf(bytes: number): number {
  let unit = 0
  for (let value = bytes; value >= 999.5 && unit < units.length - 1; value /= 1000) unit += 1
  return unit
}

function inUnit(bytes: number, unit: number): string {
  const value = bytes / 1000 ** unit
  return value < 10 && unit > 1 ? tenth().format(value) : whole().format(value)
}

/** "12,345". */
export function formatCount(count: number): string {
  return whole().format(count)
}

/** "Ana, Luis and Sam". */
export function formatList(names: readonly string[]): string {
  return list().format(names)
}

/** The form of a text that a number asks for. */
export function plural(count: number, one: string, other: string): string {
  return plurals().select(count) === 'one' ? one : other
}

/** Now, as a clock on the wall shows it, written as if it were UTC. */
export function wallClockMs(now: Date): number {
  return now.getTime() - now.getTimezoneOffset() * 60_000
}

/** `Intl` throws where there is no date. */
function inDates(ms: number): number {
  return Number.isNaN(ms) ? 0 : Math.min(maxDateMs, Math.max(-maxDateMs, ms))
}

function format(options: Intl.DateTimeFormatOptions, timeZone?: string) {
  const all = timeZone === undefined ? options : { ...options, timeZone }
  return whenUsed(() => new Intl.DateTimeFormat(locale, all))
}

/** Made at the first call, kept for the others. */
function whenUsed<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

function pickLocale(): string {
  const preferred = typeof navigator === 'undefined' ? [] : navigator.languages
  return preferred.find((language) => language.startsWith('en')) ?? 'en'
}
