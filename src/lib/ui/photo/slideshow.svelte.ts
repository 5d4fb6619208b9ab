/** Photo after photo by itself, until somebody touches anything or the last one has been shown. */
export const slideMs = 4000

export class Slideshow {
  readonly #next: () => boolean
  readonly #wait: (act: () => void) => () => void
  #isRunning = $state(false)
  #forget: () => void = () => undefined

  /** `next` goes on and says whether there was a next one; `wait` calls back once, unless it is forgotten. */
  constructor(next: () => boolean, wait: (act: () => void) => () => void = waitForSlide) {
    this.#next = next
    this.#wait = wait
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  start(): void {
    this.#isRunning = true
    this.#goOn()
  }

  stop(): void {
    this.#forget()
    this.#isRunning = false
  }

  #goOn(): void {
    this.#forget = this.#wait(() => {
      if (this.#next()) this.#goOn()
      else this.stop()
    })
  }
}

function waitForSlide(act: () => void): () => void {
  const timer = setTimeout(act, slideMs)
  return () => clearTimeout(timer)
}
