/** Frames out of hostile bytes; total. The tables are in `frames.ts`. */
import type { Bytes } from '#lib/base/bytes.ts'
import { parseCbor, type CborMap } from '#lib/base/cbor.ts'
import {
  isMap,
  readBool,
  readBytes,
  readExactMap,
  readId,
  readList,
  readOneOf,
  readText,
  readUint,
  type Field,
} from '#lib/base/fields.ts'
import { parseId, type DeviceId } from '#lib/base/ids.ts'
import { entryKinds } from './entry.ts'
import type {
  DeviceFrame,
  HaveFrame,
  PingFrame,
  ProveFrame,
  RefusedFrame,
  RelayFrame,
  SubscribeFrame,
} from './frames.ts'
import { maxFrameBytes, maxHaveAuthors, maxSayLength, maxSelectedEntries } from './limits.ts'
import { refusalCodes } from './refusal.ts'

/** A frame a device may send, or null. */
export function parseDeviceFrame(bytes: Bytes): DeviceFrame | null {
  const map = parseFrameMap(bytes)
  switch (map?.t) {
    case 'prove':
      return readProve(readExactMap(map, ['t', 'v', 'as', 'key', 'nonce', 'sig']))
    case 'subscribe':
      return readSubscribe(map)
    case 'select':
      return readSelect(readExactMap(map, ['t', 'kinds', 'after', 'limit', 'newest']))
    case 'append':
      return readAppend(readExactMap(map, ['t', 'n', 'entry']))
    case 'have':
      return readHave(readExactMap(map, ['t', 'authors']))
    case 'ping':
      return readPing('ping', readExactMap(map, ['t', 'n']))
    default:
      return null
  }
}

/** A frame a relay may send, or null. */
export function parseRelayFrame(bytes: Bytes): RelayFrame | null {
  const map = parseFrameMap(bytes)
  switch (map?.t) {
    case 'hello':
      return readHello(readExactMap(map, ['t', 'v', 'relay', 'nonce']))
    case 'welcome':
      return readWelcome(readExactMap(map, ['t', 'sig', 'token', 'feed', 'end', 'clockMs']))
    case 'entries':
      return readEntries(readExactMap(map, ['t', 'from', 'to', 'entries', 'live']))
    case 'selected':
      return readSelected(readExactMap(map, ['t', 'entries', 'more', 'to']))
    case 'have':
      return readHave(readExactMap(map, ['t', 'authors']))
    case 'appended':
      return readAppended(readExactMap(map, ['t', 'n', 'id', 'position']))
    case 'refused':
      return readRefused(readExactMap(map, ['t', 'n', 'code', 'say']))
    case 'pong':
      return readPing('pong', readExactMap(map, ['t', 'n']))
    default:
      return null
  }
}

/** The frame `prove` of this map, whose fields are known to be the right ones. */
export function readProve(map: CborMap | null): ProveFrame | null {
  if (map?.v !== version) return null
  return whole({
    t: 'prove',
    as: readOneOf(map.as, ['device', 'invitation', 'relay']),
    key: readBytes(map.key, 32),
    nonce: readBytes(map.nonce, 32),
    sig: readBytes(map.sig, 64),
  })
}

const version = 1

function parseFrameMap(bytes: Bytes): CborMap | null {
  if (bytes.length > maxFrameBytes) return null
  const map = parseCbor(bytes)
  return isMap(map) ? map : null
}

/** The frame if every field of it could be read. */
function whole<T extends object>(fields: T): { [Name in keyof T]: NonNullable<T[Name]> } | null {
  const isWhole = Object.values(fields).every((field) => field !== null)
  return isWhole ? (fields as { [Name in keyof T]: NonNullable<T[Name]> }) : null
}

function readSubscribe(map: CborMap): SubscribeFrame | null {
  const names = ['t', 'feed', 'after', ...('last' in map ? ['last'] : [])]
  const read = readExactMap(map, names)
  const after = readUint(read?.after)
  const feed = readId(read?.feed, 'FeedId')
  const last = readId(read?.last, 'EntryId')
  if (after === null || (feed === null && read?.feed !== null)) return null
  if (last === null && 'last' in map) return null
  return { t: 'subscribe', feed, after, last }
}

function readSelect(map: CborMap | null) {
  const limit = readUint(map?.limit)
  return whole({
    t: 'select' as const,
    kinds: readList(map?.kinds, entryKinds.length, (kind) => readOneOf(kind, entryKinds)),
    after: readUint(map?.after),
    limit: limit !== null && limit <= maxSelectedEntries ? limit : null,
    newest: readBool(map?.newest),
  })
}

function readAppend(map: CborMap | null) {
  return whole({ t: 'append' as const, n: readUint(map?.n), entry: readBytes(map?.entry) })
}

function readHave(map: CborMap | null): HaveFrame | null {
  if (!isMap(map?.authors)) return null
  const members = Object.entries(map.authors)
  if (members.length > maxHaveAuthors) return null
  const authors = new Map<DeviceId, number>()
  for (const [name, value] of members) {
    const author = parseId('DeviceId', name)
    const seq = readUint(value)
    if (author === null || seq === null) return null
    authors.set(author, seq)
  }
  return { t: 'have', authors }
}

function readPing<T extends PingFrame['t']>(t: T, map: CborMap | null) {
  const n = readUint(map?.n)
  return n === null ? null : { t, n }
}

function readHello(map: CborMap | null) {
  if (map?.v !== version) return null
  const relay = readId(map.relay, 'RelayId')
  return whole({ t: 'hello' as const, relay, nonce: readBytes(map.nonce, 32) })
}

function readWelcome(map: CborMap | null) {
  return whole({
    t: 'welcome' as const,
    sig: readBytes(map?.sig, 64),
    token: readBytes(map?.token, 32),
    feed: readId(map?.feed, 'FeedId'),
    end: readUint(map?.end),
    clockMs: readUint(map?.clockMs),
  })
}

function readEntries(map: CborMap | null) {
  const frame = whole({
    t: 'entries' as const,
    from: readUint(map?.from),
    to: readUint(map?.to),
    entries: readAllBytes(map?.entries),
    live: readBool(map?.live),
  })
  return frame !== null && frame.from <= frame.to ? frame : null
}

function readSelected(map: CborMap | null) {
  return whole({
    t: 'selected' as const,
    entries: readAllBytes(map?.entries),
    more: readBool(map?.more),
    to: readUint(map?.to),
  })
}

function readAllBytes(value: Field): Bytes[] | null {
  return readList(value, maxFrameBytes, (item) => readBytes(item))
}

function readAppended(map: CborMap | null) {
  return whole({
    t: 'appended' as const,
    n: readUint(map?.n),
    id: readId(map?.id, 'EntryId'),
    position: readUint(map?.position),
  })
}

function readRefused(map: CborMap | null): RefusedFrame | null {
  const n = readUint(map?.n)
  const code = readOneOf(map?.code, refusalCodes)
  const say = readText(map?.say, maxSayLength)
  if (code === null || say === null || (n === null && map?.n !== null)) return null
  return { t: 'refused', n, code, say }
}
