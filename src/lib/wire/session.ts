/**
 * The handshake over HTTP, for clients without a WebSocket: two POSTs to `sessionPath`.
 *
 * Shape   first   {t 'hello'} → frame `hello`
 *         second  the fields of frame `prove` and challenge b32 (the relay's nonce) → frame `welcome`
 * Errors  the parser is total (null)
 * Source  frames.ts
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor } from '#lib/base/cbor.ts'
import { readBytes, readExactMap } from '#lib/base/fields.ts'
import type { ProveFrame } from './frames.ts'
import { readProve } from './parse-frame.ts'

export type SessionRequest =
  | { readonly t: 'hello' }
  | { readonly t: 'prove'; readonly prove: ProveFrame; readonly challenge: Bytes }

/** The body of a POST. */
export function encodeSessionRequest(request: SessionRequest): Bytes {
  if (request.t === 'hello') return encodeCbor({ t: 'hello' })
  return encodeCbor({ ...request.prove, v: 1, challenge: request.challenge })
}

/** The request in a POST's body, or null. */
export function parseSessionRequest(bytes: Bytes): SessionRequest | null {
  if (bytes.length > maxRequestBytes) return null
  const map = parseCbor(bytes)
  if (readExactMap(map, ['t'])?.t === 'hello') return { t: 'hello' }
  const fields = readExactMap(map, ['t', 'v', 'as', 'key', 'nonce', 'sig', 'challenge'])
  const prove = fields?.t === 'prove' ? readProve(fields) : null
  const challenge = readBytes(fields?.challenge, 32)
  return prove === null || challenge === null ? null : { t: 'prove', prove, challenge }
}

const maxRequestBytes = 1024
