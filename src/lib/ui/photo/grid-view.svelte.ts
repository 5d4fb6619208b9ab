/**
 * Which photos of a timeline stand in the page, and where. Everything follows from the timeline, the size
 * of the grid and the scroll position; the position counts in steps, so that most scrolling changes nothing.
 */
import type { Timeline } from '#lib/engine/library.ts'
import { daysOf, layOutGrid, photosBetween, type GridLayout } from './grid-layout.ts'
import { elementHeight, layoutTopAt, scrolledFor, withNeighbours } from './grid-scroll.ts'
import { gridShapeOf } from './grid-shape.ts'

const scrollStepPx = 160
const nearScreens = 1

export class GridView {
  readonly #timeline: () => Timeline | null
  #width = $state(0)
  #windowHeight = $state(0)
  #nearScreens = $state(0)
  /** Pixels of the grid above the window's upper edge. */
  #scrolled = $state(0)

  constructor(timeline: () => Timeline | null) {
    this.#timeline = timeline
  }

  readonly layout = $derived.by((): GridLayout | null => {
    const timeline = this.#timeline()
    if (timeline === null || this.#width === 0) return null
    return layOutGrid(timeline, gridShapeOf(this.#width, this.#windowHeight))
  })

  readonly height = $derived(elementHeight(this.layout?.height ?? 0))

  /** What is added to every position so that it lands where it belongs in a shortened scroll range. */
  readonly shift = $derived(this.#scrolled - this.#layoutTop())

  readonly #step = $derived(Math.floor(this.#layoutTop() / scrollStepPx))

  /** Positions [from, to) that stand in the page. */
  readonly range = $derived.by(() => {
    const { layout } = this
    if (layout === null) return { from: 0, to: 0 }
    const top = this.#step * scrollStepPx
    const bottom = top + this.#windowHeight + scrollStepPx
    const extra = this.#windowHeight * this.#nearScreens
    return withNeighbours(
      photosBetween(layout, top, bottom),
      photosBetween(layout, top - extra, bottom + extra),
    )
  })

  readonly indices = $derived(numbers(this.range.from, this.range.to))

  readonly dayIndices = $derived.by(() => {
    if (this.layout === null) return []
    const { from, to } = daysOf(this.layout.days, this.range.from, this.range.to)
    return numbers(from, to)
  })

  /** Follows the size and the position of the grid's element in the window. */
  follow(element: HTMLElement): () => void {
    const measure = () => {
      this.#width = element.clientWidth
      this.#windowHeight = innerHeight
      this.#scrolled = Math.max(0, -element.getBoundingClientRect().top)
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    addEventListener('scroll', measure, { passive: true })
    addEventListener('resize', measure)
    measure()
    return () => {
      observer.disconnect()
      removeEventListener('scroll', measure)
      removeEventListener('resize', measure)
    }
  }

  /** Brings in what is near, once what is in sight has been painted. Returns what prevents it. */
  widenAfterPaint(): () => void {
    return afterPaint(() => (this.#nearScreens = nearScreens))
  }

  /** Scrolls as little as needed to have a photo in the window, below what covers its upper edge. */
  reveal(element: HTMLElement, index: number, coveredPx: number): void {
    const { layout } = this
    if (layout === null) return
    const top = (layout.top[index] ?? 0) - coveredPx
    const bottom = (layout.top[index] ?? 0) + (layout.tileHeight[index] ?? 0) + coveredPx
    const current = this.#layoutTop()
    if (top >= current && bottom <= current + this.#windowHeight) return
    const wanted = top < current ? top : bottom - this.#windowHeight
    const start = element.getBoundingClientRect().top + scrollY
    scrollTo({ top: start + scrolledFor(wanted, layout.height, this.#windowHeight) })
  }

  #layoutTop(): number {
    return layoutTopAt(this.#scrolled, this.layout?.height ?? 0, this.#windowHeight)
  }
}

/** Calls back when the next frame is on the screen, unless stopped before. */
function afterPaint(act: () => void): () => void {
  let timer = 0
  const frame = requestAnimationFrame(() => (timer = window.setTimeout(act)))
  return () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}
