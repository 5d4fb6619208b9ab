/** Photo after photo by itself, until somebody touches anything or the last one has been shown. */
import type PhotoSwipe from 'photoswipe'

const slideMs = 4000
const lookMs = 200
/** A quarter of a minute. */
const mostLooks = 75

export class Slideshow {
  readonly #stage: () => PhotoSwipe | null
  #isRunning = $state(false)
  #forget: () => void = () => undefined

  constructor(stage: () => PhotoSwipe | null) {
    this.#stage = stage
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
    this.#forget = waitOn(this.#stage(), () => {
      const stage = this.#stage()
      if (stage === null || stage.currIndex >= stage.getNumItems() - 1) {
        this.stop()
        return
      }
      stage.next()
      this.#goOn()
    })
  }
}

/**
 * Waits as long as what is on the stage deserves: a film to its end, without its sound, a picture from when it is
 * there; what does not come for long is passed over. Returns what ends the waiting.
 */
function waitOn(stage: PhotoSwipe | null, act: () => void): () => void {
  const ended = new AbortController()
  const { signal } = ended
  const film = stage?.currSlide?.content.element?.querySelector('video')
  let timer = 0
  const goOn = () => {
    if (signal.aborted) return
    ended.abort()
    act()
  }
  const stay = () => (timer = window.setTimeout(goOn, slideMs))
  const look = (triesLeft: number) => {
    if (triesLeft === 0 || isThere(stage)) stay()
    else timer = window.setTimeout(() => look(triesLeft - 1), lookMs)
  }
  if (film) {
    film.muted = true
    film.addEventListener('ended', goOn, { signal })
    film.play().catch(stay)
  } else look(mostLooks)
  return () => {
    ended.abort()
    clearTimeout(timer)
  }
}

function isThere(stage: PhotoSwipe | null): boolean {
  const element = stage?.currSlide?.content.element
  return !(element instanceof HTMLImageElement) || element.dataset['shown'] !== undefined
}
