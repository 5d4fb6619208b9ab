/** What keeps an import from going on for the moment, told from bugs. */
import { PhotoNotRead } from '#lib/ports/photo-reader.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'

/** No key to write under yet: the intake stays and the pipeline runs again later. */
export class NotReady extends Error {}

/** Another tab has finished or dropped it. */
export function isGone(cause: unknown): boolean {
  return cause instanceof StorageProblem && cause.kind === 'gone'
}

/** What was prepared has lain so long that it may have been tidied up. */
export function isUnstaged(cause: unknown): boolean {
  return cause instanceof StorageProblem && cause.kind === 'unstaged'
}

/** Whether trying again later may help. */
export function isExpected(cause: unknown): boolean {
  return (
    cause instanceof StorageProblem ||
    cause instanceof PhotoNotRead ||
    cause instanceof NotReady ||
    (cause instanceof DOMException && cause.name === 'AbortError')
  )
}
