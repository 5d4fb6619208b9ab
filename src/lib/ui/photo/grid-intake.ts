/**
 * Which photos of a grid's range have their tiles, while the range moves: a few more in every frame, what is in sight
 * first. Making a tile costs a slow phone milliseconds, and a whole screen of them at once would hold up the finger.
 */

/** Positions [from, to). */
export interface Range {
  readonly from: number
  readonly to: number
}

export interface IntakeWish {
  /** What stands in the page. */
  readonly range: Range
  /** What can be seen of it. */
  readonly visible: Range
  /** Whether a photo's tile has been read. */
  readonly isKnown: (index: number) => boolean
  /** Whether the list may fly on in the next frame. */
  readonly isMoving: boolean
}

/** What has come so far. */
export interface Intake {
  /** What has tiles. */
  readonly shown: Range
  /** Whether nothing in sight waits for its tile: then there is time for the pictures. */
  readonly isFilled: boolean
  /** Whether the places in sight flew past and have elements already (tile-slots.ts): filling them costs less. */
  readonly isRefilling: boolean
}

/** How many tiles a frame can make without being late on a slow phone. */
export const tilesAFrame = 12
/** And how many it can fill, at least where nothing else may want the next frame. */
const filledAFrame = { moving: 13, still: 30 }

/** One frame later: what has tiles is never less of `range` than before. */
export function nextFrame(before: Intake, wish: IntakeWish): Intake {
  const { visible, isKnown, isMoving } = wish
  const isCovered = before.shown.from <= visible.from && before.shown.to >= visible.to
  const isRefilling = before.isRefilling && !isCovered
  const isFilled = !isRefilling && !isMoving && hasAllOf(before.shown, visible, isKnown)
  const most = isRefilling ? filledAFrame[isMoving ? 'moving' : 'still'] : tilesAFrame
  // The frame that asks for the pictures in sight has enough to do.
  const shown = takeIn(before.shown, wish, isFilled && !before.isFilled ? 0 : most)
  return { shown, isFilled, isRefilling }
}

/** Where a list that flew past pauses: its places have elements, and no photos yet. */
export function emptied({ from }: Range): Intake {
  return { shown: { from, to: from }, isFilled: false, isRefilling: true }
}

/** At most so many more. */
function takeIn(shown: Range, { range, visible, isKnown }: IntakeWish, most: number): Range {
  let { from, to } = startOf(shown, range, visible)
  let room = most
  const grow = ({ from: first, to: end }: Range) => {
    while (room > 0 && to < end && isKnown(to)) {
      to += 1
      room -= 1
    }
    while (room > 0 && from > first && isKnown(from - 1)) {
      from -= 1
      room -= 1
    }
  }
  grow(visible)
  grow(range)
  return from === shown.from && to === shown.to ? shown : { from, to }
}

/** Whether everything in sight that has been read has its tile. */
function hasAllOf(shown: Range, visible: Range, isKnown: IntakeWish['isKnown']): boolean {
  const { from, to } = startOf(shown, visible, visible)
  return !(to < visible.to && isKnown(to)) && !(from > visible.from && isKnown(from - 1))
}

/** What is visible, and with it what has tiles of what is near. */
export function hullOf(visible: Range, shown: Range | null, near: Range): Range {
  if (shown === null) return visible
  const { from, to } = startOf(shown, near, visible)
  return { from: Math.min(from, visible.from), to: Math.max(to, visible.to) }
}

/** What is left of `shown`, or the beginning of what is in sight where all of that has gone. */
function startOf(shown: Range, range: Range, visible: Range): Range {
  const from = Math.max(shown.from, range.from)
  const to = Math.min(shown.to, range.to)
  const isNear = to > from && from < visible.to && to > visible.from
  return isNear ? { from, to } : { from: visible.from, to: visible.from }
}
