/**
 * The app itself, kept on the device at the first visit: every address of the app is one page, and all
 * that it can load comes with it, so that the next visit needs no network.
 *
 * Shape   hashed files never change; the rest carries the version of the build
 */
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
} from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

export interface ShellFiles {
  /** Named by their content. */
  readonly build: readonly string[]
  /** From static/, by name. */
  readonly files: readonly string[]
  readonly version: string
}

const shellPage = '/'
/** A relay's own addresses, and pictures: never the shell. */
const notTheApp = [
  /^\/p(?:\/|$)/,
  /^\/g(?:\/|$)/,
  /^\/media(?:\/|$)/,
  /^\/(?:relay|healthz|readyz|metrics)(?:[/?]|$)/,
  /^\/(?:csp|version)\.json$/,
]
/** Shown by stores and install sheets, never by the app. */
const notKept = /^\/screenshots\//

export function keepAppShell({ build, files, version }: ShellFiles): void {
  const byName = [shellPage, ...files.filter((url) => !notKept.test(url))]
  precacheAndRoute([
    ...build.map((url) => ({ url, revision: null })),
    ...byName.map((url) => ({ url, revision: version })),
  ])
  cleanupOutdatedCaches()
  registerRoute(new NavigationRoute(createHandlerBoundToURL(shellPage), { denylist: notTheApp }))
}
