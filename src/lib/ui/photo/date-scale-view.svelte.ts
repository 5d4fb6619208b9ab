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
/** A finger that moves less means a tap. */
const tapPx = 6
/** As in Scrubber.svelte. */
const knobPx = 44

/** Of the scale's element. */
type OnScale = PointerEvent & { readonly currentTarget: HTMLElement }

export class DateScaleView {
  readonly #grid: GridView
  #isHeld = $state(false)
  /** A finger needs no scale until the list moves. */
  #isShown = $state(false)
  /** A finger that tapped it may choose a year. */
  #isTapped = $state(false)
  #hidingTimer = 0
  #startY = 0
  #hasMoved = false
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
    return isLong && this.#months.length > 1
  }

  /** Where on the scale the window is. */
  get placePx(): number {
    return Math.min(1, this.#grid.layoutTop / this.#range) * this.#heightPx
  }

  get label(): string {
    return formatMonth(this.#months[this.#month]?.number ?? 0)
  }

  /** Counts from the last month, so that the first, at the top, is the highest. */
  get value(): number {
    return this.most - this.#month
  }

  get most(): number {
    return this.#months.length - 1
  }

  get isShown(): boolean {
    return this.#isShown
  }

  /** Whether its years show, also to a finger. */
  get isOpen(): boolean {
    return this.#isHeld || this.#isTapped
  }

  /** Shows it while the list moves and for a while after. Returns what ends that. */
  showOnScroll(): () => void {
    const show = () => this.#show()
    addEventListener('scroll', show, { passive: true })
    return () => {
      removeEventListener('scroll', show)
      clearTimeout(this.#hidingTimer)
    }
  }

  #show(): void {
    this.#isShown = true
    clearTimeout(this.#hidingTimer)
    this.#hidingTimer = window.setTimeout(() => {
      this.#isShown = this.#isHeld
      this.#isTapped = false
    }, shownMs)
  }

  setHeight(heightPx: number): void {
    this.#heightPx = heightPx
  }

  take(event: OnScale): void {
    if (event.button !== 0) return
    const scale = event.currentTarget
    event.preventDefault()
    scale.setPointerCapture(event.pointerId)
    // Only keys need a ring to see where they are.
    scale.focus({ preventScroll: true, focusVisible: false })
    this.#isHeld = true
    this.#startY = event.clientY
    this.#hasMoved = event.pointerType === 'mouse'
    if (this.#hasMoved) this.#goTo(event)
  }

  drag(event: OnScale): void {
    if (!this.#isHeld) return
    this.#hasMoved ||= Math.abs(event.clientY - this.#startY) >= tapPx
    if (this.#hasMoved) this.#goTo(event)
  }

  /** A finger that did not move taps: on a year it goes there, on the knob it has the years shown. */
  release(event: OnScale): void {
    if (this.#isHeld && !this.#hasMoved) {
      const { top } = event.currentTarget.getBoundingClientRect()
      const isOnKnob = Math.abs(event.clientY - top - this.placePx) <= knobPx / 2
      if (!isOnKnob) this.#goTo(event)
      this.#isTapped = true
      this.#show()
    }
    this.letGo()
  }

  letGo(): void {
    this.#isHeld = false
    this.#grid.rush.end()
  }

  #goTo({ clientY, currentTarget }: OnScale): void {
    const { top, height } = currentTarget.getBoundingClientRect()
    const share = (clientY - top) / Math.max(1, height)
    this.#grid.scrollToTop(Math.min(1, Math.max(0, share)) * this.#range, true)
  }

  /** Whether the key meant something. */
  goByKey(key: string): boolean {
    const next = monthByKey(this.#months, this.#month, key)
    if (next === null) return false
    this.#grid.scrollToTop(next === 0 ? 0 : (this.#months[next]?.top ?? 0) - coveredPx)
    return true
  }
}
