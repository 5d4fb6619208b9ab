/**
 * What the built app is made from, as one hash: `build/version.json` carries it, `npm start` compares
 * it, and two people who built the same sources can see that they run the same app.
 */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

const SOURCES = [
  'src',
  'static',
  'scripts/build-facts.ts',
  'scripts/compress.ts',
  'scripts/first-sight.ts',
  'scripts/sources.ts',
  'svelte.config.js',
  'vite.config.ts',
  'package.json',
  'package-lock.json',
]

/** 16 hex digits that change when a file changes from which the app is built. */
export function hashSources(root: string): string {
  const hash = createHash('sha256')
  for (const path of SOURCES.flatMap((source) => filesUnder(join(root, source))).sort()) {
    if (path.endsWith('.test.ts')) continue
    hash.update(relative(root, path).split(sep).join('/')).update('\0')
    hash.update(createHash('sha256').update(readFileSync(path)).digest())
  }
  return hash.digest('hex').slice(0, 16)
}

function filesUnder(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return []
  if (stat.isFile()) return [path]
  return readdirSync(path).flatMap((name) => filesUnder(join(path, name)))
}
