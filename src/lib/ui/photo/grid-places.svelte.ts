/**
 * The elements of a grid: one for each photo that stands in the page, and one for each date above them, whichever that
 * is. While the list flies past, all of them stay as they were: nobody sees them, and moving them would hold up the
 * finger.
 */
import { boxesOf, daysOf, type Box, type GridLayout } from './grid-layout.ts'
import type { GridView } from './grid-view.svelte.ts'
import { TileSlots } from './tile-slots.ts'
import type { TimelineView } from './timeline-view.svelte.ts'

/** Of a photo, or put aside: then `index` is −1. */
export interface TileSpot {
  readonly id: number
  readonly index: number
  readonly box: Box
}

export interface DaySpot {
  /** Days since 1970-01-01. */
  readonly day: number
  readonly left: number
  readonly top: number
  readonly width: number
}

interface Spots {
  readonly tiles: readonly TileSpot[]
  readonly days: readonly DaySpot[]
}

const nowhere: Box = { left: 0, top: 0, width: 0, height: 0 }

export class GridPlaces {
  readonly #grid: GridView
  readonly #view: () => TimelineView
  readonly #slots = new TileSlots()
  #last: Spots = { tiles: [], days: [] }

  constructor(grid: GridView, view: () => TimelineView) {
    this.#grid = grid
    this.#view = view
  }

  readonly #spots = $derived.by(() => {
    if (this.#grid.rush.isFlying) return this.#last
    const { layout, isRefilling } = this.#grid
    if (layout !== null)
      this.#last = {
        tiles: this.#tiles(layout, isRefilling),
        days: this.#days(layout),
      }
    return this.#last
  })

  get tiles(): readonly TileSpot[] {
    return this.#spots.tiles
  }

  get days(): readonly DaySpot[] {
    return this.#spots.days
  }

  /** By place, or by photo: a photo keeps its elements. */
  #tiles(layout: GridLayout, isByPlace: boolean): TileSpot[] {
    const { range, shift, isMakingTiles } = this.#grid
    const { timeline } = this.#view()
    const boxes = boxesOf(layout, range.from, range.to)
    const keyOf = (index: number) =>
      (timeline?.groupOf[index] ?? 0) * 2 ** 32 + (timeline?.slots[index] ?? 0)
    const { used, spare } = this.#slots.of(
      isByPlace ? { places: boxes.length } : { photos: boxes.map((_, n) => keyOf(range.from + n)) },
      isMakingTiles,
    )
    const photos = boxes.map((box, n) => ({
      id: used[n] ?? -1,
      index: range.from + n,
      box: { ...box, top: box.top + shift },
    }))
    // What is put aside for a moment stays as it is: moving it to and fro takes a slow phone milliseconds.
    const before = new Map(isByPlace ? this.#last.tiles.map((spot) => [spot.id, spot]) : [])
    return [...photos, ...spare.map((id) => before.get(id) ?? { id, index: -1, box: nowhere })]
  }

  #days({ days }: GridLayout): DaySpot[] {
    const { range, shift } = this.#grid
    const { from, to } = daysOf(days, range.from, range.to)
    return Array.from({ length: to - from }, (_, place) => {
      const n = from + place
      return {
        day: days.day[n] ?? 0,
        left: days.left[n] ?? 0,
        top: (days.top[n] ?? 0) + shift,
        width: days.width[n] ?? 0,
      }
    })
  }
}
