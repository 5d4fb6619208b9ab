/**
 * The page's side of the engine: starts the worker after the first paint, wraps it, and reads the index
 * without it. One per page, made in the root layout.
 */
import { proxy, wrap, type Remote } from 'comlink'
import { createBrowserDisk } from '#lib/storage/browser-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import type { EngineApi } from './api.ts'
import type { Client } from './client-types.ts'
import { createLibrary } from './create-library.ts'
import { createServiceWorkerClient } from './service-worker-client.ts'

/** Longest wait for a first paint, for pages that are opened in the background. */
const longestPaintMs = 400

/** Everything below the screens. */
export function createClient(): Client {
  const engine = createLazyEngine()
  const serviceWorker = createServiceWorkerClient()
  serviceWorker.answerFetches((group, blob) => engine.fetchBlob({ group, blob }))
  return {
    engine,
    library: createLibrary(createDeviceStore(createBrowserDisk()), {
      isOffline: () => !navigator.onLine,
    }),
    serviceWorker,
    async objectUrl(group, blob) {
      const media = await engine.openMedia({ group, blob })
      return media === null ? null : URL.createObjectURL(media)
    },
    keepStorage: () => navigator.storage.persist(),
  }
}

/** The remote API; its worker starts with the first call, but never before something was painted. */
function createLazyEngine(): EngineApi {
  let starting: Promise<Remote<EngineApi>> | null = null
  const remote = (): Promise<Remote<EngineApi>> => {
    starting ??= firstPaint().then(() =>
      wrap<EngineApi>(
        new Worker(new URL('../../workers/engine.worker.ts', import.meta.url), { type: 'module' }),
      ),
    )
    return starting
  }
  return new Proxy({} as EngineApi, {
    get:
      (_, name: keyof EngineApi) =>
      async (argument: unknown): Promise<unknown> => {
        // Awaiting the remote itself would ask the worker for `then`; only its methods are called.
        const method = await remote().then((api) => ({ call: api[name] as Call }))
        return method.call(typeof argument === 'function' ? proxy(argument) : argument)
      },
  })
}

type Call = (argument: unknown) => Promise<unknown>

function firstPaint(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, longestPaintMs)
    requestAnimationFrame(() => {
      setTimeout(resolve)
    })
  })
}
