/**
 * The months of a laid out grid, for a scale beside it: where each begins, and which years can be written there.
 *
 * Units  `top` in pixels of the layout; months count from the year 0 (year × 12 + month)
 */
import { dayMs } from '#lib/base/time.ts'
import { bisect, type GridDays } from './grid-layout.ts'

export interface Month {
  readonly number: number
  readonly top: number
}

export interface YearMark {
  readonly year: number
  /** The first month of the year in the list. */
  readonly top: number
  /** Of the scale, from its upper end. */
  readonly share: number
}

/** In the order of the photos: back in time, or onwards. */
export function monthsOf(days: GridDays): Month[] {
  const months: Month[] = []
  for (let i = 0; i < days.count; i++) {
    const date = new Date((days.day[i] ?? 0) * dayMs)
    const number = date.getUTCFullYear() * 12 + date.getUTCMonth()
    if (months.at(-1)?.number !== number) months.push({ number, top: days.top[i] ?? 0 })
  }
  return months
}

/** Position of the month at a height of the layout. */
export function monthAt(months: readonly Month[], layoutTop: number): number {
  return Math.max(0, bisect(months.length, (i) => (months[i]?.top ?? 0) > layoutTop) - 1)
}

/** Position of the month that a key leads to, or null where the key means nothing. */
export function monthByKey(months: readonly Month[], from: number, key: string): number | null {
  const last = months.length - 1
  const isRising = (months[last]?.number ?? 0) > (months[0]?.number ?? 0)
  /** Less with every month further down. */
  const along = (i: number): number => (isRising ? -1 : 1) * (months[i]?.number ?? 0)
  const yearOn = (years: number): number => {
    const wanted = along(from) - years * 12
    const at = bisect(months.length, (i) => along(i) <= wanted)
    return years < 0 && at === from ? from - 1 : at
  }
  const targets: Readonly<Record<string, number>> = {
    ArrowUp: from - 1,
    ArrowRight: from - 1,
    ArrowDown: from + 1,
    ArrowLeft: from + 1,
    PageUp: yearOn(-1),
    PageDown: yearOn(1),
    Home: 0,
    End: last,
  }
  const target = targets[key]
  return target === undefined ? null : Math.min(last, Math.max(0, target))
}

/** The years that fit on a scale with so much room for each. */
export function yearMarks(
  months: readonly Month[],
  { range, leastShare }: { range: number; leastShare: number },
): YearMark[] {
  const marks: YearMark[] = []
  for (const { number, top } of months) {
    const year = Math.floor(number / 12)
    const share = Math.min(1, top / Math.max(1, range))
    const last = marks.at(-1)
    if (last?.year === year || (last !== undefined && share - last.share < leastShare)) continue
    marks.push({ year, top, share })
  }
  return marks
}
