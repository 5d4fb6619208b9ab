/** The photo that a viewer shows, with what is written about it meanwhile. */
import type { Tile } from '#lib/engine/library.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import type { Slides } from './slides.ts'
import { TalkView } from './talk-view.svelte.ts'

export class ShownPhoto {
  readonly #app: App
  #slides: Slides | null = null
  #index = $state(-1)
  #tile = $state.raw<Tile | null>(null)

  // Compared by value: what is written about a photo begins no other conversation.
  readonly #group = $derived.by(() => this.#tile?.group)
  readonly #item = $derived.by(() => this.#tile?.item)

  constructor(app: App) {
    this.#app = app
  }

  /** What is said under it. */
  readonly talkView = $derived.by(() => {
    const [group, item] = [this.#group, this.#item]
    return group && item ? new TalkView(this.#app, { group, item }) : null
  })

  /** Where it is among the slides; −1 before the first one. */
  get index(): number {
    return this.#index
  }

  /** Null until it has been read, and where it has gone. */
  get tile(): Tile | null {
    return this.#tile
  }

  async follow(slides: Slides, index: number): Promise<void> {
    this.#slides = slides
    this.#index = index
    if (slides.known(index) === undefined) await slides.read(index)
    if (this.#index === index) this.#tile = slides.known(index) ?? null
  }

  /** Listens to what others write, until the returned function is called. */
  listen(): () => void {
    return this.#app.listen((event) => {
      if (event.kind === 'index' && event.group === this.#tile?.group) void this.#renew()
    })
  }

  async #renew(): Promise<void> {
    const [slides, index] = [this.#slides, this.#index]
    try {
      await slides?.renew(index)
      if (slides !== null && slides === this.#slides && this.#index === index)
        this.#tile = slides.known(index) ?? null
    } catch (cause) {
      reportError(cause)
    }
  }
}
