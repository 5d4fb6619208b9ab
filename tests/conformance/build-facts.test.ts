import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  fillPrecache,
  inlineScriptHashes,
  precacheEntries,
  preloadFiles,
} from '#scripts/build-facts.ts'
import { filesOfNodes, nodesOfRoute } from '#scripts/script-graph.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mantel-build-'))
  mkdirSync(join(folder, '_app/immutable/workers'), { recursive: true })
  writeFileSync(join(folder, 'index.html'), '<p>shell</p>')
  writeFileSync(join(folder, '_app/immutable/workers/crdt-1a2b.wasm'), 'wasm')
  writeFileSync(join(folder, '_app/immutable/workers/crdt-1a2b.wasm.br'), 'small wasm')
  writeFileSync(join(folder, 'icon.svg'), '<svg/>')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

test('the scripts that stand inline in the shell are hashed as a browser hashes them', () => {
  const html = '<script src="/app.js"></script><script>\nstart()\n</script>'
  // printf '\nstart()\n' | openssl dgst -sha256 -binary | base64
  expect(inlineScriptHashes(html)).toEqual(['sha256-Vr57vMWq2hNgrKy/aFxYtLAB3PwHlV8B/NfZeGEgedw='])
})

test('the service worker keeps the shell, and what only workers load, but no compressed copies', () => {
  const entries = precacheEntries(folder)
  expect(entries.map((entry) => entry.url)).toEqual([
    '/',
    '/_app/immutable/workers/crdt-1a2b.wasm',
    '/icon.svg',
  ])
  expect(entries.map((entry) => entry.revision !== null)).toEqual([true, false, true])
})

test('a changed shell has another revision', () => {
  const before = precacheEntries(folder)[0]
  writeFileSync(join(folder, 'index.html'), '<p>new shell</p>')
  expect(precacheEntries(folder)[0]?.revision).not.toBe(before?.revision)
})

test('the list lands in the built service worker; one that has no place for it fails the build', () => {
  writeFileSync(join(folder, 'service-worker.js'), 'keep(self.__WB_MANIFEST)')
  fillPrecache(folder)
  expect(readFileSync(join(folder, 'service-worker.js'), 'utf8')).toContain('keep([{"url":"/"')

  writeFileSync(join(folder, 'service-worker.js'), 'keep([])')
  expect(() => {
    fillPrecache(folder)
  }).toThrow('__WB_MANIFEST')
})

test('the shell asks at once for what the photos need, and for nothing twice', () => {
  const page = join(folder, 'index.html')
  writeFileSync(page, '<head><link href="/a.js" rel="modulepreload"></head><body></body>')
  preloadFiles(folder, { scripts: ['a.js', 'b.js'], styles: ['c.css'] })
  expect(readFileSync(page, 'utf8')).toBe(
    '<head><link href="/a.js" rel="modulepreload">' +
      '<link href="/b.js" rel="modulepreload"><link href="/c.css" rel="stylesheet">' +
      '</head><body></body>',
  )
})

test('a page in layouts needs the root layout, the error page, its layouts and itself', () => {
  const appModule = 'export const dictionary = {\n"/": [4],\n"/(app)/albums": [5,[2],[3]]\n};'
  expect(nodesOfRoute(appModule, '/')).toEqual([0, 1, 4])
  expect(nodesOfRoute(appModule, '/albums')).toEqual([0, 1, 5, 2, 3])
  expect(() => nodesOfRoute(appModule, '/nowhere')).toThrow('/nowhere')
})

test('what a page imports later does not count before the first paint', () => {
  const manifest = {
    'kit/client/entry.js': { file: 'start.js', imports: ['_shared.js'] },
    '.svelte-kit/client-optimized/app.js': { file: 'app.js', imports: [] },
    '.svelte-kit/client-optimized/nodes/0.js': { file: '0.js', imports: ['_shared.js'] },
    '.svelte-kit/client-optimized/nodes/4.js': { file: '4.js', dynamicImports: ['_viewer.js'] },
    '_shared.js': { file: 'shared.js' },
    '_viewer.js': { file: 'viewer.js' },
  }
  const files = [...filesOfNodes(manifest, [0, 4]).scripts]
  expect(files.sort()).toEqual(['0.js', '4.js', 'app.js', 'shared.js', 'start.js'])
})
