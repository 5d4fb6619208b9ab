/**
 * Steps on a photo's way, for whoever records a trace of the browser (bench/photo-latency.ts): a mark in the
 * trace of the thread it happened on, and nothing that stays in memory. Names no photo and no person.
 */

/** In the order in which a photo passes them, first on the device that adds it, then on the one that shows it. */
export type Step =
  | 'announced'
  | 'taken in'
  | 'read'
  | 'original sealed'
  | 'all sealed'
  | 'entry written'
  | 'entry sent'
  | 'entry delivered'
  | 'thumbnail sent'
  | 'entry arrived'
  | 'entry folded'
  | 'index written'
  | 'thumbnail asked for'
  | 'thumbnail here'

/** What the marks' names begin with. */
export const stepPrefix = 'mantel '

/** Notes that a photo passed a step now. */
export function markStep(step: Step): void {
  const name = stepPrefix + step
  performance.mark(name)
  performance.clearMarks(name)
}
