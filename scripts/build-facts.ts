/**
 * What turns Vite's output into a build that can be hosted, after everything is written.
 *
 * `index.html`         gets links to what the photos need, beside those that SvelteKit wrote
 * `service-worker.js`  gets the list of files to keep, in place of `self.__WB_MANIFEST`. SvelteKit's
 *                      own list lacks what only workers load (wasm, their chunks)
 * `csp.json`           `{ "scriptHashes": ["sha256-…"] }`, every inline script of the shell page, for
 *                      the Content-Security-Policy header
 * `version.json`       `{ "version": "0.1.0", "build": "<16 hex digits of the sources>" }`; written
 *                      last, so a build without it is not finished
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { StartFiles } from './script-graph.ts'

export const SHELL_PAGE = 'index.html'
const SERVICE_WORKER = 'service-worker.js'
const PRECACHE_PLACEHOLDER = 'self.__WB_MANIFEST'

/** Files that carry a hash of their content in their name. */
const IMMUTABLE = '_app/immutable/'
/** Written for the host or by it, never asked for by the app. */
const NOT_KEPT = [SHELL_PAGE, SERVICE_WORKER, '_app/version.json', 'csp.json', 'version.json']

/** As workbox-precaching takes it; revision null means that the address itself changes. */
interface PrecacheEntry {
  readonly url: string
  readonly revision: string | null
}

/** The scripts that stand inline in a page. */
export function inlineScripts(html: string): string[] {
  const scripts = html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)
  return [...scripts]
    .filter(([, attributes = '']) => !/\bsrc\s*=/i.test(attributes))
    .map(([, , source = '']) => source)
}

/** Their CSP sources (`sha256-…`). */
export function inlineScriptHashes(html: string): string[] {
  return inlineScripts(html).map(
    (source) => `sha256-${createHash('sha256').update(source).digest('base64')}`,
  )
}

/** Everything the app needs without signal: the shell page under `/`, and the files of the build. */
export function precacheEntries(folder: string): PrecacheEntry[] {
  const shell = { url: '/', revision: revisionOf(join(folder, SHELL_PAGE)) }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !NOT_KEPT.includes(path) && !/\.(?:gz|br)$/.test(path))
    .sort()
  return [shell, ...files.map((path) => precacheEntry(folder, path))]
}

function precacheEntry(folder: string, path: string): PrecacheEntry {
  const isImmutable = path.startsWith(IMMUTABLE)
  return { url: `/${path}`, revision: isImmutable ? null : revisionOf(join(folder, path)) }
}

function revisionOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16)
}

/**
 * Has the shell page ask for what the photos need together with itself, instead of when its first scripts have run.
 * Every address has the same shell; most visits begin with the photos.
 */
export function preloadFiles(folder: string, { scripts, styles }: StartFiles): void {
  const path = join(folder, SHELL_PAGE)
  const html = readFileSync(path, 'utf8')
  const links = [
    ...scripts.map((file) => ({ href: `/${file}`, rel: 'modulepreload' })),
    ...styles.map((file) => ({ href: `/${file}`, rel: 'stylesheet' })),
  ]
    .filter(({ href }) => !html.includes(`href="${href}"`))
    .map(({ href, rel }) => `<link href="${href}" rel="${rel}">`)
  writeFileSync(
    path,
    html.replace('</head>', () => `${links.join('')}</head>`),
  )
}

/** Gives the built service worker its list; an app without a service worker has none. */
export function fillPrecache(folder: string): void {
  const path = join(folder, SERVICE_WORKER)
  if (!existsSync(path)) return
  const code = readFileSync(path, 'utf8')
  if (!code.includes(PRECACHE_PLACEHOLDER)) {
    throw new Error(`The service worker does not use ${PRECACHE_PLACEHOLDER}.`)
  }
  const entries = JSON.stringify(precacheEntries(folder))
  writeFileSync(
    path,
    code.replace(PRECACHE_PLACEHOLDER, () => entries),
  )
}

/** Writes `csp.json` and `version.json` into the folder of a build. */
export function writeBuildFacts(folder: string, version: string, build: string): void {
  const scriptHashes = inlineScriptHashes(readFileSync(join(folder, SHELL_PAGE), 'utf8'))
  writeJson(join(folder, 'csp.json'), { scriptHashes })
  writeJson(join(folder, 'version.json'), { version, build })
}

function writeJson(path: string, value: object): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)
}
