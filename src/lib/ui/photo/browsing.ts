/** What a screen of photos keeps while a person looks through them: what is picked, and where they are. */
import { parseHeldPhoto, parseHold, type HeldPhoto, type Hold } from './grid-hold.ts'
import { Selection } from './selection.svelte.ts'

interface Scrolled {
  readonly hold: Hold | null
  returnTo(hold: Hold | null): void
  reveal(index: number): void
}

/** Whatever opens photos over the grid. */
interface Viewing {
  /** The one that is open. */
  readonly seen: HeldPhoto | null
  open(photo: HeldPhoto): void
}

export class Browsing {
  readonly selection = new Selection()
  #grid: Scrolled | null = null
  #viewing: Viewing | null = null
  /** Where to go as soon as there is a grid. */
  #wanted: Hold | null = null
  /** What to open as soon as it can be. */
  #wantedPhoto: HeldPhoto | null = null

  /** The grid that shows the photos, from now until the returned function is called. */
  show(grid: Scrolled): () => void {
    this.#grid = grid
    if (this.#wanted !== null) grid.returnTo(this.#wanted)
    this.#wanted = null
    return () => (this.#grid = null)
  }

  /** What opens photos, from now until the returned function is called. */
  view(viewing: Viewing): () => void {
    this.#viewing = viewing
    if (this.#wantedPhoto !== null) viewing.open(this.#wantedPhoto)
    this.#wantedPhoto = null
    return () => (this.#viewing = null)
  }

  /** Brings a photo into sight, where there is a grid. */
  reveal(index: number): void {
    this.#grid?.reveal(index)
  }

  /** Where the person is, for a page's snapshot: Back and a reload return there. */
  capture(): { hold: Hold | null; seen: HeldPhoto | null } {
    return {
      hold: this.#grid?.hold ?? this.#wanted,
      seen: this.#viewing?.seen ?? this.#wantedPhoto,
    }
  }

  restore(kept: unknown): void {
    const { hold, seen } = (kept ?? {}) as Partial<Record<string, unknown>>
    this.#returnTo(parseHold(hold))
    const photo = parseHeldPhoto(seen)
    if (this.#viewing === null) this.#wantedPhoto = photo
    else if (photo !== null) this.#viewing.open(photo)
  }

  #returnTo(hold: Hold | null): void {
    if (hold === null) return
    if (this.#grid === null) this.#wanted = hold
    else this.#grid.returnTo(hold)
  }
}
