/**
 * Collects the scripts of the built app that a browser loads before it can paint the photos, for
 * size-limit to weigh, those inline in the shell page included: not what these import later, and not what a worker loads.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { inlineScripts, SHELL_PAGE } from './build-facts.ts'
import { filesOfNodes, nodesOfRoute } from './script-graph.ts'

const ROOT = join(import.meta.dirname, '..')
const KIT = join(ROOT, '.svelte-kit')
const OUTPUT = join(ROOT, 'test-results/first-paint')

const appModule = readFileSync(join(KIT, 'generated/client-optimized/app.js'), 'utf8')
const manifestPath = join(KIT, 'output/client/.vite/manifest.json')
const manifest: unknown = JSON.parse(readFileSync(manifestPath, 'utf8'))

rmSync(OUTPUT, { recursive: true, force: true })
mkdirSync(OUTPUT, { recursive: true })
for (const file of filesOfNodes(manifest, nodesOfRoute(appModule, '/photos')).scripts) {
  cpSync(join(ROOT, 'build', file), join(OUTPUT, basename(file)))
}
const shell = readFileSync(join(ROOT, 'build', SHELL_PAGE), 'utf8')
for (const [n, script] of inlineScripts(shell).entries())
  writeFileSync(join(OUTPUT, `inline-${n}.js`), script)
