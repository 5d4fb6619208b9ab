import adapterStatic from '@sveltejs/adapter-static'
import { readFileSync } from 'node:fs'
import { fillPrecache, preloadFiles, SHELL_PAGE, writeBuildFacts } from './scripts/build-facts.ts'
import { compressFolder } from './scripts/compress.ts'
import { drawFirstSight } from './scripts/first-sight.ts'
import { filesOfNodes, nodesOfRoute } from './scripts/script-graph.ts'
import { hashSources } from './scripts/sources.ts'

const FOLDER = 'build'
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
const build = hashSources('.')

// One shell page for every address of the app: the relay answers unknown paths with it.
const pages = adapterStatic({ pages: FOLDER, fallback: SHELL_PAGE, precompress: false })

/** What the photos need, as Vite has just written it. */
function startFiles() {
  const appModule = readFileSync('.svelte-kit/generated/client-optimized/app.js', 'utf8')
  const manifest = readFileSync('.svelte-kit/output/client/.vite/manifest.json', 'utf8')
  return filesOfNodes(JSON.parse(manifest), nodesOfRoute(appModule, '/photos'))
}

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    adapter: {
      name: 'mantel-static',
      async adapt(builder) {
        await pages.adapt(builder)
        preloadFiles(FOLDER, startFiles())
        await drawFirstSight(`${FOLDER}/${SHELL_PAGE}`)
        fillPrecache(FOLDER)
        await compressFolder(FOLDER)
        writeBuildFacts(FOLDER, version, build)
      },
    },
    // The app registers its service worker itself, with workbox-window.
    serviceWorker: { register: false },
    version: { name: build },
  },
}
