/** Whether a list flies past so fast that nobody can see a photo in it. */

/** A list that has hardly moved for so long pauses: its photos are read, and put into their places frame by frame. */
const pauseMs = 20
/** After so long it has come to rest. */
const restMs = 90

export class GridRush {
  readonly #onPause: () => void
  #isOn = $state(false)
  #isPausing = $state(true)
  #pause = 0
  #rest = 0

  /** `onPause` is called as it pauses, or ends without having paused. */
  constructor(onPause: () => void) {
    this.#onPause = onPause
  }

  /** Places stand for photos meanwhile, and nothing is made that cannot be seen. */
  get isOn(): boolean {
    return this.#isOn
  }

  /** No photo is worth reading or showing: it will have gone by then. */
  get isFlying(): boolean {
    return this.#isOn && !this.#isPausing
  }

  /** The list has moved too far for anybody's eyes. */
  note(): void {
    this.stop()
    this.#isOn = true
    this.#isPausing = false
    this.#pause = window.setTimeout(() => this.#startPause(), pauseMs)
    this.#rest = window.setTimeout(() => this.end(), restMs)
  }

  #startPause(): void {
    if (this.#isPausing) return
    this.#onPause()
    this.#isPausing = true
  }

  /** Whoever moved the list has let go of it, or holds still. */
  end(): void {
    this.stop()
    if (this.#isOn) this.#startPause()
    this.#isOn = false
  }

  /** Waits for nothing any more. */
  stop(): void {
    clearTimeout(this.#pause)
    clearTimeout(this.#rest)
  }
}
