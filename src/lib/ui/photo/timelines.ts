/** The timelines of this page, kept while it lives: going back shows a list at once, where it was. */
import { createContext } from 'svelte'
import type { TimelineFilter } from '#lib/engine/library.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { Density } from './density.svelte.ts'
import { TimelineView } from './timeline-view.svelte.ts'

export class Timelines {
  /** The same on every screen. */
  readonly density = new Density()
  readonly #app: App
  readonly #views = new Map<string, TimelineView>()
  #found = ''

  constructor(app: App) {
    this.#app = app
  }

  /** The view of a filter, made when it is first asked for. */
  of(filter: TimelineFilter): TimelineView {
    const key = JSON.stringify([
      filter.groups ?? [],
      filter.album ?? '',
      filter.order ?? '',
      filter.favourites ?? false,
      filter.text,
    ])
    const known = this.#views.get(key)
    // Of what people look for, only the last is worth keeping: they type letter by letter.
    if (filter.text !== undefined && key !== this.#found) {
      this.#views.delete(this.#found)
      this.#found = key
    }
    if (known !== undefined) return known
    const view = new TimelineView(this.#app, filter)
    this.#views.set(key, view)
    return view
  }
}

export const [useTimelines, provideTimelines] = createContext<Timelines>()
