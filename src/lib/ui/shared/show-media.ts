/**
 * Puts a rendition into an `<img>`: by its media address where the service worker answers, by an object URL
 * elsewhere. What cannot be shown yet is tried again quietly, sooner once there is signal.
 */
import type { Attachment } from 'svelte/attachments'
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import type { Client } from '#lib/engine/client-types.ts'
import { mediaUrl } from '#lib/wire/media-url.ts'

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
  let objectUrl: string | null = null
  let attempt = 0
  let timer = 0
  let isStopped = false

  async function load(): Promise<void> {
    clearTimeout(timer)
    if (client.serviceWorker.controlled()) {
      image.src = mediaUrl(media.group, media.blob)
      return
    }
    const url = await client.objectUrl(media.group, media.blob)
    if (isStopped) {
      if (url !== null) URL.revokeObjectURL(url)
      return
    }
    if (url === null) {
      retryLater()
      return
    }
    release()
    objectUrl = url
    image.src = url
  }

  async function fetchThenRetry(): Promise<void> {
    const isHere = await client.engine.fetchBlob(media).catch(() => false)
    if (isStopped) return
    image.removeAttribute('src')
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
    timer = window.setTimeout(() => void load(), delayMs)
  }

  function release(): void {
    if (objectUrl !== null) URL.revokeObjectURL(objectUrl)
    objectUrl = null
  }

  const onLoad = () => (image.dataset.shown = '')
  const onError = () => void fetchThenRetry()
  const onOnline = () => {
    if (image.dataset.shown === undefined) void load()
  }
  image.addEventListener('load', onLoad)
  image.addEventListener('error', onError)
  addEventListener('online', onOnline)
  void load().catch(retryLater)

  return {
    stop() {
      isStopped = true
      clearTimeout(timer)
      image.removeEventListener('load', onLoad)
      image.removeEventListener('error', onError)
      removeEventListener('online', onOnline)
      release()
    },
  }
}
