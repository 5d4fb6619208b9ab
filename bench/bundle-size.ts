/**
 * Budget: the script before the first paint of the photos ≤ 90 KB gzip (docs/design.md §13).
 *
 * Every script of the built app that a browser loads before `/photos` can run: SvelteKit's start, its layouts
 * and page, and what these import. Not what they import later, and no worker. KB = 1,000 bytes.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { filesOfNodes, nodesOfRoute } from '#scripts/script-graph.ts'
import { prepareApp } from './support/app-profile.ts'
import { report, rounded, tell } from './support/report.ts'

const limit = 90
const root = join(import.meta.dirname, '..')

prepareApp()
const appModule = readFileSync(join(root, '.svelte-kit/generated/client-optimized/app.js'), 'utf8')
const manifestPath = join(root, '.svelte-kit/output/client/.vite/manifest.json')
const manifest: unknown = JSON.parse(readFileSync(manifestPath, 'utf8'))

const scripts = filesOfNodes(manifest, nodesOfRoute(appModule, '/photos')).scripts.map((file) => ({
  file,
  bytes: gzipSync(readFileSync(join(root, 'build', file)), { level: 9 }).length,
}))
for (const { file, bytes } of scripts.toSorted((a, b) => b.bytes - a.bytes))
  tell(`${(bytes / 1000).toFixed(1).padStart(8)} KB  ${file}`)
const value = rounded(scripts.reduce((sum, { bytes }) => sum + bytes, 0) / 1000, 1)
report({ name: 'bundle-size', value, unit: 'KB', limit, ok: value <= limit })
