/**
 * A real relay for tests that run in a browser, which cannot start one: `GET /relay` starts it at the first request and
 * says where it is. It hosts whoever asks, and ends with the tests.
 */
import type { Plugin } from 'vite'
import { startRelay, type RunningRelay } from './start-relay.ts'

export function serveRelay(): Plugin {
  let relay: Promise<RunningRelay> | null = null
  return {
    name: 'mantel-test-relay',
    configureServer(vite) {
      vite.middlewares.use('/relay', (_, response) => {
        relay ??= startRelay({ MANTEL_HOSTING: 'open' })
        void relay.then(({ origin }) => response.end(JSON.stringify({ origin })))
      })
    },
    async buildEnd() {
      await (await relay)?.dispose()
      relay = null
    },
  }
}
