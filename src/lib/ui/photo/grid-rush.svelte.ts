/** Whether a list flies past so fast that nobody can see a photo in it. */

/** A list that has not moved in the first frame after so long pauses: its photos are read and put into their places. */
const pauseMs = 10
/** After so long it has come to rest. */
const restMs = 90

export class GridRush {
  readonly #onPause: () => void
  #isOn = $state(false)
  #isFlying = $state(false)
  #pause = 0
  #frame = 0
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
    return this.#isFlying
  }

  /** The list has moved too far for anybody's eyes. */
  note(): void {
    this.stop()
    this.#isOn = true
    this.#isFlying = true
    // A frame that is late is no pause: before it begins, the finger is heard.
    this.#pause = window.setTimeout(() => {
      this.#frame = requestAnimationFrame(() => this.#startPause())
    }, pauseMs)
    this.#rest = window.setTimeout(() => this.end(), restMs)
  }

  #startPause(): void {
    if (!this.#isFlying) return
    this.#onPause()
    this.#isFlying = false
  }

  /** Whoever moved the list has let go of it, or holds still. */
  end(): void {
    this.stop()
    this.#startPause()
    this.#isOn = false
  }

  /** Waits for nothing any more. */
  stop(): void {
    clearTimeout(this.#pause)
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#rest)
  }
}
