/** What `npm test` runs, in this order. Each is an npm script that can be run alone. */
export interface Step {
  readonly script: string
  /** A vitest run is counted by its tests; everything else is one check, passed or failed. */
  readonly isTestRun?: boolean
}

export const STEPS: readonly Step[] = [
  { script: 'format:check' },
  { script: 'lint' },
  { script: 'types' },
  { script: 'boundaries' },
  { script: 'deadcode' },
  { script: 'test:unit', isTestRun: true },
  { script: 'test:sync', isTestRun: true },
  { script: 'test:browser', isTestRun: true },
  { script: 'build' },
  { script: 'size' },
  { script: 'test:e2e', isTestRun: true },
  { script: 'test:hostile', isTestRun: true },
]
