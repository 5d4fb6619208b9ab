/**
 * Which photos of a timeline stand in the page, and where. Everything follows from the timeline, the size
 * of the grid, its density and the scroll position; the position counts in steps, so that most scrolling
 * changes nothing.
 *
 * When the layout changes (other photos, another width or density) the photo that a person looks at stays
 * where it is in the window: that photo is the grid's *hold* (grid-hold.ts).
 */
import type { Timeline } from '#lib/engine/library.ts'
import { afterPaint } from '#lib/ui/shared/after-paint.ts'
import { holdOn, topOf, type Hold } from './grid-hold.ts'
import {
  firstFrame,
  isInRange,
  isPausing,
  nextFrame,
  standing,
  type Intake,
  type IntakeWish,
  type Range,
} from './grid-intake.ts'
import {
  boxOf,
  layOutGrid,
  photoAt,
  photosBetween,
  type GridLayout,
  type GridPhotos,
} from './grid-layout.ts'
import { GridRush } from './grid-rush.svelte.ts'
import { elementHeight, layoutTopAt, scrolledFor, withNeighbours } from './grid-scroll.ts'
import { gridShapeOf, pitchOf } from './grid-shape.ts'

const scrollStepPx = 160
const nearScreens = 1
/** More than any screen shows: what is laid out before the first paint. */
const firstPhotos = 2000
/** What the top of a screen covers: the quiet line. */
const coveredPx = 96
/** Farther than this at once, nobody looks at single photos. */
const rushScreens = 1.5

interface GridViewParts {
  readonly timeline: () => Timeline | null
  readonly density: () => number
  /** Whether a photo's tile has been read. */
  readonly isKnown: (index: number) => boolean
  /** Has tiles read ahead of what their places take. */
  readonly read: (range: Range) => void
}

