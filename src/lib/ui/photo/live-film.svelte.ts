/**
 * The film of a live photo, played over its still: while somebody holds the picture, or once by its button or key.
 *
 * It lies on the picture inside its slide, so that it is zoomed and dragged with it; sound plays where the browser lets
 * a page make any by itself.
 */
import type PhotoSwipe from 'photoswipe'
import type { Tile } from '#lib/engine/library.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { viewerWords } from '#lib/ui/shared/words-of-viewer.ts'
import { mediaUrl } from '#lib/wire/media-url.ts'

const holdMs = 350
const stillPx = 10

interface Source {
  readonly url: string
  readonly release: () => void
}

/** What is in sight. */
interface Stage {
  readonly tile: Tile | null
  readonly photoSwipe: PhotoSwipe | null
}

export class LiveFilm {
  readonly #app: App
  readonly #stage: () => Stage
  #end: (() => void) | null = null
  #isPlaying = $state(false)
  #wasHeld = false

  constructor(app: App, stage: () => Stage) {
    this.#app = app
    this.#stage = stage
  }

  /** From the wish to see it until it is over. */
  get isPlaying(): boolean {
    return this.#isPlaying
  }

  /** Whether what ends now was a hold, and no tap. */
  get wasHeld(): boolean {
    return this.#wasHeld
  }

  toggle(): void {
    if (this.#isPlaying) this.stop()
    else void this.#play()
  }

  stop(): void {
    this.#end?.()
    this.#end = null
    this.#isPlaying = false
  }

  /** Listens for holds on the pictures of a stage, until the returned function is called. */
  listen(element: HTMLElement): () => void {
    const stopped = new AbortController()
    const options = { signal: stopped.signal, capture: true }
    let held: { readonly x: number; readonly y: number } | null = null
    let timer = 0
    const release = (): void => {
      clearTimeout(timer)
      if (held !== null && this.#wasHeld) this.stop()
      held = null
    }
    const press = (event: PointerEvent): void => {
      release()
      this.#wasHeld = false
      const isOnPicture =
        event.target instanceof Element && event.target.closest('.pswp__zoom-wrap')
      if (!isOnPicture || !event.isPrimary || event.button !== 0) return
      held = { x: event.clientX, y: event.clientY }
      timer = window.setTimeout(() => {
        if (!this.#stage().tile?.film) return
        this.#wasHeld = true
        void this.#play()
      }, holdMs)
    }
    const move = ({ clientX, clientY }: PointerEvent): void => {
      if (held !== null && Math.hypot(clientX - held.x, clientY - held.y) > stillPx) release()
    }
    element.addEventListener('pointerdown', press, options)
    element.addEventListener('pointermove', move, options)
    for (const name of ['pointerup', 'pointercancel'] as const)
      element.addEventListener(name, release, options)
    // Whoever holds a live photo wants to see it, not what else can be done with a picture.
    const stay = (event: Event): void => {
      if (held !== null && this.#stage().tile?.film) event.preventDefault()
    }
    element.addEventListener('contextmenu', stay, options)
    return () => {
      stopped.abort()
      release()
      this.stop()
    }
  }

  async #play(): Promise<void> {
    this.stop()
    const { tile, photoSwipe } = this.#stage()
    const picture = photoSwipe?.currSlide?.content.element
    if (!tile?.film || !picture) return
    const playing = new AbortController()
    this.#end = () => playing.abort()
    this.#isPlaying = true
    const source = await this.#sourceOf(tile)
    if (playing.signal.aborted) source?.release()
    else if (source === null) this.#giveUp(viewerWords.notHereYet)
    else this.#show(tile, { picture, source, signal: playing.signal })
  }

  #show(
    { group, film: blob }: Tile,
    on: { readonly picture: HTMLElement; readonly source: Source; readonly signal: AbortSignal },
  ): void {
    const { picture, source, signal } = on
    const film = document.createElement('video')
    film.className = 'live-film'
    film.playsInline = true
    // The picture is drawn anew in other sizes when it is zoomed, or the device turned.
    const sizes = new ResizeObserver(() => {
      film.style.inlineSize = picture.style.width
      film.style.blockSize = picture.style.height
    })
    sizes.observe(picture)
    film.addEventListener('playing', () => film.classList.add('running'))
    film.addEventListener('error', () => this.#giveUp(viewerWords.liveNotPlayable), { signal })
    film.addEventListener('ended', () => {
      if (typeof blob === 'string')
        void this.#app.client.engine.keepWatched({ group, blob }).catch(() => undefined)
      this.stop()
    })
    signal.addEventListener('abort', () => {
      sizes.disconnect()
      film.remove()
      film.removeAttribute('src')
      film.load()
      source.release()
    })
    film.src = source.url
    picture.after(film)
    void film.play().catch(() => {
      // Without a touch before, only what is silent may play.
      film.muted = true
      void film.play().catch(() => undefined)
    })
  }

  async #sourceOf({ group, film, original }: Tile): Promise<Source | null> {
    const { client } = this.#app
    if (typeof film === 'string') {
      if (client.serviceWorker.controlled())
        return { url: mediaUrl(group, film), release: () => undefined }
      const url = await client.objectUrl(group, film)
      return url === null ? null : { url, release: () => URL.revokeObjectURL(url) }
    }
    if (film === null || original === null) return null
    const part = { group, blob: original, from: film.from, to: film.from + film.size }
    const bytes = await client.engine.openPart(part).catch(() => null)
    if (bytes === null) return null
    const url = URL.createObjectURL(new Blob([bytes], { type: 'video/mp4' }))
    return { url, release: () => URL.revokeObjectURL(url) }
  }

  #giveUp(why: string): void {
    this.stop()
    this.#app.toasts.show({ text: why })
  }
}
