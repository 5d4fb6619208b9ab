/**
 * Entries: the signed statements of devices that a feed is made of.
 *
 * Shape   entry bytes = canonical CBOR map ‖ Ed25519 signature (64 bytes)
 *
 *   | field  | CBOR            | what                                                              |
 *   |--------|-----------------|-------------------------------------------------------------------|
 *   | v      | uint            | 1                                                                 |
 *   | group  | bytes 32 or 0   | group id; empty exactly in the entry that carries the `genesis` op: its author's first, after nothing |
 *   | kind   | text            | one of `entryKinds`                                               |
 *   | doc    | bytes 16        | document; exactly in `bundle`, `snapshot`, `talk` (the album)      |
 *   | author | bytes 32        | device key (Ed25519)                                              |
 *   | seq    | uint ≥ 1        | this author's entries, without gaps                               |
 *   | after  | array of bytes 32 | ids of the entries that no other counting one follows; ascending, unique, ≤ 32 |
 *   | epoch  | bytes 16        | key id; exactly in sealed kinds                                   |
 *   | body   | bytes           | a plain CBOR map in `op` (≤ 64 KiB), `release`, `keep`, `public`, `unpublish`; empty in `mark`; else sealed |
 *
 *   signed  = utf8('mantel/entry/1\0') ‖ CBOR map
 *   id      = SHA-256(entry bytes)
 *   AAD of the sealed body = canonical CBOR of the same map without `body`
 *
 * Errors  `parseEntry` is total (null); signatures are checked by `verifyEntry`
 * Source  docs/design.md §7
 */
import { concatBytes, toHex, utf8, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor, type CborMap } from '#lib/base/cbor.ts'
import { publicKeyOfSeed, signMessage, verifySignature } from '#lib/base/ed25519.ts'
import {
  isMap,
  readAscendingIds,
  readBytes,
  readId,
  readOneOf,
  readUint,
} from '#lib/base/fields.ts'
import {
  idToBytes,
  type DeviceId,
  type DocId,
  type EntryId,
  type GroupId,
  type KeyId,
} from '#lib/base/ids.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { maxAfterIds, maxEntryBytes, maxOpBytes } from './limits.ts'

export const entryKinds = [
  'op',
  'bundle',
  'talk',
  'mark',
  'snapshot',
  'held',
  'release',
  'keep',
  'public',
  'unpublish',
] as const
export type EntryKind = (typeof entryKinds)[number]

/** Kinds whose body is sealed under an epoch. */
export const sealedKinds: ReadonlySet<EntryKind> = new Set(['bundle', 'talk', 'snapshot', 'held'])
/** Kinds that belong to one document. */
export const documentKinds: ReadonlySet<EntryKind> = new Set(['bundle', 'talk', 'snapshot'])

/** Everything of an entry but its body and signature. */
export interface Envelope {
  /** Null only in the genesis entry, whose own id becomes the group id. */
  readonly group: GroupId | null
  readonly kind: EntryKind
  readonly doc?: DocId
  readonly author: DeviceId
  readonly seq: number
  readonly after: readonly EntryId[]
  readonly epoch?: KeyId
}

/** A parsed entry; `bytes` is what was received, signature included. */
export interface Entry extends Envelope {
  readonly id: EntryId
  readonly body: Bytes
  readonly bytes: Bytes
}

/** The group an entry belongs to: its own id where it is the genesis. */
export function groupOfEntry(entry: Entry): GroupId {
  return entry.group ?? groupOfGenesis(entry.id)
}

/** AAD of the sealed body: the canonical envelope without body. */
export function envelopeBytes(envelope: Envelope): Bytes {
  return encodeCbor(envelopeMap(envelope))
}

/**
 * Encodes and signs with the author's Ed25519 seed. Throws where the author is not that seed's key,
 * and where the entry would not parse: a field out of place, a body beyond its limit.
 */
export function signEntry(envelope: Envelope, body: Bytes, seed: Bytes): Entry {
  if (toHex(publicKeyOfSeed(seed)) !== envelope.author) {
    throw new Error('an entry is signed by its author')
  }
  const map = encodeCbor({ ...envelopeMap(envelope), body })
  const entry = parseEntry(concatBytes(map, signMessage(seed, signedBytes(map))))
  if (entry === null) throw new Error(`not an entry of kind ${envelope.kind}`)
  return entry
}

