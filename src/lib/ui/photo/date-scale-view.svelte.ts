/** The scale of dates beside a grid: which month is in sight, which years are written, and going to others. */
import { formatMonth } from '#lib/ui/shared/format.ts'
import { monthAt, monthByKey, monthsOf, yearMarks } from './date-scale.ts'
import type { GridView } from './grid-view.svelte.ts'

/** Shorter lists are quicker to scroll. */
const leastScreens = 2.5
/** A year's own height. */
const yearPx = 26
/** What lies over the top of the photos: a month begins below it. */
const coveredPx = 36
/** How long it stays once the list stands. */
const shownMs = 1600

export class DateScaleView {
  readonly #grid: GridView
  /** Whether a pointer drags it. */
  isHeld = $state(false)
  /** A finger needs no scale until the list moves. */
  #isShown = $state(false)
  #heightPx = $state(0)

  constructor(grid: GridView) {
    this.#grid = grid
  }

  readonly #months = $derived.by(() => {
    const { layout } = this.#grid
    return layout === null ? [] : monthsOf(layout.days)
  })

  readonly #range = $derived.by(() =>
    Math.max(1, this.#grid.layoutHeight - this.#grid.windowHeight),
  )

  readonly #month = $derived.by(() => monthAt(this.#months, this.#grid.layoutTop + coveredPx + 1))

  readonly marks = $derived.by(() =>
    yearMarks(this.#months, {
      range: this.#range,
      leastShare: yearPx / Math.max(1, this.#heightPx),
    }),
  )

  get isUseful(): boolean {
    const isLong = this.#grid.layoutHeight > this.#grid.windowHeight * leastScreens
    return isLong && this.#grid.isNewestFirst && this.#months.length > 1
  }

  /** Where on the scale the window is. */
  get placePx(): number {
    return Math.min(1, this.#grid.layoutTop / this.#range) * this.#heightPx
  }

  get label(): string {
    return formatMonth(this.#months[this.#month]?.number ?? 0)
  }

  /** Counts from the oldest month, so that the newest, at the top, is the highest. */
  get value(): number {
    return this.most - this.#month
  }

  get most(): number {
    return this.#months.length - 1
  }

  get isShown(): boolean {
    return this.#isShown
  }

  /** Shows it while the list moves and for a while after. Returns what ends that. */
  showOnScroll(): () => void {
    let timer = 0
    const show = () => {
      this.#isShown = true
      clearTimeout(timer)
      timer = window.setTimeout(() => (this.#isShown = this.isHeld), shownMs)
    }
    addEventListener('scroll', show, { passive: true })
    return () => {
      removeEventListener('scroll', show)
      clearTimeout(timer)
    }
  }

  setHeight(heightPx: number): void {
    this.#heightPx = heightPx
  }

  goToShare(share: number): void {
    this.#grid.scrollToTop(Math.min(1, Math.max(0, share)) * this.#range, true)
  }

  letGo(): void {
    this.isHeld = false
    this.#grid.rush.end()
  }

  /** Whether the key meant something. */
  goByKey(key: string): boolean {
    const next = monthByKey(this.#months, this.#month, key)
    if (next === null) return false
    this.#grid.scrollToTop(next === 0 ? 0 : (this.#months[next]?.top ?? 0) - coveredPx)
    return true
  }
}
