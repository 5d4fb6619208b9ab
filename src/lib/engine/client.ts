/**
 * The page's side of the engine: starts the worker after the first paint, wraps it, and reads the index
 * without it. One per page, made in the root layout.
 */
import { createBrowserDisk } from '#lib/storage/browser-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import type { Client } from './client-types.ts'
import { createLazyEngine } from './lazy-engine.ts'
import { createLibrary } from './create-library.ts'
import type { Library } from './library.ts'
import { readAhead } from './read-ahead.ts'
import { createServiceWorkerClient } from './service-worker-client.ts'

/** How long calls in the background wait for a screen to ask for photos, and then for these to be painted. */
const patienceMs = { asked: 1200, painted: 8000 }

/** Everything below the screens. */
export function createClient(): Client {
  const painted = createGate()
  const device = readAhead(createDeviceStore(createBrowserDisk()), painted.opened)
  const library = createLibrary(device, { isOffline: () => !navigator.onLine })
  const engine = createLazyEngine({
    gate: painted,
    spawn: () =>
      new Worker(new URL('../../workers/engine.worker.ts', import.meta.url), { type: 'module' }),
  })
  const serviceWorker = createServiceWorkerClient()
  serviceWorker.answerFetches(engine)
  return {
    engine,
    library: openingGate(library, painted),
    painted: painted.opened,
    serviceWorker,
    async objectUrl(group, blob) {
      const media = await engine.openMedia({ group, blob })
      return media === null ? null : URL.createObjectURL(media)
    },
    async closerUrl(group, blob, mime) {
      const [media, { makeCloser }] = await Promise.all([
        engine.openMedia({ group, blob }),
        import('./closer-picture.ts'),
      ])
      const closer = media && (await makeCloser(media, mime))
      return closer === null ? null : URL.createObjectURL(closer)
    },
    keepStorage: () => navigator.storage.persist(),
    saving: () => import('./save-file.ts'),
  }
}

/** Lets background calls through once. */
interface Gate {
  readonly opened: Promise<void>
  open(): void
  /** A screen has asked for photos, and they are worth waiting for. */
  expectPhotos(): void
}

function createGate(): Gate {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  const unasked = setTimeout(open, patienceMs.asked)
  setTimeout(open, patienceMs.painted)
  return {
    opened,
    open: () => {
      open()
    },
    expectPhotos: () => {
      clearTimeout(unasked)
    },
  }
}

/** The gate opens when photos are on the screen, or when there are none to wait for. */
function openingGate(library: Library, painted: Gate): Library {
  return {
    ...library,
    async overview() {
      try {
        const overview = await library.overview()
        if (overview === null) painted.open()
        return overview
      } catch (cause) {
        painted.open()
        throw cause
      }
    },
    async timeline(filter) {
      painted.expectPhotos()
      const timeline = await library.timeline(filter)
      if (timeline.count === 0) painted.open()
      return timeline
    },
    async tiles(...wanted) {
      const tiles = await library.tiles(...wanted)
      // The next frame brings them into the page, the one after it on the screen.
      requestAnimationFrame(() => {
        requestAnimationFrame(() => {
          setTimeout(painted.open)
        })
      })
      return tiles
    },
  }
}
