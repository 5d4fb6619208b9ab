/**
 * The photo that a person looks at, and where it is in the window: what a grid returns to after its layout has
 * changed, after Back and after a reload.
 *
 * Units  CSS pixels
 */
import type { Timeline } from '#lib/engine/library.ts'
import { bisect, boxOf, photoAt, type GridLayout } from './grid-layout.ts'

/** A photo of a timeline, to be found again in a later one. */
export interface HeldPhoto {
  readonly takenMs: number
  readonly group: string
  readonly slot: number
}

export interface Hold extends HeldPhoto {
  /** From the window's upper edge down to the photo's. */
  readonly offset: number
}

/** Holds on to the photo nearest to a point of the layout; null where there is none. */
export function holdOn(
  timeline: Timeline,
  layout: GridLayout,
  { point, layoutTop }: { point: { x: number; y: number }; layoutTop: number },
): Hold | null {
  const index = photoAt(layout, point.x, point.y)
  if (index < 0) return null
  return { ...heldPhoto(timeline, index), offset: boxOf(layout, index).top - layoutTop }
}

export function heldPhoto(timeline: Timeline, index: number): HeldPhoto {
  return {
    takenMs: timeline.takenMs[index] ?? 0,
    group: timeline.groups[timeline.groupOf[index] ?? 0] ?? '',
    slot: timeline.slots[index] ?? 0,
  }
}

/** The height of the layout that belongs at the window's upper edge, so that the photo is where it was. */
export function topOf(hold: Hold, timeline: Timeline, layout: GridLayout): number {
  const index = Math.min(positionOf(hold, timeline), layout.count - 1)
  return boxOf(layout, index).top - hold.offset
}

/** Where the photo is now; where it has gone, what was taken next to it. */
export function positionOf({ takenMs, group, slot }: HeldPhoto, timeline: Timeline): number {
  const isByTime = timeline.order === undefined
  const first = isByTime ? bisect(timeline.count, (i) => (timeline.takenMs[i] ?? 0) <= takenMs) : 0
  for (let i = first; i < timeline.count; i++) {
    const isSameMoment = timeline.takenMs[i] === takenMs
    if (isByTime && !isSameMoment) break
    if (isSameMoment && timeline.slots[i] === slot && groupAt(timeline, i) === group) return i
  }
  return first
}

/** What was kept between two visits: hostile at worst, another version's at best. */
export function parseHold(kept: unknown): Hold | null {
  const photo = parseHeldPhoto(kept)
  const { offset } = (kept ?? {}) as Partial<Record<keyof Hold, unknown>>
  return photo === null || typeof offset !== 'number' ? null : { ...photo, offset }
}

export function parseHeldPhoto(kept: unknown): HeldPhoto | null {
  if (typeof kept !== 'object' || kept === null) return null
  const { takenMs, group, slot } = kept as Partial<Record<keyof HeldPhoto, unknown>>
  if (typeof takenMs !== 'number' || typeof group !== 'string') return null
  return typeof slot === 'number' ? { takenMs, group, slot } : null
}

function groupAt(timeline: Timeline, index: number): string | undefined {
  return timeline.groups[timeline.groupOf[index] ?? -1]
}
