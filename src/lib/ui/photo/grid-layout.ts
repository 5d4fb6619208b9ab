/**
 * Where every photo of a timeline stands: days one under another, short days side by side.
 *
 * Shape   squares in `columns` on a narrow screen, rows of equal height filled to both edges on a wide
 *         one. A day whose photos fit in one row takes only the width it needs and shares the line with
 *         its neighbours. What is kept is rows; places of single photos are worked out for those that are
 *         shown. So squares cost a step per row, filled rows one addition per photo.
 * Units   CSS pixels from the top left corner of the grid; days are counted from 1970-01-01.
 * Order   tops and bottoms never decrease from one row to the next, so what is visible is found by
 *         bisection.
 */
import { dayMs } from '#lib/base/time.ts'

/** What is laid out, newest first unless `order` says otherwise; `aspect` is width / height × 1000. */
export interface GridPhotos {
  readonly takenMs: Float64Array
  readonly aspect: Uint16Array
  /** By hand, neighbours may be of any days: then there are none. */
  readonly order?: 'oldest' | 'hand'
}

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
  readonly day: readonly number[]
  /** Position of the day's first photo; one more entry closes the last day. */
  readonly first: readonly number[]
  readonly top: readonly number[]
  readonly left: readonly number[]
  readonly width: readonly number[]
}

/** Rows from top to bottom; rows of short days stand side by side at the same top. */
export interface GridRows {
  readonly count: number
  /** Position of the row's first photo; one more entry closes the last row. */
  readonly first: readonly number[]
  readonly top: readonly number[]
  readonly left: readonly number[]
  readonly height: readonly number[]
}

export interface GridLayout {
  /** Photos. */
  readonly count: number
  readonly height: number
  readonly days: GridDays
  readonly rows: GridRows
  /** Of one photo in a row of this height. */
  readonly widthOf: (index: number, rowHeight: number) => number
  readonly gap: number
}

/** Where one photo stands. */
export interface Box {
  readonly top: number
  readonly left: number
  readonly width: number
  readonly height: number
}

/** Lays out photos day by day, or all in one where they are ordered by hand. */
export function layOutGrid(photos: GridPhotos, shape: GridShape): GridLayout {
  const days = splitIntoDays(photos)
  const pen = createPen(photos, photos.order === 'hand' ? { ...shape, header: 0 } : shape)
  for (let i = 0; i < days.count; i++) pen.placeDay(days, i)
  return { ...pen.finish(), days }
}

/** The places of the photos [from, to). */
export function boxesOf(layout: GridLayout, from: number, to: number): Box[] {
  const { rows, gap, widthOf } = layout
  const boxes: Box[] = []
  if (to <= from) return boxes
  for (let row = rowOf(rows, from); boxes.length < to - from && row < rows.count; row++) {
    const [top = 0, height = 0] = [rows.top[row], rows.height[row]]
    let left = rows.left[row] ?? 0
    const end = Math.min(to, rows.first[row + 1] ?? 0)
    for (let i = rows.first[row] ?? 0; i < end; i++) {
      const width = widthOf(i, height)
      if (i >= from) boxes.push({ top, left, width, height })
      left += width + gap
    }
  }
  return boxes
}

/** The place of one photo. */
export function boxOf(layout: GridLayout, index: number): Box {
  return boxesOf(layout, index, index + 1)[0] ?? { top: 0, left: 0, width: 0, height: 0 }
}

/** The photo that is nearest to a point of the layout; −1 where there is none. */
export function photoAt(layout: GridLayout, x: number, y: number): number {
  const { rows } = layout
  if (rows.count === 0) return -1
  // The last row that begins above the point, and those beside it.
  const below = bisect(rows.count, (row) => (rows.top[row] ?? 0) > y)
  const last = Math.max(0, below - 1)
  const first = bisect(rows.count, (row) => (rows.top[row] ?? 0) >= (rows.top[last] ?? 0))
  const from = rows.first[first] ?? 0
  const boxes = boxesOf(layout, from, rows.first[last + 1] ?? from)
  const distances = boxes.map(({ left, width }) => Math.max(left - x, x - left - width, 0))
  return from + distances.indexOf(Math.min(...distances))
}

/** The row that a photo stands in. */
export function rowOf(rows: GridRows, index: number): number {
  return bisect(rows.count, (row) => (rows.first[row + 1] ?? 0) > index)
}

