/**
 * The worker's side of reading: one file at a time, one answer each.
 *
 * Shape   to the worker: a FileToRead. From it: `ready` once, then `read` or `failed` for every one.
 */
import { platformClock } from '#lib/base/time.ts'
import type { FileToRead, ReadPhoto } from '#lib/ports/photo-reader.ts'
import { probeAbilities } from './browser-abilities.ts'
import type { DecodeHeif } from './decode-heif.ts'
import { readPhoto } from './read-photo.ts'

export type MediaAnswer =
  /** The worker's script has been loaded. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'read'; readonly photo: ReadPhoto }
  /** `unreadable`: the browser could not open the file; else reading ran into a bug or out of memory. */
  | { readonly kind: 'failed'; readonly unreadable: boolean; readonly message: string }

/** The part of a worker's global scope that serving needs. */
export interface MediaPort {
  postMessage(answer: MediaAnswer, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent<FileToRead>) => void): void
}

/** Answers every file that comes in. */
export function serveMediaWorker(port: MediaPort): void {
  const abilities = probeAbilities()
  let decoder: Promise<DecodeHeif> | null = null
  port.addEventListener('message', (event) => void answer(event.data))
  port.postMessage({ kind: 'ready' }, [])

  /** Two megabytes of code and wasm: only where there is such a picture that the browser cannot decode. */
  function heif(): Promise<DecodeHeif> {
    decoder ??= import('./decode-heif.ts').then(({ createHeifDecoder }) => createHeifDecoder())
    decoder.catch(() => (decoder = null))
    return decoder
  }

  async function answer(file: FileToRead): Promise<void> {
    try {
      const parts = { abilities: await abilities, clock: platformClock, heif }
      const photo = await readPhoto(file, parts)
      port.postMessage({ kind: 'read', photo }, buffersOf(photo))
    } catch (error) {
      port.postMessage(failure(error), [])
    }
  }
}

function failure(error: unknown): MediaAnswer {
  const name = error instanceof Error ? error.name : ''
  const message = error instanceof Error ? error.message : String(error)
  return {
    kind: 'failed',
    unreadable: name === 'NotReadableError' || name === 'NotFoundError',
    message,
  }
}

/** Pictures are handed over, not copied. */
function buffersOf({ thumbnail, preview }: ReadPhoto): Transferable[] {
  return [thumbnail, preview].flatMap((picture) => (picture === null ? [] : [picture.bytes.buffer]))
}
