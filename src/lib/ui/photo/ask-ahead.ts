/** Asks for a photo's picture while the finger is still on its tile, so that the viewer finds it on its way. */
import type { Client } from '#lib/engine/client-types.ts'
import type { Tile } from '#lib/engine/library.ts'
import { mediaUrl } from '#lib/wire/media-url.ts'

/** Nothing happens where the service worker does not answer, or the picture is not on this device. */
export function askAhead({ serviceWorker }: Client, { kind, group, preview }: Tile): void {
  if (kind !== 'photo' || preview === null || !serviceWorker.controlled()) return
  // Two images of one address in one document are one request (HTML, the list of available images).
  new Image().src = mediaUrl(group, preview)
}
