/**
 * A film in a slide: its poster at once, then the browser's own player. The service worker gives it the parts that it
 * asks for, from this device or from where the film is. Where none controls the page the film is fetched whole and
 * played from an object URL; the slide says so meanwhile. What the browser cannot play is said so.
 */
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import type { Client } from '#lib/engine/client-types.ts'
import type { Tile } from '#lib/engine/library.ts'
import { viewerWords } from '#lib/ui/shared/words-of-viewer.ts'
import { mediaUrl } from '#lib/wire/media-url.ts'
import { fileCard } from './file-card.ts'
import { tileName } from './tile-name.ts'

/** The player; `keep` is given what ends it. */
export function filmPlayer(
  client: Client,
  tile: Tile,
  keep: (stop: () => void) => void,
): HTMLDivElement {
  const frame = document.createElement('div')
  frame.className = 'film'
  const film = videoOf(tile)
  frame.append(film)
  const { group, original, preview } = tile
  if (original === null) return frame
  const stopped = new AbortController()
  const { signal } = stopped
  keep(() => {
    stopped.abort()
    film.pause()
    film.removeAttribute('src')
    film.load()
  })
  const sayWhy = async (): Promise<void> => {
    const part = { group, blob: original, from: 0, to: 1 }
    const isThere = (await client.engine.openPart(part).catch(() => null)) !== null
    frame.replaceChildren(
      fileCard(tile, isThere ? viewerWords.notViewable : viewerWords.notHereYet),
    )
  }
  film.addEventListener('error', () => {
    if (film.error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED) void sayWhy()
    else if (film.error?.code === MediaError.MEDIA_ERR_NETWORK) goOnWithSignal(film, signal)
  })
  film.addEventListener('ended', () => {
    void client.engine.keepWatched({ group, blob: original }).catch(() => undefined)
  })
  if (client.serviceWorker.controlled()) {
    if (preview !== null) film.poster = mediaUrl(group, preview)
    film.src = mediaUrl(group, original)
    return frame
  }
  // Nothing to play yet: its picture stands there without a player's buttons.
  film.controls = false
  if (preview !== null) void showPoster(client, film, { group, preview, signal })
  const note = noteOf(viewerWords.filmFetchedWhole)
  frame.append(note)
  void client.objectUrl(group, original).then((url) => {
    note.remove()
    if (url === null) {
      void sayWhy()
      return
    }
    if (signal.aborted) URL.revokeObjectURL(url)
    else {
      film.controls = true
      film.src = url
    }
    signal.addEventListener('abort', () => URL.revokeObjectURL(url))
  })
  return frame
}

interface Poster {
  readonly group: GroupId
  readonly preview: BlobId
  readonly signal: AbortSignal
}

async function showPoster(
  client: Client,
  film: HTMLVideoElement,
  { group, preview, signal }: Poster,
): Promise<void> {
  const url = await client.objectUrl(group, preview).catch(() => null)
  if (url === null) return
  if (signal.aborted) URL.revokeObjectURL(url)
  else film.poster = url
  signal.addEventListener('abort', () => URL.revokeObjectURL(url))
}

function videoOf(tile: Tile): HTMLVideoElement {
  const film = document.createElement('video')
  film.controls = true
  film.playsInline = true
  film.preload = 'metadata'
  film.className = 'player'
  film.setAttribute('aria-label', tileName(tile))
  return film
}

/** The connection went while it played: it goes on at the same place once there is signal. */
function goOnWithSignal(film: HTMLVideoElement, signal: AbortSignal): void {
  const { currentTime } = film
  const goOn = (): void => {
    film.load()
    film.currentTime = currentTime
    void film.play().catch(() => undefined)
  }
  addEventListener('online', goOn, { once: true, signal })
}

function noteOf(text: string): HTMLElement {
  const note = document.createElement('p')
  note.className = 'film-note'
  note.setAttribute('role', 'status')
  note.textContent = text
  return note
}
