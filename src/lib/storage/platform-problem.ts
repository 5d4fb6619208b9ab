/**
 * What the browser's storage throws, in the words of the ports. The cause is kept.
 *
 * iOS answers UnknownError once its database process has been put to sleep; InvalidStateError is a
 * connection that was closed underneath; AbortError without a cause is a transaction cut off with it.
 * Source  W3C Indexed Database API §4, File System Standard §2
 */
import { StorageProblem } from '#lib/ports/storage-problem.ts'

const lostNames = new Set(['InvalidStateError', 'UnknownError', 'AbortError', 'TimeoutError'])
/** Files that another tab holds just now, too. */
const unavailableNames = new Set([
  ...lostNames,
  'NoModificationAllowedError',
  'NotAllowedError',
  'SecurityError',
])

/** Whether a new connection may succeed where this one failed. */
export function isLostConnection(error: unknown): boolean {
  return error instanceof DOMException && lostNames.has(error.name)
}

/** The problem to throw for an error of the platform; anything else is thrown on as it is. */
export function toStorageProblem(error: unknown): unknown {
  if (!isPlatformError(error)) return error
  if (error.name === 'QuotaExceededError') return new StorageProblem('full', error)
  return new StorageProblem(unavailableNames.has(error.name) ? 'unavailable' : 'broken', error)
}

/** Newer browsers throw quota errors that are no DOMException. */
function isPlatformError(error: unknown): error is Error {
  return (
    error instanceof DOMException || (error instanceof Error && error.name === 'QuotaExceededError')
  )
}
