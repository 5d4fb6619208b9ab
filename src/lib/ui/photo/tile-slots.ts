/**
 * Which elements of the grid show which photo. A photo keeps its elements while it stands in the page. Where the list
 * flies past nobody can see single photos: places keep their elements then, those that are not needed are put aside,
 * and the photos at which it comes to rest get them all: making them anew takes a slow phone longer than filling them.
 */
export interface Slots {
  /** Of each photo or place. */
  readonly used: readonly number[]
  /** Put aside until somebody needs them. */
  readonly spare: readonly number[]
}

/** Photos by their keys, or so many places of a list that flies past. */
export type SlotWish = { readonly photos: readonly number[] } | { readonly places: number }

export class TileSlots {
  #photos: readonly number[] | null = []
  #used: readonly number[] = []
  #spare: readonly number[] = []
  #nextId = 0

  /** `keepsSpare`: more photos are to come, which will need what was put aside. */
  of(wish: SlotWish, keepsSpare: boolean): Slots {
    const isByPlace = 'places' in wish || this.#photos === null
    if (isByPlace) this.#takeByPlace('places' in wish ? wish.places : wish.photos.length)
    else this.#takeByPhoto(wish.photos)
    this.#photos = 'places' in wish ? null : wish.photos
    if (!keepsSpare) this.#spare = []
    return { used: this.#used, spare: this.#spare }
  }

  #takeByPlace(count: number): void {
    const all = [...this.#used, ...this.#spare]
    this.#used = Array.from({ length: count }, (_, place) => all[place] ?? this.#nextId++)
    this.#spare = all.slice(count)
  }

  #takeByPhoto(photos: readonly number[]): void {
    const before = new Map(this.#photos?.map((photo, place) => [photo, this.#used[place]]))
    const spare = [...this.#spare]
    this.#used = photos.map((photo) => before.get(photo) ?? spare.shift() ?? this.#nextId++)
    this.#spare = spare
  }
}
