/** What is known of one photo, kept up to date while its panel is open. */
import { createSubscriber } from 'svelte/reactivity'
import type { ItemDetails } from '#lib/engine/api.ts'
import type { Tile } from '#lib/engine/library.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'

export class DetailsView {
  readonly #app: App
  readonly #tile: Pick<Tile, 'group' | 'item'>
  readonly #follow: () => void
  #details = $state.raw<ItemDetails | null>(null)

  constructor(app: App, tile: Pick<Tile, 'group' | 'item'>) {
    this.#app = app
    this.#tile = tile
    this.#follow = createSubscriber(() => {
      void this.refresh()
      return app.listen((event) => {
        const isAbout =
          event.kind === 'overview' || (event.kind === 'index' && event.group === tile.group)
        if (isAbout) void this.refresh()
      })
    })
  }

  /** Null until it has been read, and where the item has gone. */
  get details(): ItemDetails | null {
    this.#follow()
    return this.#details
  }

  /** Asks again. */
  async refresh(): Promise<void> {
    try {
      const { group, item } = this.#tile
      this.#details = await this.#app.client.engine.details({ group, item })
    } catch (cause) {
      reportError(cause)
    }
  }
}
