/**
 * The service worker: the app without a network, and pictures under /media.
 *
 * Starts and ends as the browser likes: nothing is kept in memory between two requests. A new version
 * waits until a person asks for it.
 */
import type { PrecacheEntry } from 'workbox-precaching'
import { clientsClaim } from 'workbox-core'
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import { createBrowserDisk } from '#lib/storage/browser-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMediaReader } from '#lib/storage/media-reader.ts'
import { answerMedia } from './answer-media.ts'
import { keepAppShell } from './app-shell.ts'
import { askPage } from './ask-page.ts'

declare const self: Omit<ServiceWorkerGlobalScope, '__WB_MANIFEST'> & {
  /** Written in by the build; the development server does not. */
  readonly __WB_MANIFEST?: PrecacheEntry[]
}

const reader = createMediaReader(createDeviceStore(createBrowserDisk()))

self.addEventListener('fetch', (event) => {
  const { origin, pathname } = new URL(event.request.url)
  if (origin !== self.location.origin || !pathname.startsWith('/media/')) return
  const parts = {
    reader,
    askPage: (group: GroupId, blob: BlobId) =>
      askPage(self.clients, event.clientId, { group, blob }),
  }
  event.respondWith(answerMedia(event.request, parts))
})

self.addEventListener('message', (event: ExtendableMessageEvent) => {
  const message: unknown = event.data
  const isAsked =
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    message.type === 'SKIP_WAITING'
  if (isAsked) event.waitUntil(self.skipWaiting())
})

// The page of the first visit is served at once, pictures included.
clientsClaim()
keepAppShell(self.__WB_MANIFEST ?? [])
