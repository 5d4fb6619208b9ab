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
  /** What may stand in the page. */
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
  /** What of that has pictures; they wait until nothing in sight waits for its tile. */
  readonly pictured: Range
  /** Whether the places in sight flew past and have elements already (tile-slots.ts): filling them costs less. */
  readonly isRefilling: boolean
}

/** How many tiles a frame can make without being late on a slow phone. */
export const tilesAFrame = 12
/** How many it can ask pictures for. */
export const picturesAFrame = 9
/** And how many tiles it can fill that are there already: all that a phone shows. */
const filledAFrame = 30

/** One frame later: what has tiles is never less of `range` than before. `before` itself where nothing changes. */
export function nextFrame(before: Intake, wish: IntakeWish): Intake {
  const { visible, isKnown, isMoving } = wish
  const isCovered = before.shown.from <= visible.from && before.shown.to >= visible.to
  const isRefilling = before.isRefilling && !isCovered
  const isFilled = !isRefilling && !isMoving && hasAllOf(before.shown, visible, isKnown)
  const isAsking = isFilled && !hasAllOf(before.pictured, visible, isInRange(before.shown))
  const shown = isRefilling
    ? takeIn(before.shown, { ...wish, range: visible }, filledAFrame)
    : takeIn(before.shown, wish, isAsking ? 0 : tilesAFrame)
  const pictures = { range: shown, visible, isKnown: isInRange(shown) }
  const pictured = takeIn(before.pictured, pictures, isFilled ? picturesAFrame : 0)
  const isSame =
    shown === before.shown && pictured === before.pictured && isRefilling === before.isRefilling
  return isSame ? before : { shown, pictured, isRefilling }
}

/** Where a list that flew past pauses: what of it has its tiles first. */
export function firstFrame(wish: IntakeWish): Intake {
  const nothing = { from: wish.visible.from, to: wish.visible.from }
  return nextFrame({ shown: nothing, pictured: nothing, isRefilling: true }, wish)
}

/** Tells whether a position is in a range. */
export function isInRange({ from, to }: Range): (index: number) => boolean {
  return (index) => index >= from && index < to
}

/** At most so many more. */
function takeIn(
  shown: Range,
  { range, visible, isKnown }: Omit<IntakeWish, 'isMoving'>,
  most: number,
): Range {
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

/** Whether the list stands for a moment in its flight, and not all of what is in sight has its tile. */
export function isPausing(intake: Intake | null, isMoving: boolean): boolean {
  return isMoving && intake?.isRefilling === true
}

/**
 * What stands in the page: what is visible, and with it what has tiles of what is near. Where the list pauses in its
 * flight, only what has its tiles: the places of the others would have to be moved twice.
 */
export function standing(intake: Intake | null, { range, visible, isMoving }: IntakeWish): Range {
  if (intake === null) return visible
  if (isPausing(intake, isMoving)) return intake.shown
  const { from, to } = startOf(intake.shown, range, visible)
  return { from: Math.min(from, visible.from), to: Math.max(to, visible.to) }
}

/** What is left of `shown`, or the beginning of what is in sight where all of that has gone. */
function startOf(shown: Range, range: Range, visible: Range): Range {
  const from = Math.max(shown.from, range.from)
  const to = Math.min(shown.to, range.to)
  const isNear = to > from && from < visible.to && to > visible.from
  return isNear ? { from, to } : { from: visible.from, to: visible.from }
}
