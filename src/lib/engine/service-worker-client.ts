/**
 * The page's side of the service worker: registering it, noticing a new version, fetching for it.
 *
 * Without service workers (no secure context, some private modes) nothing is controlled and nothing is
 * ever ready. With several tabs: the new version starts when a person asks for it in any of them; the
 * others then say that they too want a reload, or reload at once while nobody looks and no chosen files are on their way
 * out of the page. It cannot start while the former answers a page that waits for something: that page is reloaded then,
 * and once more by the new version.
 */
import { hourMs, minuteMs, platformClock, type Clock } from '#lib/base/time.ts'
import { Workbox } from 'workbox-window'
import type { Fetching } from './answer-fetches.ts'
import type { AppUpdates } from './client-types.ts'

export interface ServiceWorkerClient extends AppUpdates {
  /** Answers the service worker's wishes for what is not on the device. Offline the answer is no. */
  answerFetches(engine: Fetching): void
}

/** Where SvelteKit puts the built service worker. */
const scriptUrl = '/service-worker.js'

/** So much longer the rest of the app may wait on a first visit: on a link's page the group's photos come first. */
const firstVisitMs = 8000

/** Registers the service worker once the page has loaded, or a little later on a first visit. */
export function createServiceWorkerClient(clock: Clock = platformClock): ServiceWorkerClient {
  if (!('serviceWorker' in navigator)) return withoutServiceWorker
  const container = navigator.serviceWorker
  const workbox = new Workbox(scriptUrl)
  const updates = watchUpdates(workbox, clock)
  checkWhenShown(workbox, clock)
  let isAsked = false
  const keepApp = () => {
    if (isAsked) return
    isAsked = true
    // A blocked or failed registration leaves the page as it is without one; the next visit tries again.
    workbox.register().catch(() => undefined)
  }
  if (container.controller === null) setTimeout(keepApp, firstVisitMs)
  else keepApp()
  return {
    ...updates,
    keepApp,
    controlled: () => container.controller !== null,
    answerFetches: (engine) => {
      container.addEventListener('message', (event) => {
        // Nothing that the first paint waits for.
        void import('./answer-fetches.ts').then(({ answerFetch }) => answerFetch(event, engine))
      })
    },
  }
}

const withoutServiceWorker: ServiceWorkerClient = {
  updateReady: () => undefined,
  update: () => undefined,
  controlled: () => false,
  keepApp: () => undefined,
  answerFetches: () => undefined,
}

/** What a picture from a place takes at most, as a rule; a download takes longer. */
const busyPatienceMs = 4000

function watchUpdates(workbox: Workbox, clock: Clock): Pick<AppUpdates, 'updateReady' | 'update'> {
  const callbacks: (() => void)[] = []
  let isBusy = () => false
  let isReady = false
  let isAsked = wasAsked(clock)
  const ready = () => {
    if (isReady) return
    isReady = true
    for (const callback of callbacks) callback()
  }
  workbox.addEventListener('waiting', ready)
  workbox.addEventListener('controlling', ({ isUpdate }) => {
    if (isUpdate !== true) return
    if (isAsked || (document.visibilityState === 'hidden' && !isBusy())) location.reload()
    else ready()
  })
  return {
    updateReady: (callback, busy) => {
      isBusy = busy
      callbacks.push(callback)
      if (isReady) callback()
    },
    update: () => {
      isAsked = true
      noteAsked(clock)
      void startWaiting(workbox)
      setTimeout(() => location.reload(), busyPatienceMs)
    },
  }
}

const askedKey = 'mantel.update-asked'

/** So that the page that is loaded meanwhile knows it, too. */
function noteAsked(clock: Clock): void {
  try {
    sessionStorage.setItem(askedKey, String(clock()))
  } catch {
    // Then it is asked once more.
  }
}

function wasAsked(clock: Clock): boolean {
  try {
    return clock() - Number(sessionStorage.getItem(askedKey) ?? 0) < minuteMs
  } catch {
    return false
  }
}

/** Another tab may have started it already: then a reload is all that is missing. */
async function startWaiting(workbox: Workbox): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration()
  if (registration?.waiting === null || registration === undefined) location.reload()
  else workbox.messageSkipWaiting()
}

/** An app on the home screen is rarely opened anew: it looks for a new version when it is shown. */
function checkWhenShown(workbox: Workbox, clock: Clock): void {
  let checkedMs = clock()
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || clock() - checkedMs < hourMs) return
    checkedMs = clock()
    // Offline: asked again the next time.
    workbox.update().catch(() => undefined)
  })
}
