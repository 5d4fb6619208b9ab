// `npm start`: builds the app when its sources changed since the last build, then becomes the relay.
// Parsed by Node 20 too, so that an old Node gets a sentence and not a syntax error.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { requireNode } from './node-version.mjs'

requireNode()

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { hashSources } = await import('./sources.ts')

// Whoever names another app folder has built it.
if (!process.env.MANTEL_APP && builtFrom() !== hashSources(root)) build()
becomeRelay(process.argv.length > 2 ? process.argv.slice(2) : ['serve'])

function builtFrom() {
  try {
    return JSON.parse(readFileSync(join(root, 'build/version.json'), 'utf8')).build
  } catch {
    return null
  }
}

function build() {
  console.log('Building the app; this is done once per version …')
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const stdio = ['ignore', 'ignore', 'inherit']
  const { status } = spawnSync(process.execPath, [vite, 'build'], { cwd: root, stdio })
  if (status !== 0) process.exit(status ?? 1)
}

function becomeRelay(args) {
  const stopWithParent = pathToFileURL(join(root, 'scripts/stop-with-parent.mjs')).href
  const options = ['--disable-warning=ExperimentalWarning', `--import=${stopWithParent}`]
  const command = [...options, join(root, 'relay/main.ts'), ...args]
  // Stripped and compiled sources of the last start: a third less memory, half the time.
  process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules/.cache/relay')
  if (process.platform !== 'win32') {
    // The announcement that `execve` is new is of no use to whoever starts Mantel.
    process.removeAllListeners('warning')
    process.execve(process.execPath, [process.execPath, ...command], process.env)
  }
  const relay = spawn(process.execPath, command, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => relay.kill(signal))
  relay.on('exit', (code) => process.exit(code ?? 1))
}
