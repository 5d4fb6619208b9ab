/**
 * Runs benches: `npm run bench -- <name> …`, or all of them; `--write` keeps the figures in
 * `bench/results.json` beside what they were measured on.
 *
 * Standard output gets one line of JSON a bench and nothing else. The exit code is 0 when everything could
 * be measured, limits missed or not; it is 1 when a bench failed.
 */
import { spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseFigure, report, rounded, tell, type Figure } from './support/report.ts'

type Measured = Figure & { readonly loadBefore: number }

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => basename(file, '.ts'))
  .sort()
const asked = process.argv.slice(2)
const wanted = asked.filter((word) => word !== '--write')
const unknown = wanted.filter((name) => !names.includes(name))

if (unknown.length > 0) {
  tell(`There is no bench called ${unknown.join(', ')}. These are there: ${names.join(', ')}.`)
  process.exitCode = 1
} else {
  const measured = await runAll(wanted.length === 0 ? names : wanted)
  if (asked.includes('--write')) write(measured)
}

async function runAll(chosen: readonly string[]): Promise<Measured[]> {
  const measured: Measured[] = []
  for (const name of chosen) {
    const loadBefore = rounded(loadavg()[0] ?? 0)
    tell(`${name} (load ${loadBefore})`)
    const figure = await run(name)
    if (figure === null) {
      tell(`${name} could not be measured.`)
      process.exitCode = 1
      continue
    }
    report(figure)
    measured.push({ ...figure, loadBefore })
  }
  return measured
}

async function run(name: string): Promise<Figure | null> {
  const args = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, `${name}.ts`)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  let figure: Figure | null = null
  for await (const line of createInterface({ input: child.stdout })) {
    const found = parseFigure(line)
    if (found === null) tell(line)
    else figure = found
  }
  return (await ended) === 0 ? figure : null
}

function write(figures: readonly Measured[]): void {
  const [processor] = cpus()
  const machine = {
    processor: processor?.model ?? '',
    cores: cpus().length,
    memoryGb: rounded(totalmem() / 1e9, 1),
    system: `${process.platform} ${release()}`,
    node: process.version,
  }
  const results = { measured: new Date().toISOString(), machine, figures }
  const path = join(import.meta.dirname, 'results.json')
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`)
}
