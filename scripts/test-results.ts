/** What a run of vitest says in its JSON report. A report that is missing or broken counts as nothing. */
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import * as v from 'valibot'

export interface TestResults {
  readonly passed: number
  readonly failed: number
  /** For each failed test or file: where, which, and the beginning of why. */
  readonly failures: readonly string[]
}

const report = v.object({
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  testResults: v.array(
    v.object({
      name: v.string(),
      status: v.string(),
      message: v.optional(v.string(), ''),
      assertionResults: v.array(
        v.object({
          title: v.string(),
          status: v.string(),
          failureMessages: v.optional(v.nullable(v.array(v.string())), []),
        }),
      ),
    }),
  ),
})

/** Reads the report that vitest wrote into `file`. */
export function readTestResults(file: string, root: string): TestResults {
  const parsed = v.safeParse(report, readJson(file))
  if (!parsed.success) return { passed: 0, failed: 0, failures: [] }
  const { numPassedTests, numFailedTests, testResults } = parsed.output
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const where = relative(root, name)
    const failed = assertionResults.filter((test) => test.status === 'failed')
    if (failed.length === 0) return status === 'failed' ? [`${where}: ${beginningOf(message)}`] : []
    return failed.map(
      ({ title, failureMessages }) =>
        `${where}: ${title}: ${beginningOf(failureMessages?.[0] ?? 'no reason given')}`,
    )
  })
  return { passed: numPassedTests, failed: numFailedTests, failures }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

/** The first lines without the stack: what a browser was waiting for stands in the third. */
function beginningOf(text: string): string {
  const lines = stripVTControlCharacters(text).split('\n')
  const stack = lines.findIndex((line) => /^\s*at /.test(line))
  const told = lines.slice(0, stack === -1 ? 4 : Math.min(stack, 4)).filter((line) => line !== '')
  return told.join('\n  ').slice(0, 600)
}
