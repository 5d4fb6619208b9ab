/**
 * Why a store could not do it: `full` (quota), `unavailable` (connection lost, try again), `gone` (an intake that
 * another tab has finished or dropped), `unstaged` (a file that was staged so long ago that it has been tidied up, or may
 * be at any moment: it is to be made again), `broken` (anything else).
 */
export type StorageProblemKind = 'full' | 'unavailable' | 'gone' | 'unstaged' | 'broken'

/** What every store throws when the platform fails; nothing of the operation has happened then. */
export class StorageProblem extends Error {
  readonly kind: StorageProblemKind
  constructor(kind: StorageProblemKind, cause?: unknown) {
    super(`storage ${kind}`, { cause })
    this.kind = kind
  }
}
