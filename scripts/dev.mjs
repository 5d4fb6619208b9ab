// `npm run dev`: Vite's development server for the app, with a relay behind it.
// Parsed by Node 20 too, so that an old Node gets a sentence and not a syntax error.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { requireNode } from './node-version.mjs'

requireNode()

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const run = (...args) => spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })

const parts = [
  run('--disable-warning=ExperimentalWarning', '--watch', 'relay/main.ts', 'serve'),
  run('node_modules/vite/bin/vite.js', 'dev', ...process.argv.slice(2)),
]
const stop = () => parts.forEach((part) => part.kill('SIGTERM'))
for (const part of parts) part.on('exit', stop)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
