import { availableParallelism } from 'node:os'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { chromiumArgs, findChromium } from './scripts/chromium.ts'
import { servePhotos } from './tests/support/serve-photos.ts'
import { serveRelay } from './tests/support/serve-relay.ts'

const slow = process.env.SLOW === '1' ? 10 : 1
const SLOW = { SLOW: process.env.SLOW ?? '' }

/** A project of tests that run in Node. */
function inNode(name: string, include: string[], testTimeoutMs: number) {
  return {
    plugins: [svelte()],
    test: {
      name,
      include,
      environment: 'node' as const,
      testTimeout: testTimeoutMs * slow,
      hookTimeout: Math.max(30_000, testTimeoutMs) * slow,
      exclude: ['**/*.svelte.test.ts'],
      env: SLOW,
    },
  }
}

/** Tests that need a browser's own storage, decoders and workers, or Svelte's reactivity. */
const inBrowser = {
  plugins: [svelte(), servePhotos(), serveRelay()],
  resolve: { alias: [{ find: /^cbor-x$/, replacement: 'cbor-x/index-no-eval' }] },
  worker: { format: 'es' as const },
  // Loaded late by a worker: found only then, they would reload the page under a test.
  optimizeDeps: { include: ['mediabunny', 'libheif-js/libheif-wasm/libheif.js'] },
  test: {
    name: 'browser',
    include: ['tests/browser/**/*.test.ts', 'src/**/*.svelte.test.ts'],
    testTimeout: 30_000 * slow,
    env: SLOW,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          executablePath: findChromium() ?? 'chromium',
          args: [...chromiumArgs(), '--js-flags=--expose-gc'],
        },
      }),
      instances: [{ browser: 'chromium' as const }],
    },
  },
}

/** Tests of the built app. */
function ofApp(project: ReturnType<typeof inNode>) {
  return { ...project, test: { ...project.test, globalSetup: ['tests/support/build-app.ts'] } }
}

/** So many files at a time, whatever the machine has: each keeps browsers or relays busy, and waits for them. */
function atOnce(files: number, project: ReturnType<typeof inNode>) {
  const fileParallelism = files > 1
  return { ...project, test: { ...project.test, fileParallelism, maxWorkers: files, retry: 0 } }
}

export default defineConfig({
  test: {
    // Vitest leaves one processor free otherwise, which is half of a small machine.
    maxWorkers: availableParallelism(),
    projects: [
      inNode('unit', ['src/**/*.test.ts', 'relay/**/*.test.ts', 'vault/**/*.test.ts'], 10_000),
      inNode('conformance', ['tests/conformance/**/*.test.ts'], 20_000),
      inNode('vectors', ['tests/vectors/**/*.test.ts'], 10_000),
      inNode('sync', ['tests/sync/**/*.test.ts'], 60_000),
      inBrowser,
      atOnce(2, ofApp(inNode('e2e', ['tests/e2e/**/*.test.ts'], 120_000))),
      atOnce(2, ofApp(inNode('hostile', ['tests/hostile/**/*.test.ts'], 120_000))),
    ],
  },
})
