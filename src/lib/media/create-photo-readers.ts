/**
 * Reads chosen files in a few workers, in the order they came.
 *
 * Units   at most two workers: each may hold one decoded original, 48 MB for 12 megapixels
 * Errors  a file on which a worker crashes or takes too long is a `file` that cannot be decoded;
 *         `read` rejects when aborted, and with PhotoNotRead when the file cannot be opened or no worker
 *         can be started
 */
import { secondMs } from '#lib/base/time.ts'
import {
  PhotoNotRead,
  type FileInHand,
  type FileToRead,
  type PhotoReader,
  type ReadPhoto,
} from '#lib/ports/photo-reader.ts'
import { readUndecoded } from './kept-file.ts'
import { createMediaSeat, type MediaSeat, type MediaWorker } from './media-seat.ts'

export interface PhotoReadersOptions {
  /** Starts a worker that runs `serveMediaWorker`. */
  readonly spawn: () => MediaWorker
  /** How many workers; by default two where there are cores for them. */
  readonly count?: number
  /** Time for a small file; long ones get more. */
  readonly timeoutMs?: number
  /** Pause before a worker that did not come up is started again. */
  readonly retryMs?: number
}

export interface PhotoReaders extends PhotoReader {
  /** Ends the workers; what is being read is not answered any more. */
  close(): void
}

interface Job {
  readonly file: Blob | FileInHand
  readonly signal: AbortSignal
  readonly resolve: (photo: ReadPhoto) => void
  readonly reject: (reason: unknown) => void
}

const MAX_WORKERS = 2
const TIMEOUT_MS = 60 * secondMs
/** Slower than any phone hashes. */
const BYTES_PER_SECOND = 4 * 1024 * 1024
const STARTS = 3

/** A pool of media workers; none is started before the first file. */
export function createPhotoReaders(options: PhotoReadersOptions): PhotoReaders {
  const { spawn, timeoutMs = TIMEOUT_MS, retryMs = secondMs } = options
  const count = options.count ?? Math.min(MAX_WORKERS, navigator.hardwareConcurrency)
  const timeoutMsOf = ({ size }: FileToRead): number =>
    timeoutMs + (size / BYTES_PER_SECOND) * secondMs
  const seats = Array.from({ length: count }, () => createMediaSeat(spawn, timeoutMsOf))
  const free = [...seats]
  const waiting: Job[] = []

  function dispatch(): void {
    while (free.length > 0 && waiting.length > 0) {
      const seat = free.pop()
      const job = waiting.shift()
      if (seat !== undefined && job !== undefined) void work(seat, job)
    }
  }

  async function work(seat: MediaSeat, job: Job): Promise<void> {
    await readAt(seat, job.file, { signal: job.signal, retryMs }).then(job.resolve, job.reject)
    free.push(seat)
    dispatch()
  }

  return {
    read: (file, signal) =>
      new Promise((resolve, reject) => {
        waiting.push({ file, signal, resolve, reject })
        dispatch()
      }),
    close: () => seats.forEach((seat) => seat.close()),
  }
}

async function readAt(
  seat: MediaSeat,
  file: Blob | FileInHand,
  { signal, retryMs }: { signal: AbortSignal; retryMs: number },
): Promise<ReadPhoto> {
  for (let start = 1; start <= STARTS; start++) {
    const outcome = await seat.read(file, signal)
    signal.throwIfAborted()
    if (outcome.kind === 'read') return outcome.photo
    if (outcome.kind === 'failed') return readUndecoded(await onceMore(file))
    if (outcome.kind === 'unreadable')
      throw new PhotoNotRead(`cannot open the file: ${outcome.message}`)
    await new Promise((resolve) => setTimeout(resolve, retryMs))
  }
  throw new PhotoNotRead('no media worker can be started')
}

async function onceMore(file: Blob | FileInHand): Promise<FileToRead> {
  const again = file instanceof Blob ? file : await file.again()
  if (again === null) throw new PhotoNotRead('the file is lost')
  return again
}
