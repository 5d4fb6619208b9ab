import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'
import { startInOnePart } from './scripts/start-part.ts'

const RELAY = process.env.MANTEL_DEV_RELAY ?? 'http://localhost:4600'

export default defineConfig({
  plugins: [sveltekit(), startInOnePart()],
  resolve: {
    // The page's Content-Security-Policy has no 'unsafe-eval'; the usual entry tries `new Function`.
    alias: [{ find: /^cbor-x$/, replacement: 'cbor-x/index-no-eval' }],
  },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  // In development the app comes from here and everything else from a relay.
  server: {
    proxy: {
      '^/g(?:/|$)': { target: RELAY, ws: true },
      '^/p(?:/|$)': RELAY,
      '^/(?:relay|healthz)$': RELAY,
    },
  },
})
