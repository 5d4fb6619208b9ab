/** What mouse and keyboard do in a grid: opening photos, picking them, going from one to the next. */
import { tick } from 'svelte'
import type { Density } from './density.svelte.ts'
import { neighbourOf } from './grid-keys.ts'
import type { GridView } from './grid-view.svelte.ts'
import type { Selection } from './selection.svelte.ts'
import type { TimelineView } from './timeline-view.svelte.ts'

interface GridInputParts {
  readonly view: () => TimelineView
  readonly grid: GridView
  readonly selection: () => Selection
  readonly density: Density
  readonly list: () => HTMLElement | undefined
  readonly open: (index: number) => void
}

export class GridInput {
  readonly #parts: GridInputParts
  /** The photo that the keyboard is at. */
  #active = $state(0)
  /** The photo that can be picked because mouse or keyboard is there. */
  #pointed: number | null = $state(null)

  constructor(parts: GridInputParts) {
    this.#parts = parts
  }

  get pointed(): number | null {
    return this.#pointed
  }

  /** The photo that the Tab key leads to. */
  readonly tabStop = $derived.by(() => {
    const { from, to } = this.#parts.grid.range
    return this.#active >= from && this.#active < to ? this.#active : from
  })

  focused(index: number): void {
    this.#active = index
  }

  press(event: MouseEvent, index: number): void {
    const selection = this.#parts.selection()
    const isPicking = selection.isOn || event.ctrlKey || event.metaKey
    this.#active = index
    if (selection.isAsking) selection.answer(index)
    else if (isPicking || event.shiftKey) this.pick(event, index)
    else this.#parts.open(index)
  }

  pick(event: MouseEvent, index: number): void {
    const { timeline } = this.#parts.view()
    const selection = this.#parts.selection()
    if (timeline === null) return
    if (selection.isAsking) selection.answer(index)
    else if (event.shiftKey) selection.extendTo(timeline, index)
    else selection.toggle(timeline, index)
  }

  /** Notes where mouse or keyboard are; a finger needs no marks before it picks. */
  point(event: Event): void {
    const target = event.target instanceof Element ? event.target : null
    const item = target?.closest('li') ?? null
    const isTouch = event instanceof PointerEvent && event.pointerType !== 'mouse'
    // A mouse that presses a mark gives it the focus too: the mark must stay until it is released.
    if (event.type === 'focusin' && target?.matches(':focus-visible') !== true) return
    this.#pointed = item === null || isTouch ? null : Number(item.dataset['index'])
  }

  leave(event: FocusEvent | PointerEvent): void {
    const { relatedTarget } = event
    const isInside = relatedTarget instanceof Node && this.#parts.list()?.contains(relatedTarget)
    if (isInside !== true) this.#pointed = null
  }

  async key(event: KeyboardEvent): Promise<void> {
    const { grid, density } = this.#parts
    const { timeline } = this.#parts.view()
    const selection = this.#parts.selection()
    if (grid.layout === null || timeline === null) return
    if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      selection.pickAll(timeline)
      return
    }
    if (event.key === '+' || event.key === '-') density.step(event.key === '-' ? 1 : -1)
    const next = neighbourOf(grid.layout, this.#active, event.key)
    if (next === null) return
    event.preventDefault()
    if (event.shiftKey) {
      if (!selection.has(timeline, this.#active)) selection.toggle(timeline, this.#active)
      selection.extendTo(timeline, next)
    }
    await this.#goTo(next)
  }

  async #goTo(index: number): Promise<void> {
    this.#active = index
    this.#parts.grid.reveal(index)
    await this.#parts.view().tileAt(index)
    await tick()
    requestAnimationFrame(() => this.#focusOn(index))
  }

  /** Tiles come a few in every frame. Whoever goes on meanwhile wants another. */
  #focusOn(index: number): void {
    const { grid, list, view } = this.#parts
    const button = list()?.querySelector<HTMLElement>(`[data-index="${index}"] button`) ?? null
    button?.focus({ preventScroll: true })
    const { from, to } = grid.range
    const isComing = index >= from && index < to && view().knownTile(index) !== null
    const isWanted = list() !== undefined && this.#active === index
    if (button === null && isComing && isWanted) requestAnimationFrame(() => this.#focusOn(index))
  }
}
