/** What the last lines of `npm test` are made of. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readTestResults } from '#scripts/test-results.ts'

function reportOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'mantel-results-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const file = join(folder, 'report.json')
  writeFileSync(file, text)
  return file
}

test('whoever reads the last lines learns which tests failed, where and why', () => {
  const waited =
    'Timeout exceeded.\nCall log:\n\u001b[2m  - waiting for Ana\u001b[22m\n\n    at x.ts:1:2'
  const failed = { status: 'failed', title: 'Ana joins', failureMessages: [waited] }
  const passed = { status: 'passed', title: 'Sam joins', failureMessages: [] }
  const file = reportOf(
    JSON.stringify({
      numPassedTests: 1,
      numFailedTests: 1,
      testResults: [
        {
          name: '/mantel/tests/join.test.ts',
          status: 'failed',
          assertionResults: [passed, failed],
        },
        {
          ...{ name: '/mantel/tests/loads.test.ts', status: 'failed', assertionResults: [] },
          message: 'no such module\nmore',
        },
      ],
    }),
  )
  expect(readTestResults(file, '/mantel')).toEqual({
    passed: 1,
    failed: 1,
    failures: [
      'tests/join.test.ts: Ana joins: Timeout exceeded.\n  Call log:\n    - waiting for Ana',
      'tests/loads.test.ts: no such module\n  more',
    ],
  })
})

test('a report that is cut off or missing counts as nothing', () => {
  const nothing = { passed: 0, failed: 0, failures: [] }
  expect(readTestResults(reportOf('{"numPassedTests": 3'), '/')).toEqual(nothing)
  expect(readTestResults('/nowhere/report.json', '/')).toEqual(nothing)
})
