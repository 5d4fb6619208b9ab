/**
 * automerge-repo's envelope around every WebSocket message (wire/frames.ts).
 *
 * What comes in was written by a third party's encoder: any order and any length of heads, but
 * nothing beyond the shape of base/cbor.ts. What goes out is canonical.
 *
 * Errors  `parseEnvelope` is total (null). Ids are names without meaning, at most 256 characters.
 */
import { encodeCbor, parseCbor, type CborMap } from '#lib/base/cbor.ts'
import { isMap } from '#lib/base/fields.ts'
import { plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { maxEnvelopeValues } from '#lib/wire/limits.ts'

export type IncomingEnvelope =
  | { readonly type: 'join'; readonly senderId: string }
  | { readonly type: 'mantel'; readonly data: Bytes }

/** Both ends of a connection, by the names they gave themselves. */
export interface Ends {
  readonly senderId: string
  readonly targetId: string
}

const PROTOCOL_VERSION = '1'
const MAX_ID_LENGTH = 256

/** The envelope of exactly these bytes, or null. */
export function parseEnvelope(bytes: Bytes): IncomingEnvelope | null {
  const value = parseCbor(bytes, { anyOrder: true, maxValues: maxEnvelopeValues })
  if (!isMap(value)) return null
  if (value.type === 'mantel' && value.data instanceof Uint8Array) {
    return { type: 'mantel', data: plainBytes(value.data) }
  }
  return value.type === 'join' ? parseJoin(value) : null
}

function parseJoin({ senderId, supportedProtocolVersions: versions }: CborMap) {
  const speaksOurs = Array.isArray(versions) && versions.includes(PROTOCOL_VERSION)
  const hasName = typeof senderId === 'string' && senderId.length <= MAX_ID_LENGTH
  return speaksOurs && hasName ? ({ type: 'join', senderId } as const) : null
}

/** The relay's answer to `join`. */
export function encodePeer({ senderId, targetId }: Ends): Bytes {
  return encodeCbor({
    type: 'peer',
    senderId,
    targetId,
    peerMetadata: {},
    selectedProtocolVersion: PROTOCOL_VERSION,
  })
}

/** A frame in its envelope. */
export function encodeEnvelope({ senderId, targetId }: Ends, data: Bytes): Bytes {
  return encodeCbor({ type: 'mantel', senderId, targetId, data })
}
