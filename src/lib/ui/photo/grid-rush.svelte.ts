/** Whether a list flies past so fast that nobody can see a photo in it. */

/**
 * The photos of a list that has not moved in the first frame after so long are read, and put into their places in the
 * next one: a finger that moves may miss a frame, and what is read takes longer to come.
 */
const pauseMs = 10
/** After so long it has come to rest. */
const restMs = 90

interface GridRushParts {
  /** Called where the list may be about to pause, or ends without having been. */
  readonly read: () => void
  /** Called as it pauses, or ends without having paused. */
  readonly pause: () => void
}

export class GridRush {
  readonly #parts: GridRushParts
  #isOn = $state(false)
  #isFlying = $state(false)
  #pause = 0
  #frame = 0
  #rest = 0

  constructor(parts: GridRushParts) {
    this.#parts = parts
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
      this.#frame = requestAnimationFrame(() => {
        this.#parts.read()
        this.#frame = requestAnimationFrame(() => this.#startPause())
      })
    }, pauseMs)
    this.#rest = window.setTimeout(() => this.end(), restMs)
  }

  #startPause(): void {
    if (!this.#isFlying) return
    this.#parts.pause()
    this.#isFlying = false
  }

  /** Whoever moved the list has let go of it, or holds still. */
  end(): void {
    this.stop()
    if (this.#isFlying) this.#parts.read()
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
