/**
 * Where every photo of a timeline stands: days one under another, short days side by side.
 *
 * Shape   squares in `columns` on a narrow screen, rows of equal height filled to both edges on a wide
 *         one. A day whose photos fit in one row takes only the width it needs and shares the line with
 *         its neighbours. All columns are typed arrays: 100,000 photos cost two megabytes and a few
 *         milliseconds.
 * Units   CSS pixels from the top left corner of the grid; days are counted from 1970-01-01.
 * Order   tops and bottoms never decrease from one photo to the next, so what is visible is found by
 *         bisection.
 */
import { dayMs } from '#lib/base/time.ts'

export interface GridShape {
  readonly width: number
  /** Squares in so many columns, or rows of this height filled to both edges. */
  readonly rows: { readonly columns: number } | { readonly height: number }
  readonly gap: number
  /** Height of a day's title above its photos. */
  readonly header: number
  /** Space between days, beside and below each other. */
  readonly between: number
  /** Least width of a day, so that its title can be read. */
  readonly leastDay: number
}

export interface GridDays {
  readonly count: number
  readonly day: Int32Array
  /** Position of the day's first photo; one more entry closes the last day. */
  readonly first: Uint32Array
  readonly top: Float64Array
  readonly left: Float32Array
  readonly width: Float32Array
}

export interface GridLayout {
  readonly count: number
  readonly height: number
  readonly top: Float64Array
  readonly left: Float32Array
  readonly width: Float32Array
  readonly tileHeight: Float32Array
  readonly days: GridDays
}

/** Lays out photos that are sorted by day; `aspect` is width / height × 1000. */
export function layOutGrid(
  photos: { readonly takenMs: Float64Array; readonly aspect: Uint16Array },
  shape: GridShape,
): GridLayout {
  const pen = createPen(photos.aspect, shape)
  const { day, first } = splitIntoDays(photos.takenMs)
  const days: GridDays = {
    count: day.length,
    day,
    first,
    top: new Float64Array(day.length),
    left: new Float32Array(day.length),
    width: new Float32Array(day.length),
  }
  for (let i = 0; i < day.length; i++) pen.placeDay(days, i)
  return { ...pen.finish(), days }
}

/** Positions [from, to) of the photos that touch the band between two heights. */
export function photosBetween(
  layout: GridLayout,
  topPx: number,
  bottomPx: number,
): { readonly from: number; readonly to: number } {
  const { top, tileHeight, count } = layout
  const from = bisect(count, (i) => (top[i] ?? 0) + (tileHeight[i] ?? 0) > topPx)
  const to = bisect(count, (i) => (top[i] ?? 0) >= bottomPx)
  return { from, to: Math.max(from, to) }
}

/** Positions [from, to) of the days that the photos [from, to) belong to. */
export function daysOf(
  days: GridDays,
  from: number,
  to: number,
): { readonly from: number; readonly to: number } {
  if (to <= from) return { from: 0, to: 0 }
  return {
    from: bisect(days.count, (i) => (days.first[i + 1] ?? 0) > from),
    to: bisect(days.count, (i) => (days.first[i] ?? 0) >= to),
  }
}

/** The first index for which the monotone `test` holds, or `count`. */
function bisect(count: number, test: (index: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (test(middle)) high = middle
    else low = middle + 1
  }
  return low
}

function splitIntoDays(takenMs: Float64Array): { day: Int32Array; first: Uint32Array } {
  const days: number[] = []
  const starts: number[] = []
  for (let i = 0; i < takenMs.length; i++) {
    const day = Math.floor((takenMs[i] ?? 0) / dayMs)
    if (starts.length > 0 && days[days.length - 1] === day) continue
    days.push(day)
    starts.push(i)
  }
  starts.push(takenMs.length)
  return { day: Int32Array.from(days), first: Uint32Array.from(starts) }
}

function createPen(aspect: Uint16Array, shape: GridShape) {
  const count = aspect.length
  const top = new Float64Array(count)
  const left = new Float32Array(count)
  const width = new Float32Array(count)
  const tileHeight = new Float32Array(count)
  const cell = cellOf(shape)
  /** The line that short days share: where it starts, and where its next day would. */
  const line = { top: 0, nextLeft: 0, bottom: 0 }

  const widthAt = (i: number, height: number) =>
    'columns' in shape.rows ? cell : height * (clampAspect(aspect[i] ?? 1000) / 1000)

  function placeDay(days: GridDays, index: number): void {
    const from = days.first[index] ?? 0
    const to = days.first[index + 1] ?? count
    const natural = naturalWidth(from, to)
    const needs = Math.min(shape.width, Math.max(natural, shape.leastDay))
    if (line.bottom === 0 || natural > shape.width || line.nextLeft + needs > shape.width + 0.5) {
      line.top = line.bottom === 0 ? 0 : line.bottom + shape.between
      line.nextLeft = 0
    }
    const start = line.nextLeft
    days.top[index] = line.top
    days.left[index] = start
    days.width[index] = natural > shape.width ? shape.width : needs
    const photosTop = line.top + shape.header
    if (natural > shape.width + 0.5) {
      line.bottom = placeRows(from, to, photosTop)
      line.nextLeft = Infinity
    } else {
      placeRow(from, to, { top: photosTop, left: start, height: cell })
      line.bottom = photosTop + cell
      line.nextLeft = start + needs + shape.between
    }
  }

  /** Width of all photos in one row of the usual height; infinite once it is clear that they do not fit. */
  function naturalWidth(from: number, to: number): number {
    let sum = -shape.gap
    for (let i = from; i < to; i++) {
      sum += widthAt(i, cell) + shape.gap
      if (sum > shape.width + 0.5) return Infinity
    }
    return sum
  }

  function placeRow(from: number, to: number, row: { top: number; left: number; height: number }) {
    let x = row.left
    for (let i = from; i < to; i++) {
      const w = widthAt(i, row.height)
      top[i] = row.top
      left[i] = x
      width[i] = w
      tileHeight[i] = row.height
      x += w + shape.gap
    }
  }

  /** Fills rows from edge to edge; the last one keeps the usual height where it is not full. */
  function placeRows(from: number, to: number, firstTop: number): number {
    let y = firstTop
    let rowStart = from
    let sum = 0
    for (let i = from; i < to; i++) {
      sum += widthAt(i, cell)
      const gaps = (i - rowStart) * shape.gap
      const next = i + 1 < to ? widthAt(i + 1, cell) + shape.gap : Infinity
      if (sum + gaps + next <= shape.width + 0.5) continue
      const isFull = next !== Infinity || sum + gaps > shape.width
      const height = isFull ? fullHeight(sum, shape.width - gaps) : cell
      placeRow(rowStart, i + 1, { top: y, left: 0, height })
      y += height + shape.gap
      rowStart = i + 1
      sum = 0
    }
    return y - shape.gap
  }

  function fullHeight(sum: number, available: number): number {
    return 'columns' in shape.rows ? cell : Math.min(cell * 1.6, (cell * available) / sum)
  }

  function finish() {
    return { count, height: line.bottom, top, left, width, tileHeight }
  }

  return { placeDay, finish }
}

function cellOf({ rows, width, gap }: GridShape): number {
  return 'columns' in rows ? (width - gap * (rows.columns - 1)) / rows.columns : rows.height
}

/** A panorama may not swallow a row, nor a receipt become a thread. */
function clampAspect(aspect: number): number {
  return Math.min(2600, Math.max(500, aspect))
}
