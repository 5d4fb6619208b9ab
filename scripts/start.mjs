// `npm start`: builds the app when its sources changed since the last build, then becomes the relay.
// Parsed by Node 20 too, so that an old Node gets a sentence and not a syntax error.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { requireNode } from './node-version.mjs'

requireNode()

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { ensureBuild } = await import('./ensure-build.ts')

// Whoever names another app folder has built it.
if (!process.env.MANTEL_APP && !ensureBuild(root)) process.exit(1)
becomeRelay(process.argv.length > 2 ? process.argv.slice(2) : ['serve'])

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
