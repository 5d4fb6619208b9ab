/**
 * `/saved/<id>`: a download whose bytes a page hands over piece by piece (wire/saved-file.ts).
 *
 * The only thing that this worker remembers: between the page's message and its frame's request the port, after that
 * the stream holds it. Should the browser end the worker meanwhile, the request is answered with 404, or the download
 * breaks off and the page stops hearing `more`.
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { parseSavedPath, type SaveRequest } from '#lib/wire/saved-file.ts'
import { refusal } from './media-response.ts'

interface Waiting extends Pick<SaveRequest, 'name' | 'size'> {
  readonly port: MessagePort
}

export interface SavedFiles {
  take(request: SaveRequest, port: MessagePort): void
  /** Null where the address is none of a saved file. */
  answer(path: string): { readonly response: Response; readonly whole: Promise<unknown> } | null
}

export function createSavedFiles(): SavedFiles {
  const waiting = new Map<string, Waiting>()
  return {
    take({ id, name, size }, port) {
      waiting.set(id, { name, size, port })
      port.postMessage('taken')
    },
    answer(path) {
      const id = parseSavedPath(path)
      if (id === null) return null
      const file = waiting.get(id)
      waiting.delete(id)
      if (file === undefined) return { response: refusal(404), whole: Promise.resolve() }
      const { stream, whole } = streamOf(file.port)
      return { response: new Response(stream, { headers: headersOf(file) }), whole }
    },
  }
}

function streamOf(port: MessagePort): { stream: ReadableStream<Bytes>; whole: Promise<unknown> } {
  const { promise: whole, resolve } = Promise.withResolvers<null>()
  let handOver: () => void = () => undefined
  const stream = new ReadableStream<Bytes>(
    {
      start(controller) {
        port.onmessage = ({ data }) => {
          if (data instanceof Uint8Array) controller.enqueue(data as Bytes)
          else if (data === 'end') controller.close()
          else if (data === 'abort') controller.error(new Error('the page gave up'))
          handOver()
          if (data === 'end' || data === 'abort') resolve(null)
        }
        // The page is gone, where the browser tells that (Chromium since 122): nobody brings the rest.
        port.addEventListener('close', () => {
          controller.error(new Error('the page is gone'))
          handOver()
          resolve(null)
        })
      },
      pull() {
        return new Promise<void>((answered) => {
          handOver = answered
          port.postMessage('more')
        })
      },
      cancel() {
        port.postMessage('gone')
        resolve(null)
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, whole }
}

function headersOf({ name, size }: Waiting): Record<string, string> {
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return {
    'content-type': 'application/octet-stream',
    ...(size === null ? {} : { 'content-length': String(size) }),
    'content-disposition': `attachment; filename*=UTF-8''${encoded}`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cross-origin-resource-policy': 'same-origin',
  }
}
