/**
 * Where photos are taken, for who wants it on them (docs/design.md §10): off until a person turns it on, and asked of
 * the device only then. The wish is remembered; the place itself is kept nowhere but in the photo.
 *
 * Units   degrees × 10⁷
 * Errors  none: a place that is refused, unknown or slow is left out, and the photo is taken without
 */
import type { ChosenFile } from '#lib/engine/api.ts'
import { recall, remember } from '#lib/ui/shared/memory.ts'

type CameraPlace = NonNullable<ChosenFile['place']>

/** A photo waits for its place no longer than this: being safe comes first. */
const patienceMs = 300
/** A place of a moment ago is still the place. */
const freshMs = 30_000

export class CameraPlaces {
  #isWanted = $state(recall('camera-place') === 'add')
  #isRefused = $state(false)
  #watch: number | null = null
  #last: CameraPlace | null = null
  #waiting: (() => void)[] = []

  /** Whether the person wants places on photos. */
  get isWanted(): boolean {
    return this.#isWanted
  }

  /** Whether the browser does not tell where it is, though the person wants it. */
  get isRefused(): boolean {
    return this.#isWanted && this.#isRefused
  }

  /** Begins to follow the device, where that is wanted. */
  open(): void {
    if (!this.#isWanted || this.#watch !== null) return
    if (!('geolocation' in navigator)) {
      this.#isRefused = true
      return
    }
    this.#watch = navigator.geolocation.watchPosition(
      ({ coords }) => this.#take(coords),
      (error) => this.#miss(error),
      { enableHighAccuracy: true, maximumAge: freshMs },
    )
  }

  want(isWanted: boolean): void {
    this.#isWanted = isWanted
    remember('camera-place', isWanted ? 'add' : 'leave out')
    if (isWanted) this.open()
    else this.close()
  }

  /** The place of a photo taken now; null where it is not wanted or cannot be had soon. */
  async now(): Promise<CameraPlace | null> {
    if (this.#watch === null || this.#isRefused) return null
    if (this.#last === null) await this.#next()
    return this.#last
  }

  close(): void {
    if (this.#watch !== null) navigator.geolocation.clearWatch(this.#watch)
    this.#watch = null
    this.#last = null
    this.#isRefused = false
    this.#wake()
  }

  #take({ latitude, longitude }: GeolocationCoordinates): void {
    this.#last = { latitudeE7: toE7(latitude), longitudeE7: toE7(longitude) }
    this.#isRefused = false
    this.#wake()
  }

  #miss({ code, PERMISSION_DENIED }: GeolocationPositionError): void {
    // Anything else may pass: no signal in a cellar.
    if (code !== PERMISSION_DENIED) return
    this.#isRefused = true
    this.#wake()
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      setTimeout(resolve, patienceMs)
    })
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

const toE7 = (degrees: number): number => Math.round(degrees * 1e7)
