/**
 * The built app's files, as they were when the relay started.
 *
 * Shape   path → file with its type, its precompressed neighbours (`.br`, `.gz`) and an ETag.
 *         `csp.json` tells the hashes of the shell page's inline scripts; it is not served.
 * Errors  a folder that is missing or empty gives no files; the relay runs without an app
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { parse, array, object, string } from 'valibot'

export interface AppFile {
  readonly path: string
  readonly type: string
  readonly etag: string
  /** Content encodings there is a file for, the best one first. */
  readonly encodings: readonly ('br' | 'gzip')[]
  /** Whether its address changes with its content. */
  readonly isImmutable: boolean
}

export interface AppFiles {
  /** Files by URL path, e.g. `/manifest.webmanifest`. */
  readonly files: ReadonlyMap<string, AppFile>
  /** The page that answers every address of the app. */
  readonly shell: AppFile | null
  /** CSP sources of the shell page's inline scripts, e.g. `sha256-…`. */
  readonly scriptHashes: readonly string[]
}

const SHELL = '/index.html'
const NOT_SERVED = new Set(['/csp.json'])
const COMPRESSED = /\.(?:br|gz)$/

/** Looks through the folder of a build. */
export function readAppFiles(folder: string): AppFiles {
  const present = new Map(listFiles(folder).map((path) => [urlPath(folder, path), path]))
  const files = new Map<string, AppFile>()
  for (const [url, path] of present) {
    if (COMPRESSED.test(url) || NOT_SERVED.has(url)) continue
    files.set(url, describe(url, path, present))
  }
  const shell = files.get(SHELL) ?? null
  return { files, shell, scriptHashes: shell === null ? [] : scriptHashes(folder, shell) }
}

function describe(url: string, path: string, present: ReadonlyMap<string, string>): AppFile {
  const { size, mtimeMs } = statSync(path)
  const encodings = ENCODINGS.filter(({ ending }) => present.has(url + ending))
  return {
    path,
    type: TYPES[extname(url)] ?? 'application/octet-stream',
    etag: `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`,
    encodings: encodings.map(({ name }) => name),
    isImmutable: url.startsWith('/_app/immutable/'),
  }
}

const ENCODINGS = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
] as const

/** The file that holds an app file under an encoding. */
export function encodedPath(file: AppFile, encoding: 'br' | 'gzip' | null): string {
  return file.path + (ENCODINGS.find(({ name }) => name === encoding)?.ending ?? '')
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

const cspFile = object({ scriptHashes: array(string()) })

/** From `csp.json`, else from the page itself. */
function scriptHashes(folder: string, shell: AppFile): readonly string[] {
  try {
    return parse(cspFile, JSON.parse(readFileSync(join(folder, 'csp.json'), 'utf8'))).scriptHashes
  } catch {
    return hashInlineScripts(readFileSync(shell.path, 'utf8'))
  }
}

function hashInlineScripts(html: string): readonly string[] {
  const scripts = [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)]
  return scripts
    .filter(([, attributes = '']) => !/\bsrc\s*=/i.test(attributes))
    .map(([, , script = '']) => `sha256-${createHash('sha256').update(script).digest('base64')}`)
}

function urlPath(folder: string, path: string): string {
  return `/${relative(folder, path).split(sep).join('/')}`
}

function listFiles(folder: string): string[] {
  return readFolder(folder).flatMap((each) => {
    const path = join(folder, each.name)
    if (each.isDirectory()) return listFiles(path)
    return each.isFile() ? [path] : []
  })
}

function readFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
