/** One thing that `npm test` runs; an npm script that can be run alone. */
export interface Step {
  readonly script: string
  /** A vitest run is counted by its tests; everything else is one check, passed or failed. */
  readonly isTestRun?: boolean
}

/** Checks that read sources only: as many at once as there are processors, the longest first. */
export const SOURCE_CHECKS: readonly Step[] = [
  { script: 'lint' },
  { script: 'types' },
  { script: 'format:check' },
  { script: 'boundaries' },
  { script: 'deadcode' },
]

/** What follows them, one by one: each uses the whole machine, or measures. */
export const STEPS: readonly Step[] = [
  { script: 'test:unit', isTestRun: true },
  { script: 'test:sync', isTestRun: true },
  { script: 'test:browser', isTestRun: true },
  { script: 'build' },
  { script: 'size' },
  { script: 'test:e2e', isTestRun: true },
  { script: 'test:hostile', isTestRun: true },
]
