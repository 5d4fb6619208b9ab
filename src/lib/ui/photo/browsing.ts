/** What a screen of photos keeps while a person looks through them: what is picked, and where they are. */
import { parseHold, type Hold } from './grid-hold.ts'
import { Selection } from './selection.svelte.ts'

interface Scrolled {
  readonly hold: Hold | null
  returnTo(hold: Hold | null): void
  reveal(index: number): void
}

export class Browsing {
  readonly selection = new Selection()
  #grid: Scrolled | null = null
  /** Where to go as soon as there is a grid. */
  #wanted: Hold | null = null

  /** The grid that shows the photos, from now until the returned function is called. */
  show(grid: Scrolled): () => void {
    this.#grid = grid
    if (this.#wanted !== null) grid.returnTo(this.#wanted)
    this.#wanted = null
    return () => (this.#grid = null)
  }

  /** Brings a photo into sight, where there is a grid. */
  reveal(index: number): void {
    this.#grid?.reveal(index)
  }

  /** Where the person is, for a page's snapshot: Back and a reload return there. */
  capture(): Hold | null {
    return this.#grid?.hold ?? this.#wanted
  }

  restore(kept: unknown): void {
    const hold = parseHold(kept)
    if (hold === null) return
    if (this.#grid === null) this.#wanted = hold
    else this.#grid.returnTo(hold)
  }
}
