/** Requests that take their time: bodies sent in part, answers read in part. */
import { request, type IncomingMessage } from 'node:http'
import type { Bytes } from '#lib/base/bytes.ts'

export interface SlowRequest {
  /** Resolves when the connection is gone before the exchange was complete; never otherwise. */
  readonly broken: Promise<void>
  /** Reads on; how many bytes of the answer came in all. */
  receivedBytes(): Promise<number>
  close(): void
}

/** Sends a request with the first part of a body whose length it declares, and waits with the rest. */
export function sendPartly(
  url: string,
  init: { readonly method: string; readonly headers: Record<string, string>; readonly part: Bytes },
): Promise<SlowRequest> {
  const { method, headers, part } = init
  const asked = request(url, { method, headers })
  const broken = new Promise<void>((resolve) => asked.once('close', () => resolve()))
  asked.on('error', () => undefined)
  return new Promise((resolve) => {
    const slow = { broken, receivedBytes: () => Promise.resolve(0), close: () => asked.destroy() }
    asked.write(part, () => resolve(slow))
  })
}

/** Sends a request and looks at nothing of its answer but the head, so that the relay has to wait. */
export function fetchPartly(
  url: string,
  init: {
    readonly method?: string
    readonly headers: Record<string, string>
    readonly body?: Bytes
  },
): Promise<SlowRequest> {
  const asked = request(url, { method: init.method ?? 'GET', headers: init.headers })
  asked.on('error', () => undefined)
  asked.end(init.body)
  return new Promise((resolve, reject) => {
    asked.once('error', reject)
    asked.once('response', (answer) => resolve(slowlyRead(answer, () => asked.destroy())))
  })
}

function slowlyRead(answer: IncomingMessage, close: () => void): SlowRequest {
  answer.on('error', () => undefined)
  const broken = new Promise<void>((resolve) => {
    answer.socket.once('close', () => {
      if (!answer.complete) resolve()
    })
  })
  // It may be over before anybody asks how much has come.
  const closed = new Promise<void>((resolve) => answer.once('close', resolve))
  const receivedBytes = async () => {
    let bytes = 0
    answer.on('data', (chunk: Buffer) => (bytes += chunk.length))
    await closed
    return bytes
  }
  return { broken, receivedBytes, close }
}