export class GridView {
  readonly rush = new GridRush({
    read: () => this.#parts.read(this.#visible),
    pause: () => (this.#intake = firstFrame(this.#wish)),
  })
  readonly #parts: GridViewParts
  #width = $state(0)
  #windowHeight = $state(0)
  #nearScreens = $state(0)
  /** Pixels of the grid above the window's upper edge. */
  #scrolled = $state(0)
  #listTop = $state(0)
  #isWhole = $state(false)
  /** Null before the first paint, when all of `range` has its tiles. */
  #intake = $state.raw<Intake | null>(null)
  #lastRange: Range = { from: 0, to: 0 }
  #element: HTMLElement | null = null
  #hold: Hold | null = null
  /** Where the hold has brought the list; it stays good until somebody scrolls. */
  #settledTop = NaN

  constructor(parts: GridViewParts) {
    this.#parts = parts
  }

  readonly #shape = $derived.by(() =>
    gridShapeOf(this.#width, this.#windowHeight, this.#parts.density()),
  )

  readonly layout = $derived.by((): GridLayout | null => {
    const timeline = this.#parts.timeline()
    if (timeline === null || this.#width === 0) return null
    return layOutGrid(this.#isWhole ? timeline : firstOf(timeline), this.#shape)
  })

  /** Of all photos; guessed from the first ones until all are laid out. */
  readonly layoutHeight = $derived.by(() => {
    const { layout } = this
    const count = this.#parts.timeline()?.count ?? 0
    return layout === null || layout.count === 0 ? 0 : (layout.height / layout.count) * count
  })

  readonly height = $derived(elementHeight(this.layoutHeight))

  /** The height of the layout at the window's upper edge. */
  readonly layoutTop = $derived(layoutTopAt(this.#scrolled, this.layoutHeight, this.#windowHeight))

  /** What is added to every position so that it lands where it belongs in a shortened scroll range. */
  readonly shift = $derived(this.#scrolled - this.layoutTop)

  readonly #step = $derived(Math.floor(this.layoutTop / scrollStepPx))

  /** Positions [from, to) that can be seen. */
  readonly #visible = $derived(this.#within(0))

  /** And those beside them; none of them is in the way of a list that flies past. */
  readonly near = $derived.by(() =>
    this.rush.isOn
      ? this.#visible
      : withNeighbours(this.#visible, this.#within(this.#windowHeight * this.#nearScreens)),
  )

  /** Positions that stand in the page: what is visible, and what of the rest has been taken in; in flight what was. */
  readonly range = $derived.by(() => {
    if (!this.rush.isFlying) this.#lastRange = standing(this.#intake, this.#wish)
    return this.#lastRange
  })

  /** Whether one picture of empty places stands for those that are not in the page. */
  readonly isVeiled = $derived(this.rush.isFlying || isPausing(this.#intake, this.rush.isOn))

  /** From one photo to the next, about. */
  readonly pitch = $derived.by(() => pitchOf(this.#shape))

  /** Whether the elements in `range` go by places: the photos that come to rest there take what stands there. */
  get isRefilling(): boolean {
    return this.rush.isOn || this.#intake?.isRefilling === true
  }

  /** Whether tiles of what is near are still to come, at the latest once the list rests. */
  get isMakingTiles(): boolean {
    const { from, to } = this.near
    const shown = this.#intake?.shown
    return this.rush.isOn || (shown !== undefined && (shown.from > from || shown.to < to))
  }

  /** Whether a photo of `range` has its tile, once that is read. */
  isShown(index: number): boolean {
    return this.#intake === null || isInRange(this.#intake.shown)(index)
  }

  /** Whether there is time for a photo's picture. */
  isInTime(index: number): boolean {
    return this.#intake === null || isInRange(this.#intake.pictured)(index)
  }

  /** Has the next frame make some of the tiles that are missing; for an effect. Returns what prevents it. */
  takeIn(): (() => void) | undefined {
    if (this.#intake === null || this.rush.isFlying) return undefined
    const next = nextFrame(this.#intake, this.#wish)
    const frame = requestAnimationFrame(() => (this.#intake = next))
    return () => cancelAnimationFrame(frame)
  }

  get #wish(): IntakeWish {
    const [range, visible, isMoving] = [this.near, this.#visible, this.rush.isOn]
    return { range, visible, isKnown: this.#parts.isKnown, isMoving }
  }

  /** Where the list begins on the page. */
  get listTop(): number {
    return this.#listTop
  }

  get windowHeight(): number {
    return this.#windowHeight
  }

  /** Follows the size and the position of the grid's element in the window. */
  follow(element: HTMLElement): () => void {
    this.#element = element
    const measure = () => this.#measure(true)
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    addEventListener('scroll', measure, { passive: true })
    addEventListener('resize', measure)
    measure()
    return () => {
      this.#element = null
      this.rush.stop()
      observer.disconnect()
      removeEventListener('scroll', measure)
      removeEventListener('resize', measure)
    }
  }

  /** Brings in what is near and lays out the rest, once what is in sight has been painted. Returns what prevents it. */
  widenAfterPaint(): () => void {
    return afterPaint(() => {
      this.#intake ??= { shown: this.range, pictured: this.range, isRefilling: false }
      this.#nearScreens = nearScreens
      this.#isWhole = true
    })
  }

  /** The photo at the upper edge, to return to; null at the very top. */
  get hold(): Hold | null {
    return this.#hold
  }

  /** Returns to a photo, now or as soon as there is a layout. */
  returnTo(hold: Hold | null): void {
    this.#isWhole = true
    this.#hold = hold
    this.settle()
  }

  /** Holds on to the photo at a point of the window through the next change of the layout. */
  holdAt(clientX: number, clientY: number): void {
    const [layout, timeline] = [this.layout, this.#parts.timeline()]
    if (layout === null || timeline === null) return
    const point = this.#pointAt(clientX, clientY)
    this.#hold = holdOn(timeline, layout, { point, layoutTop: this.layoutTop })
  }

  /** The photo at a point of the window, or −1. */
  photoAt(clientX: number, clientY: number): number {
    const { x, y } = this.#pointAt(clientX, clientY)
    return this.layout === null ? -1 : photoAt(this.layout, x, y)
  }

  /** Scrolls so that the photo held on to is where it was; for after each change of the layout. */
  settle(): void {
    const [hold, layout, timeline] = [this.#hold, this.layout, this.#parts.timeline()]
    if (hold === null || layout === null || timeline === null) return
    this.#settledTop = Math.max(0, topOf(hold, timeline, layout))
    if (Math.abs(this.#settledTop - this.layoutTop) >= 1) this.scrollToTop(this.#settledTop)
  }

  /** Brings a height of the layout to the window's upper edge; `isFlight` where many follow one another. */
  scrollToTop(layoutTop: number, isFlight = false): void {
    const element = this.#element
    if (element === null) return
    const start = element.getBoundingClientRect().top + scrollY
    const top = Math.max(0, layoutTop)
    // The element grows with the layout only after this moment.
    element.style.blockSize = `${this.height}px`
    scrollTo({
      top: start + scrolledFor(top, this.layoutHeight, this.#windowHeight),
      behavior: 'instant',
    })
    this.#measure(isFlight)
  }

  /** Scrolls as little as needed to have a photo in the window, below what covers its upper edge. */
  reveal(index: number): void {
    // Somebody may have scrolled without the grid's having heard of it yet.
    this.#measure(false)
    const { layout } = this
    if (layout === null) return
    const box = boxOf(layout, index)
    const top = box.top - coveredPx
    const bottom = box.top + box.height + coveredPx
    const current = this.layoutTop
    if (top >= current && bottom <= current + this.#windowHeight) return
    this.scrollToTop(top < current ? top : bottom - this.#windowHeight)
  }

  #measure(mayRush: boolean): void {
    const element = this.#element
    if (element === null) return
    const before = this.layoutTop
    this.#width = element.clientWidth
    this.#windowHeight = innerHeight
    const { top } = element.getBoundingClientRect()
    this.#scrolled = Math.max(0, -top)
    this.#listTop = Math.round(top + scrollY)
    if (this.layout === null) return
    const isFar = Math.abs(this.layoutTop - before) >= this.#windowHeight * rushScreens
    if (mayRush && isFar && this.#nearScreens > 0) this.rush.note()
    if (Math.abs(this.layoutTop - this.#settledTop) < 2) return
    this.#settledTop = NaN
    if (this.#scrolled === 0) this.#hold = null
    else this.holdAt(0, coveredPx)
  }

  /** Positions in the window and so far above and below it. */
  #within(extraPx: number): Range {
    const { layout } = this
    if (layout === null) return { from: 0, to: 0 }
    const top = this.#step * scrollStepPx
    const bottom = top + this.#windowHeight + scrollStepPx
    return photosBetween(layout, top - extraPx, bottom + extraPx)
  }

  /** A point of the window in the layout; the grid may begin below the window's upper edge. */
  #pointAt(clientX: number, clientY: number): { x: number; y: number } {
    const { left = 0, top = 0 } = this.#element?.getBoundingClientRect() ?? {}
    return { x: clientX - left, y: this.layoutTop + clientY - Math.max(0, top) }
  }
}

function firstOf(timeline: Timeline): GridPhotos {
  return {
    ...timeline,
    takenMs: timeline.takenMs.subarray(0, firstPhotos),
    aspect: timeline.aspect.subarray(0, firstPhotos),
  }
}
