/**
 * Which elements of the grid show which photo. A photo keeps its elements while it stands in the page. Where the list
 * flies past nobody can see single photos: places keep their elements then, and the photos at which it comes to rest
 * get those, for making them anew takes a slow phone longer than filling them.
 */
export class TileSlots {
  #photos: readonly number[] | null = []
  #ids: readonly number[] = []
  #nextId = 0

  /** An id of elements for each photo (by its key), or for each of so many places. */
  of(photos: readonly number[] | { readonly places: number }): readonly number[] {
    if ('places' in photos) {
      this.#photos = null
      this.#ids = this.#byPlace(photos.places)
      return this.#ids
    }
    this.#ids = this.#photos === null ? this.#byPlace(photos.length) : this.#byPhoto(photos)
    this.#photos = photos
    return this.#ids
  }

  #byPlace(count: number): number[] {
    return Array.from({ length: count }, (_, place) => this.#ids[place] ?? this.#nextId++)
  }

  #byPhoto(photos: readonly number[]): number[] {
    const before = new Map(this.#photos?.map((photo, place) => [photo, this.#ids[place]]))
    return photos.map((photo) => before.get(photo) ?? this.#nextId++)
  }
}
