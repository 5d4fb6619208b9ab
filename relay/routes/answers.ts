/** Answers of the HTTP side: CBOR bodies, refusals with their status, request bodies within limits. */
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { encodeCbor, parseCbor, type CborMap, type CborValue } from '#lib/base/cbor.ts'
import { isMap } from '#lib/base/fields.ts'
import { concatBytes, type Bytes } from '#lib/base/bytes.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { refusal, refusalStatus, type Refusal } from '#relay/feed/refusal.ts'

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

/** The request's body as it comes. */
export async function* bodyChunks(c: Context<RelayEnv>): AsyncIterable<Uint8Array> {
  // Straight from Node where there is a socket: web streams cost twice the CPU.
  const source: AsyncIterable<Uint8Array> | null = c.env.incoming ?? c.req.raw.body
  if (source !== null) yield* source
}

/** The declared length of the body, or null. */
export function declaredLength(c: Context<RelayEnv>): number | null {
  const header = c.req.header('content-length') ?? ''
  return /^\d{1,15}$/.test(header) ? Number(header) : null
}

/** The CBOR map in the request's body. */
export async function readCborMap(
  c: Context<RelayEnv>,
  maxBytes: number,
): Promise<Result<CborMap, Refusal>> {
  const bytes = await readBody(c, maxBytes)
  if (bytes === null) return err(refusal('too-large'))
  const value = parseCbor(bytes)
  return isMap(value) ? ok(value) : err(refusal('malformed'))
}

/** The whole body, or null past `maxBytes`. */
export async function readBody(c: Context<RelayEnv>, maxBytes: number): Promise<Bytes | null> {
  if ((declaredLength(c) ?? 0) > maxBytes) return null
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of bodyChunks(c)) {
    length += chunk.length
    if (length > maxBytes) return null
    chunks.push(chunk)
  }
  return concatBytes(...chunks)
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
