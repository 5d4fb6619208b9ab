/** The photos of a viewer: a frozen snapshot, so that what arrives meanwhile moves nothing under the finger. */
import type { Client } from '#lib/engine/client-types.ts'
import type { Tile, Timeline } from '#lib/engine/library.ts'
import { positionOf } from './grid-hold.ts'

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

  /** Reads a tile and its neighbours again, for what was written about them since, and forgets the others. */
  async renew(index: number): Promise<void> {
    const from = Math.max(0, index - nearby)
    const to = Math.min(this.count, index + nearby + 1)
    const tiles = await this.#client.library.tiles(this.timeline, from, to, 'renewed')
    const shown = [...this.#tiles]
    this.#tiles.clear()
    for (const [at, old] of shown) {
      const tile = tiles[at - from]
      // Where the list has changed beneath the snapshot, what is shown stays.
      if (at >= from && at < to)
        this.#tiles.set(at, tile?.item === old?.item ? (tile ?? null) : old)
    }
  }

  /** Where a photo of these is in another list of the same photos. */
  positionIn(timeline: Timeline, index: number): number {
    const { takenMs, groups, groupOf, slots } = this.timeline
    const group = groups[groupOf[index] ?? 0] ?? ''
    return positionOf({ takenMs: takenMs[index] ?? 0, group, slot: slots[index] ?? 0 }, timeline)
  }
}
