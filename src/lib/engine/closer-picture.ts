/** What a picture is looked at closely by. */
import { closerJpeg } from '#lib/media/large-picture.ts'

/** Null where there is none, or the browser ran out of memory over it. */
export async function makeCloser(file: Blob, mime: string): Promise<Blob | null> {
  return mime === 'image/jpeg' ? closerJpeg(file) : inWorker(file.slice(0, file.size, mime))
}

/** Decoding HEIC by libheif takes a second or two, and memory that goes with its worker. */
async function inWorker(file: Blob): Promise<Blob | null> {
  const worker = new Worker(new URL('../../workers/closer.worker.ts', import.meta.url), {
    type: 'module',
  })
  try {
    return await new Promise<Blob | null>((resolve) => {
      worker.addEventListener('message', ({ data }: MessageEvent<Blob | null>) => resolve(data))
      worker.addEventListener('error', () => resolve(null))
      worker.postMessage(file)
    })
  } finally {
    worker.terminate()
  }
}
