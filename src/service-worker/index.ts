/**
 * The service worker: the app without a network, pictures under /media, and downloads under /saved.
 *
 * Starts and ends as the browser likes: nothing is kept in memory between two requests but the ports of downloads
 * under way (answer-saved.ts). A new version waits until a person asks for it.
 */
import type { PrecacheEntry } from 'workbox-precaching'
import { clientsClaim } from 'workbox-core'
import { createBrowserDisk } from '#lib/storage/browser-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMediaReader } from '#lib/storage/media-reader.ts'
import type { MediaRequest } from '#lib/wire/media-request.ts'
import { parseSaveRequest } from '#lib/wire/saved-file.ts'
import { answerMedia } from './answer-media.ts'
import { createSavedFiles } from './answer-saved.ts'
import { keepAppShell } from './app-shell.ts'
import { askPage } from './ask-page.ts'

declare const self: Omit<ServiceWorkerGlobalScope, '__WB_MANIFEST'> & {
  /** Written in by the build; the development server does not. */
  readonly __WB_MANIFEST?: PrecacheEntry[]
}

const savedFiles = createSavedFiles()
const reader = createMediaReader(createDeviceStore(createBrowserDisk()))

self.addEventListener('fetch', (event) => {
  const { origin, pathname } = new URL(event.request.url)
  if (origin !== self.location.origin) return
  const saved = savedFiles.answer(pathname)
  if (saved !== null) {
    event.waitUntil(saved.whole)
    event.respondWith(saved.response)
    return
  }
  if (!pathname.startsWith('/media/')) return
  const parts = {
    reader,
    askPage: (request: MediaRequest) => askPage(self.clients, event.clientId, request),
  }
  event.respondWith(answerMedia(event.request, parts))
})

self.addEventListener('message', (event: ExtendableMessageEvent) => {
  const message: unknown = event.data
  const save = parseSaveRequest(message)
  const port = event.ports[0]
  if (save !== null && port !== undefined) savedFiles.take(save, port)
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
