/** Frames as canonical CBOR; the tables are in `frames.ts`. */
import { assertNever } from '#lib/base/assert.ts'
import type { Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, type CborMap } from '#lib/base/cbor.ts'
import { idToBytes } from '#lib/base/ids.ts'
import type { DeviceFrame, RelayFrame } from './frames.ts'

/** Canonical bytes of a frame. */
export function encodeFrame(frame: DeviceFrame | RelayFrame): Bytes {
  return encodeCbor(frameMap(frame))
}

function frameMap(frame: DeviceFrame | RelayFrame): CborMap {
  switch (frame.t) {
    case 'prove':
      return { ...frame, v: 1 }
    case 'hello':
      return { ...frame, v: 1, relay: idToBytes(frame.relay) }
    case 'subscribe': {
      const { last, ...rest } = frame
      const feed = frame.feed === null ? null : idToBytes(frame.feed)
      return { ...rest, feed, ...(last === null ? {} : { last: idToBytes(last) }) }
    }
    case 'welcome':
      return { ...frame, feed: idToBytes(frame.feed) }
    case 'have':
      return { ...frame, authors: Object.fromEntries(frame.authors) }
    case 'appended':
      return { ...frame, id: idToBytes(frame.id) }
    case 'select':
    case 'append':
    case 'entries':
    case 'selected':
    case 'refused':
    case 'ping':
    case 'pong':
      return { ...frame }
    default:
      return assertNever(frame)
  }
}
