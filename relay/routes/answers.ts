/** Answers of the HTTP side: CBOR, refusals with their status, streams. */
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { encodeCbor, type CborValue } from '#lib/base/cbor.ts'
import type { Bytes } from '#lib/base/bytes.ts'
import { refusalStatus, type Refusal } from '#relay/feed/refusal.ts'

/** What every handler of the relay gets; `incoming` is absent in tests without a socket. */
export interface RelayEnv {
  Bindings: Partial<HttpBindings>
}

const CBOR = { 'content-type': 'application/cbor', 'cache-control': 'no-store' }

/** A CBOR answer. */
export function answerCbor(
  c: Context<RelayEnv>,
  value: CborValue,
  status: ContentfulStatusCode = 200,
): Response {
  return c.body(encodeCbor(value), status, CBOR)
}

/** A "no": CBOR {code, say} under the status of its code, or another one that fits better. */
export function answerRefusal(
  c: Context<RelayEnv>,
  { code, say }: Refusal,
  status: ContentfulStatusCode = refusalStatus[code],
): Response {
  return c.body(encodeCbor({ code, say }), status, CBOR)
}

/** Where the request comes from; absent in tests without a socket. */
export function addressOf(c: Context<RelayEnv>): string | undefined {
  return c.env.incoming?.socket.remoteAddress
}

/** A body that is read chunk by chunk as the other end takes it. */
export function streamOf(chunks: AsyncIterable<Bytes>): ReadableStream<Bytes> {
  const iterator = chunks[Symbol.asyncIterator]()
  return new ReadableStream<Bytes>({
    pull: async (controller) => {
      const next = await iterator.next()
      if (next.done === true) controller.close()
      else controller.enqueue(next.value)
    },
    // Closes the file where the other end goes away.
    cancel: async () => {
      await iterator.return?.()
    },
  })
}
