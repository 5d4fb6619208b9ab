/** Whether a list flies past so fast that nobody can see a photo in it. */

/** A list that has hardly moved for so long has its photos read; after so long, they are shown. */
const readMs = 45
const restMs = 90

export class GridRush {
  #isOn = $state(false)
  #isReadable = $state(true)
  #read = 0
  #rest = 0

  /** No photo is shown meanwhile. */
  get isOn(): boolean {
    return this.#isOn
  }

  /** Whether photos are worth reading: a moment before they can be seen. */
  get isReadable(): boolean {
    return this.#isReadable
  }

  /** The list has moved too far for anybody's eyes. */
  note(): void {
    this.stop()
    this.#isOn = true
    this.#isReadable = false
    this.#read = window.setTimeout(() => (this.#isReadable = true), readMs)
    this.#rest = window.setTimeout(() => (this.#isOn = false), restMs)
  }

  /** Whoever moved the list has let go of it. */
  end(): void {
    this.stop()
    this.#isOn = false
    this.#isReadable = true
  }

  /** Waits for nothing any more. */
  stop(): void {
    clearTimeout(this.#read)
    clearTimeout(this.#rest)
  }
}
