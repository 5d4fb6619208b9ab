/**
 * The app itself, kept on the device at the first visit: every address of the app is one page, and all
 * that it can load comes with it, so that the next visit needs no network.
 * (The list of files is written into the built service worker: scripts/build-facts.ts.)
 */
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
  type PrecacheEntry,
} from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

const shellPage = '/'
/** A relay's own addresses, and pictures: never the shell. */
const notTheApp = [
  /^\/p(?:\/|$)/,
  /^\/g(?:\/|$)/,
  /^\/media(?:\/|$)/,
  /^\/saved(?:\/|$)/,
  /^\/(?:relay|healthz|readyz|metrics)(?:[/?]|$)/,
  /^\/(?:csp|version)\.json$/,
]
/** Shown by stores and install sheets, never by the app. */
const notKept = /^\/screenshots\//

export function keepAppShell(entries: readonly PrecacheEntry[]): void {
  precacheAndRoute(entries.filter(({ url }) => !notKept.test(url)))
  cleanupOutdatedCaches()
  // The development server lists nothing.
  if (!entries.some(({ url }) => url === shellPage)) return
  registerRoute(new NavigationRoute(createHandlerBoundToURL(shellPage), { denylist: notTheApp }))
}
