/** The photos of a viewer: a frozen snapshot, so that what arrives meanwhile moves nothing under the finger. */
import type { Client } from '#lib/engine/client-types.ts'
import type { Tile, Timeline } from '#lib/engine/library.ts'

const nearby = 2

export class Slides {
  readonly timeline: Timeline
  readonly #client: Client
  readonly #tiles = new Map<number, Tile | null>()

  constructor(client: Client, timeline: Timeline) {
    this.#client = client
    this.timeline = timeline
  }

  get count(): number {
    return this.timeline.count
  }

  /** Undefined where it has not been read, null where the item has gone. */
  known(index: number): Tile | null | undefined {
    return this.#tiles.get(index)
  }

  /** Takes tiles that a list has read already, so that opening one waits for nothing. */
  take(index: number, tileAt: (index: number) => Tile | null | undefined): void {
    for (let near = Math.max(0, index - nearby); near <= index + nearby; near++) {
      const tile = near < this.count ? tileAt(near) : undefined
      if (tile !== undefined) this.#tiles.set(near, tile)
    }
  }

  /** Reads a tile and its neighbours; true where that brought something new. */
  async read(index: number): Promise<boolean> {
    const from = Math.max(0, index - nearby)
    const to = Math.min(this.count, index + nearby + 1)
    const isKnown = Array.from({ length: to - from }, (_, i) => from + i).every((i) =>
      this.#tiles.has(i),
    )
    if (isKnown) return false
    const tiles = await this.#client.library.tiles(this.timeline, from, to)
    tiles.forEach((tile, i) => this.#tiles.set(from + i, tile))
    return true
  }
}
