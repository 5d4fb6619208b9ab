/**
 * Runs every check, a real browser included, and sums up what passed and failed. It goes on after a
 * failure unless told to stop, and its last line is always `N passed, N failed`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ensureChromium } from './chromium.ts'
import { SOURCE_CHECKS, STEPS, type Step } from './steps.ts'
import { readTestResults, type TestResults } from './test-results.ts'

const ROOT = join(import.meta.dirname, '..')
const RESULTS = join(ROOT, 'test-results')

const spawning = { cwd: ROOT, shell: process.platform === 'win32' }

interface Outcome extends TestResults {
  readonly name: string
  readonly seconds: number
}

/** The exit code: 0 when nothing failed. */
export async function verify(options: { stopsAtFailure: boolean }): Promise<number> {
  mkdirSync(RESULTS, { recursive: true })
  const chromium = prepareChromium()
  const outcomes = await checkSources()
  const mayGoOn = () => !options.stopsAtFailure || outcomes.every(({ failed }) => failed === 0)
  for (const step of STEPS) if (mayGoOn()) outcomes.push(await runStep(step, chromium))
  return report(outcomes)
}

async function checkSources(): Promise<Outcome[]> {
  const queue = [...SOURCE_CHECKS]
  const outcomes: Outcome[] = []
  const line = async (): Promise<void> => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift())
      outcomes.push(await runQuietly(step))
  }
  await Promise.all(Array.from({ length: availableParallelism() }, line))
  return outcomes
}

/** A missing browser shows as failed browser tests; everything else is still worth running. */
function prepareChromium(): string | null {
  try {
    return ensureChromium()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return null
  }
}

/** Runs a check beside others; what it said follows in one piece when it has ended. */
async function runQuietly(step: Step): Promise<Outcome> {
  const started = performance.now()
  const child = spawn('npm', ['run', '--silent', step.script], {
    ...spawning,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: Buffer[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => said.push(chunk))
  const [status] = (await once(child, 'close')) as [number | null]
  console.log(`\n▶ ${step.script}`)
  process.stdout.write(Buffer.concat(said))
  const seconds = (performance.now() - started) / 1000
  return { name: step.script, seconds, ...oneCheck(status === 0) }
}

async function runStep(step: Step, chromium: string | null): Promise<Outcome> {
  console.log(`\n▶ ${step.script}`)
  const resultFile = join(RESULTS, `${step.script.replace(':', '-')}.json`)
  rmSync(resultFile, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultFile}`]
  const started = performance.now()
  const child = spawn(
    'npm',
    ['run', '--silent', step.script, ...(step.isTestRun === true ? ['--', ...reporters] : [])],
    {
      ...spawning,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: chromium === null ? process.env : { ...process.env, CHROMIUM: chromium },
    },
  )
  const [status] = (await once(child, 'close')) as [number | null]
  const seconds = (performance.now() - started) / 1000
  const isGreen = status === 0
  const counts =
    step.isTestRun === true
      ? ofTests(readTestResults(resultFile, ROOT), isGreen)
      : oneCheck(isGreen)
  return { name: step.script, seconds, ...counts }
}

function oneCheck(isGreen: boolean): TestResults {
  return { passed: isGreen ? 1 : 0, failed: isGreen ? 0 : 1, failures: [] }
}

/** A test run that failed without a failed test is one failure more. */
function ofTests(results: TestResults, isGreen: boolean): TestResults {
  return isGreen || results.failed > 0 ? results : { ...results, failed: 1 }
}

function report(outcomes: readonly Outcome[]): number {
  console.log('')
  for (const failure of outcomes.flatMap(({ failures }) => failures)) console.log(`✗ ${failure}`)
  for (const { name, passed, failed, seconds } of outcomes) {
    const mark = failed > 0 ? '✗' : '✓'
    console.log(
      `${mark} ${name.padEnd(14)} ${passed} ok, ${failed} not ok, ${seconds.toFixed(1)} s`,
    )
  }
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0)
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0)
  console.log(`\n${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}
