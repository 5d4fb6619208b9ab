/**
 * Puts a rendition into an `<img>`: by its media address where the service worker answers, by an object URL
 * elsewhere. What cannot be shown yet is tried again quietly, sooner once there is signal.
 */
import type { Attachment } from 'svelte/attachments'
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import type { Client } from '#lib/engine/client-types.ts'
import { mediaUrl } from '#lib/wire/media-url.ts'
import { whenIdle } from './when-idle.ts'

/** A finger that moves goes before pictures that are not here, for so long. */
const patienceMs = 5000
const retryDelaysMs = [400, 1500, 5000, 15_000, 30_000]

export interface MediaName {
  readonly group: GroupId
  readonly blob: BlobId
}

/** Shows the rendition while the image is mounted; marks it with `data-shown` once it is painted. */
export function showMedia(client: Client, media: MediaName): Attachment<HTMLImageElement> {
  return (image) => {
    const showing = startShowing(client, media, image)
    return () => showing.stop()
  }
}

/** The same for images that no component owns. */
export function startShowing(client: Client, media: MediaName, image: HTMLImageElement) {
  // Null once stopped: an answer that is still to come must not keep a picture that has gone.
  let shown: HTMLImageElement | null = image
  let objectUrl: string | null = null
  let attempt = 0
  let timer = 0

  async function load(): Promise<void> {
    clearTimeout(timer)
    if (client.serviceWorker.controlled()) {
      shown?.setAttribute('src', mediaUrl(media.group, media.blob))
      return
    }
    const url = await client.objectUrl(media.group, media.blob)
    if (shown === null) {
      if (url !== null) URL.revokeObjectURL(url)
      return
    }
    if (url === null) {
      retryLater()
      return
    }
    release()
    objectUrl = url
    shown.src = url
  }

  async function fetchThenRetry(): Promise<void> {
    shown?.removeAttribute('src')
    const isHere = await client.engine.fetchBlob(media).catch(() => false)
    if (shown === null) return
    if (isHere && attempt === 0) {
      attempt += 1
      void load()
    } else {
      retryLater()
    }
  }

  function retryLater(): void {
    const delayMs = retryDelaysMs[Math.min(attempt, retryDelaysMs.length - 1)]
    attempt += 1
    timer = window.setTimeout(() => whenIdle(() => void load(), patienceMs), delayMs)
  }

  function release(): void {
    if (objectUrl !== null) URL.revokeObjectURL(objectUrl)
    objectUrl = null
  }

  const onLoad = () => shown?.setAttribute('data-shown', '')
  const onError = () => void fetchThenRetry()
  const onOnline = () => {
    if (shown?.hasAttribute('data-shown') === false) void load()
  }
  image.addEventListener('load', onLoad)
  image.addEventListener('error', onError)
  addEventListener('online', onOnline)
  void load().catch(retryLater)

  return {
    stop() {
      clearTimeout(timer)
      shown?.removeEventListener('load', onLoad)
      shown?.removeEventListener('error', onError)
      removeEventListener('online', onOnline)
      if (shown?.isConnected === false && !shown.hasAttribute('data-shown')) endLoading(shown)
      release()
      shown = null
    },
  }
}

const mostElsewhere = 200
let elsewhere: Document | null = null
let isElsewhere = 0

/**
 * Has a picture that has left the page load no more: in a document without a window nothing does. Chromium never lets
 * go of one that leaves while it loads, nor of one whose address is taken away after that; it lets go of documents.
 */
function endLoading(image: HTMLImageElement): void {
  if (isElsewhere++ % mostElsewhere === 0)
    elsewhere = document.implementation.createHTMLDocument('')
  elsewhere?.adoptNode(image)
}