/** Positions [from, to) of the photos that touch the band between two heights. */
export function photosBetween(
  { rows }: GridLayout,
  topPx: number,
  bottomPx: number,
): { readonly from: number; readonly to: number } {
  const first = bisect(rows.count, (i) => (rows.top[i] ?? 0) + (rows.height[i] ?? 0) > topPx)
  const end = bisect(rows.count, (i) => (rows.top[i] ?? 0) >= bottomPx)
  const from = rows.first[first] ?? 0
  return { from, to: Math.max(from, rows.first[end] ?? 0) }
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
export function bisect(count: number, test: (index: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (test(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Days are found by halves, because a day may hold thousands of photos. */
function splitIntoDays(photos: GridPhotos) {
  const { takenMs, order } = photos
  const days = { count: 0, day: [], first: [], top: [], left: [], width: [] } as {
    count: number
  } & Record<'day' | 'first' | 'top' | 'left' | 'width', number[]>
  let start = 0
  while (start < takenMs.length) {
    const day = order === 'hand' ? NaN : Math.floor((takenMs[start] ?? 0) / dayMs)
    days.day.push(day)
    days.first.push(start)
    start = order === 'hand' ? takenMs.length : endOfDay(photos, start, day)
  }
  days.count = days.day.length
  days.first.push(takenMs.length)
  return days
}

/** The first photo after `start` that is of another day. */
function endOfDay({ takenMs, order }: GridPhotos, start: number, day: number): number {
  const isBeyond = (i: number): boolean => {
    const ms = takenMs[i] ?? 0
    return order === 'oldest' ? ms >= (day + 1) * dayMs : ms < day * dayMs
  }
  let step = 1
  while (start + step < takenMs.length && !isBeyond(start + step)) step *= 2
  const from = start + (step >> 1)
  const room = Math.min(takenMs.length, start + step) - from
  return from + bisect(room, (i) => isBeyond(from + i))
}

type Days = ReturnType<typeof splitIntoDays>

function createPen({ takenMs, aspect }: GridPhotos, shape: GridShape) {
  const count = takenMs.length
  const { width, gap, header, between, leastDay } = shape
  const columns = 'columns' in shape.rows ? shape.rows.columns : 0
  const cell = 'columns' in shape.rows ? cellOf(shape, columns) : shape.rows.height
  const mostWidth = width + 0.5
  const rows = { first: [] as number[], top: [] as number[] }
  const sizes = { left: [] as number[], height: [] as number[] }
  /** The line that short days share: where it starts, and where its next day would. */
  const line = { top: 0, nextLeft: 0, bottom: 0 }

  const widthOf = (i: number, height: number): number =>
    columns > 0 ? cell : (height * clampAspect(aspect[i] ?? 1000)) / 1000

  function placeDay(days: Days, index: number): void {
    const from = days.first[index] ?? 0
    const to = days.first[index + 1] ?? count
    const natural = naturalWidth(from, to)
    const needs = Math.min(width, Math.max(natural, leastDay))
    if (line.bottom === 0 || natural > width || line.nextLeft + needs > mostWidth) {
      line.top = line.bottom === 0 ? 0 : line.bottom + between
      line.nextLeft = 0
    }
    const start = line.nextLeft
    days.top.push(line.top)
    days.left.push(start)
    days.width.push(natural > width ? width : needs)
    const photosTop = line.top + header
    if (natural > mostWidth) {
      line.bottom = columns > 0 ? placeSquares(from, to, photosTop) : fillRows(from, to, photosTop)
      line.nextLeft = Infinity
    } else {
      placeRow(from, photosTop, cell, start)
      line.bottom = photosTop + cell
      line.nextLeft = start + needs + between
    }
  }

  /** Width of all photos in one row of the usual height; infinite once it is clear that they do not fit. */
  function naturalWidth(from: number, to: number): number {
    let sum = -gap
    for (let i = from; i < to; i++) {
      sum += widthOf(i, cell) + gap
      if (sum > mostWidth) return Infinity
    }
    return sum
  }

  function placeRow(first: number, top: number, height: number, left = 0): void {
    rows.first.push(first)
    rows.top.push(top)
    sizes.left.push(left)
    sizes.height.push(height)
  }

  function placeSquares(from: number, to: number, firstTop: number): number {
    let y = firstTop
    for (let i = from; i < to; i += columns) {
      placeRow(i, y, cell)
      y += cell + gap
    }
    return y - gap
  }

  /** Fills rows from edge to edge; the last one keeps the usual height where it is not full. */
  function fillRows(from: number, to: number, firstTop: number): number {
    let y = firstTop
    let rowStart = from
    let natural = -gap
    const close = (end: number, isFull: boolean): void => {
      const gaps = (end - rowStart - 1) * gap
      const filled = (cell * (width - gaps)) / (natural - gaps)
      const height = isFull ? Math.min(cell * 1.6, filled) : cell
      placeRow(rowStart, y, height)
      y += height + gap
    }
    for (let i = from; i < to; i++) {
      const own = (cell * clampAspect(aspect[i] ?? 1000)) / 1000 + gap
      if (natural + own > mostWidth && i > rowStart) {
        close(i, true)
        rowStart = i
        natural = -gap
      }
      natural += own
    }
    close(to, natural > width)
    return y - gap
  }

  function finish() {
    const all = { ...rows, ...sizes, count: rows.top.length }
    all.first.push(count)
    return { count, height: line.bottom, rows: all, widthOf, gap }
  }

  return { placeDay, finish }
}

function cellOf({ width, gap }: GridShape, columns: number): number {
  return (width - gap * (columns - 1)) / columns
}

/** A panorama may not swallow a row, nor a receipt become a thread. */
function clampAspect(aspect: number): number {
  return Math.min(2600, Math.max(500, aspect))
}
