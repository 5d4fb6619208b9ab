/**
 * The worker's side of looking at a HEIC closely: one file, one answer.
 *
 * Shape   to the worker: a Blob. From it: a Blob that every browser shows, or null.
 */
import { closerHeif } from './large-picture.ts'

/** The part of a worker's global scope that serving needs. */
export interface CloserPort {
  postMessage(answer: Blob | null): void
  addEventListener(type: 'message', listener: (event: MessageEvent<Blob>) => void): void
}

/** Answers every file that comes in. */
export function serveCloserWorker(port: CloserPort): void {
  const heif = () => import('./decode-heif.ts').then(({ createHeifDecoder }) => createHeifDecoder())
  port.addEventListener('message', ({ data }) => {
    void closerHeif(data, heif)
      .catch(() => null)
      .then((closer) => port.postMessage(closer))
  })
}
