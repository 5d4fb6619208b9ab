/**
 * Facts about a finished build that its host needs, written next to it.
 *
 * `csp.json`      `{ "scriptHashes": ["sha256-…"] }`, every inline script of the shell page, for the
 *                 Content-Security-Policy header
 * `version.json`  `{ "version": "0.1.0", "build": "<16 hex digits of the sources>" }`; written last,
 *                 so a build without it is not finished
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const SHELL_PAGE = 'index.html'

/** The CSP sources (`sha256-…`) of the scripts that stand inline in a page. */
export function inlineScriptHashes(html: string): string[] {
  const scripts = html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)
  return [...scripts]
    .filter(([, attributes = '']) => !/\bsrc\s*=/i.test(attributes))
    .map(([, , source = '']) => `sha256-${createHash('sha256').update(source).digest('base64')}`)
}

/** Writes `csp.json` and `version.json` into the folder of a build. */
export function writeBuildFacts(folder: string, version: string, build: string): void {
  const scriptHashes = inlineScriptHashes(readFileSync(join(folder, SHELL_PAGE), 'utf8'))
  write(join(folder, 'csp.json'), { scriptHashes })
  write(join(folder, 'version.json'), { version, build })
}

function write(path: string, value: object): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)
}
