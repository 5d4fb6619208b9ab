/** The built app, made again only when what it is made from has changed (sources.ts). */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashSources } from './sources.ts'

/** Builds into `build/` of the checkout where needed; false when that failed (Vite has said why). */
export function ensureBuild(root: string): boolean {
  if (builtFrom(root) === hashSources(root)) return true
  console.log('Building the app; this is done once per version …')
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const stdio = ['ignore', 'ignore', 'inherit'] as const
  // A test runner's NODE_ENV would give a development build: larger, and not what people get.
  const env = { ...process.env, NODE_ENV: 'production' }
  return (
    spawnSync(process.execPath, [vite, 'build', '--logLevel', 'error'], {
      cwd: root,
      env,
      stdio: [...stdio],
    }).status === 0
  )
}

function builtFrom(root: string): unknown {
  try {
    const facts: unknown = JSON.parse(readFileSync(join(root, 'build/version.json'), 'utf8'))
    return typeof facts === 'object' && facts !== null ? Reflect.get(facts, 'build') : null
  } catch {
    // No build, or half of one.
    return null
  }
}
