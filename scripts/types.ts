/** Checks every TypeScript project; all of them, also when one has errors. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const WORKER_PROJECTS = ['src/workers', 'src/service-worker', 'relay', 'tests']

const checks = [
  ['node_modules/@sveltejs/kit/svelte-kit.js', 'sync'],
  ['node_modules/svelte-check/bin/svelte-check', '--tsconfig', 'tsconfig.json'],
  ...WORKER_PROJECTS.map((project) => [
    'node_modules/typescript/bin/tsc',
    ...['-p', project, '--incremental', '--tsBuildInfoFile'],
    `node_modules/.cache/types/${project.replaceAll('/', '-')}.tsbuildinfo`,
  ]),
]

const failed = checks.filter((args) => {
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' })
  return status !== 0
})
for (const args of failed) console.error(`✗ ${args.join(' ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