/** The entry of exactly these bytes (canonical, within limits, fields as the table says), or null. */
export function parseEntry(bytes: Bytes): Entry | null {
  if (bytes.length > maxEntryBytes || bytes.length < signatureBytes) return null
  const map = parseCbor(bytes.subarray(0, -signatureBytes), { maxValues: maxEntryValues })
  if (!isMap(map) || map.v !== version) return null
  const envelope = readEnvelope(map)
  const body = readBytes(map.body)
  if (envelope === null || body === null || !isBodyOfKind(body, envelope)) return null
  if (Object.keys(map).length !== fieldCount(envelope.kind)) return null
  return { ...envelope, id: entryIdOf(bytes), body, bytes }
}

/** Of bytes that are an entry. */
export function entryIdOf(bytes: Bytes): EntryId {
  return toHex(sha256(bytes)) as EntryId
}

/** Whether the author signed these bytes. */
export function verifyEntry(entry: Entry): Promise<boolean> {
  const map = entry.bytes.subarray(0, -signatureBytes)
  const signature = entry.bytes.subarray(-signatureBytes)
  return verifySignature(idToBytes(entry.author), signature, signedBytes(map))
}

const version = 1
const signatureBytes = 64
/** The map, nine fields with their names, and what `after` names. */
const maxEntryValues = 1 + 2 * 9 + maxAfterIds
const signingPrefix = utf8('mantel/entry/1\0')

/** Kinds whose body is a plain CBOR map. */
const plainKinds: ReadonlySet<EntryKind> = new Set(['op', 'release', 'keep', 'public', 'unpublish'])

function signedBytes(map: Bytes): Bytes {
  return concatBytes(signingPrefix, map)
}

function envelopeMap(envelope: Envelope): CborMap {
  return {
    v: version,
    group: envelope.group === null ? new Uint8Array() : idToBytes(envelope.group),
    kind: envelope.kind,
    doc: envelope.doc === undefined ? undefined : idToBytes(envelope.doc),
    author: idToBytes(envelope.author),
    seq: envelope.seq,
    after: envelope.after.map(idToBytes),
    epoch: envelope.epoch === undefined ? undefined : idToBytes(envelope.epoch),
  }
}

/** All fields of the table, so that an entry holds nothing beside what was read. */
function fieldCount(kind: EntryKind): number {
  return 7 + Number(documentKinds.has(kind)) + Number(sealedKinds.has(kind))
}

function readEnvelope(map: CborMap): Envelope | null {
  const group = readGroup(map)
  const kind = readOneOf(map.kind, entryKinds)
  const author = readId(map.author, 'DeviceId')
  const seq = readUint(map.seq)
  const after = readAscendingIds(map.after, maxAfterIds, 'EntryId')
  if (group === undefined || kind === null || author === null || !seq || after === null) return null
  const doc = documentKinds.has(kind) ? readId(map.doc, 'DocId') : undefined
  const epoch = sealedKinds.has(kind) ? readId(map.epoch, 'KeyId') : undefined
  if (doc === null || epoch === null) return null
  return {
    group,
    kind,
    ...(doc !== undefined && { doc }),
    author,
    seq,
    after,
    ...(epoch !== undefined && { epoch }),
  }
}

/** Null where the field is empty, undefined where it is no group. */
function readGroup(map: CborMap): GroupId | null | undefined {
  return readBytes(map.group, 0) === null ? (readId(map.group, 'GroupId') ?? undefined) : null
}

function isBodyOfKind(body: Bytes, envelope: Envelope): boolean {
  const { kind, group, seq, after } = envelope
  const isFirst = group === null
  if (isFirst && (kind !== 'op' || seq !== 1 || after.length > 0)) return false
  if (kind === 'mark') return body.length === 0
  if (kind === 'op' && body.length > maxOpBytes) return false
  if (!plainKinds.has(kind)) return true
  const content = parseCbor(body)
  if (!isMap(content)) return false
  return kind !== 'op' || (content.op === 'genesis') === isFirst
}

/** A group is named by its genesis op. */
function groupOfGenesis(id: EntryId): GroupId {
  return id as string as GroupId
}
