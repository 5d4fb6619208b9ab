/**
 * One place at which files are read, one after another, by a worker that may die of them. A dead or
 * stuck worker is ended and the next file gets a new one.
 */
import type { FileToRead, ReadPhoto } from '#lib/ports/photo-reader.ts'
import type { MediaAnswer } from './serve-media-worker.ts'

/** What a seat needs of a worker. */
export type MediaWorker = Pick<Worker, 'postMessage' | 'addEventListener' | 'terminate'>

export type SeatOutcome =
  | { readonly kind: 'read'; readonly photo: ReadPhoto }
  /** The worker crashed, gave up or took too long; the file is to blame. */
  | { readonly kind: 'failed' }
  /** The worker never came up; the file is not to blame. */
  | { readonly kind: 'not-started' }
  /** The browser cannot open the file any more. */
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'aborted' }

export interface MediaSeat {
  /** Reads one file; the caller waits for the outcome before the next. */
  read(file: FileToRead, signal: AbortSignal): Promise<SeatOutcome>
  close(): void
}

interface Staffed {
  readonly worker: MediaWorker
  /** Resolves once it listens: what is handed over before would be lost with one that never comes up. */
  readonly ready: Promise<null>
  isReady: boolean
  onEnd: ((outcome: SeatOutcome) => void) | null
}

/** A seat whose worker is started by the first file. */
export function createMediaSeat(
  spawn: () => MediaWorker,
  timeoutMsOf: (file: FileToRead) => number,
): MediaSeat {
  let staffed: Staffed | null = null

  function dismiss(): void {
    staffed?.worker.terminate()
    staffed = null
  }

  function read(file: FileToRead, signal: AbortSignal): Promise<SeatOutcome> {
    if (signal.aborted) return Promise.resolve({ kind: 'aborted' })
    const current = (staffed ??= staff(spawn()))
    return new Promise((resolve) => {
      const end = (outcome: SeatOutcome): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
        current.onEnd = null
        if (outcome.kind !== 'read' && outcome.kind !== 'unreadable') dismiss()
        resolve(outcome)
      }
      const abort = (): void => end({ kind: 'aborted' })
      const timer = setTimeout(() => end(blame(current)), timeoutMsOf(file))
      signal.addEventListener('abort', abort)
      current.onEnd = end
      void current.ready.then(() => {
        if (current.onEnd === end) hand(current.worker, file)
      })
    })
  }

  return { read, close: dismiss }
}

/** Listens to a new worker on behalf of whichever file it is reading. */
function staff(worker: MediaWorker): Staffed {
  const { promise: ready, resolve } = Promise.withResolvers<null>()
  const staffed: Staffed = { worker, ready, isReady: false, onEnd: null }
  const broken = (event: Event): void => {
    event.preventDefault()
    staffed.onEnd?.(blame(staffed))
  }
  worker.addEventListener('error', broken)
  worker.addEventListener('messageerror', broken)
  worker.addEventListener('message', (event: MessageEvent<MediaAnswer>) => {
    if (event.data.kind !== 'ready') {
      staffed.onEnd?.(outcomeOf(event.data))
      return
    }
    staffed.isReady = true
    resolve(null)
  })
  return staffed
}

/** What is in memory goes without being copied. */
function hand(worker: MediaWorker, file: FileToRead): void {
  if (file instanceof Blob) {
    worker.postMessage(file)
    return
  }
  const { bytes, type, size } = file
  worker.postMessage({ bytes, type, size } satisfies FileToRead, [bytes.buffer])
}

function outcomeOf(answer: Exclude<MediaAnswer, { kind: 'ready' }>): SeatOutcome {
  if (answer.kind === 'read') return answer
  return answer.unreadable ? { kind: 'unreadable', message: answer.message } : { kind: 'failed' }
}

function blame({ isReady }: Staffed): SeatOutcome {
  return isReady ? { kind: 'failed' } : { kind: 'not-started' }
}
