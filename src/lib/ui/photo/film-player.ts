/**
 * A film in a slide: its poster at once, then the browser's own player. Read by parts from the service worker; as a
 * whole, through an object URL, where none controls the page. What the browser cannot play is said so.
 */
import type { Client } from '#lib/engine/client-types.ts'
import type { Tile } from '#lib/engine/library.ts'
import { words } from '#lib/ui/shared/words.ts'
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
  const film = document.createElement('video')
  film.controls = true
  film.playsInline = true
  film.preload = 'metadata'
  film.className = 'player'
  film.setAttribute('aria-label', tileName(tile))
  frame.append(film)
  const { group, original, preview } = tile
  if (original === null) return frame
  film.addEventListener('error', () => {
    if (film.error?.code !== MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED) return
    const isHere = client.engine.fetchBlob({ group, blob: original }).catch(() => false)
    void isHere.then((here) => {
      frame.replaceChildren(fileCard(tile, here ? words.notViewable : words.notHereYet))
    })
  })
  keep(() => {
    film.pause()
    film.removeAttribute('src')
    film.load()
  })
  if (client.serviceWorker.controlled()) {
    if (preview !== null) film.poster = mediaUrl(group, preview)
    film.src = mediaUrl(group, original)
    return frame
  }
  void client.objectUrl(group, original).then((url) => {
    if (url === null) return
    film.src = url
    keep(() => URL.revokeObjectURL(url))
  })
  return frame
}
