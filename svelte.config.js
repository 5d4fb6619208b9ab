import adapterStatic from '@sveltejs/adapter-static'
import { readFileSync } from 'node:fs'
import { fillPrecache, SHELL_PAGE, writeBuildFacts } from './scripts/build-facts.ts'
import { compressFolder } from './scripts/compress.ts'
import { hashSources } from './scripts/sources.ts'

const FOLDER = 'build'
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
const build = hashSources('.')

// One shell page for every address of the app: the relay answers unknown paths with it.
const pages = adapterStatic({ pages: FOLDER, fallback: SHELL_PAGE, precompress: false })

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    adapter: {
      name: 'mantel-static',
      async adapt(builder) {
        await pages.adapt(builder)
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
