/**
 * Entries: the signed statements of devices that a feed is made of.
 *
 * Shape   entry bytes = canonical CBOR map ‖ Ed25519 signature (64 bytes)
 *
 *   | field  | CBOR            | what                                                              |
 *   |--------|-----------------|-------------------------------------------------------------------|
 *   | v      | uint            | 1                                                                 |
 *   | group  | bytes 32 or 0   | group id; empty only in the entry that carries the `genesis` op   |
 *   | kind   | text            | one of `entryKinds`                                               |
 *   | doc    | bytes 16        | document; exactly in `bundle`, `snapshot`, `talk` (the album)      |
 *   | author | bytes 32        | device key (Ed25519)                                              |
 *   | seq    | uint ≥ 1        | this author's entries, without gaps                               |
 *   | after  | array of bytes 32 | ids of the entries that no other counting one follows; ascending, unique, ≤ 32 |
 *   | epoch  | bytes 16        | key id; exactly in sealed kinds                                   |
 *   | body   | bytes           | plain CBOR of an `op`/`public`/…, sealed bytes of the others, empty in a `mark` |
 *
 *   signed  = utf8('mantel/entry/1\0') ‖ CBOR map
 *   id      = SHA-256(entry bytes)
 *   AAD of the sealed body = canonical CBOR of the same map without `body`
 *
 * Errors  `parseEntry` is total (null); signatures are checked by `verifyEntry`
 * Source  docs/design.md §7
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { DeviceId, DocId, EntryId, GroupId, KeyId } from '#lib/base/ids.ts'

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
  'unpublish'
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
export declare function groupOfEntry(entry: Entry): GroupId

/** AAD of the sealed body: the canonical envelope without body. */
export declare function envelopeBytes(envelope: Envelope): Bytes

/** Encodes and signs with the author's Ed25519 seed. Throws where the author is not that seed's key. */
export declare function signEntry(envelope: Envelope, body: Bytes, seed: Bytes): Entry

/** The entry of exactly these bytes (canonical, within limits, fields as the table says), or null. */
export declare function parseEntry(bytes: Bytes): Entry | null

/** Whether the author signed these bytes. */
export declare function verifyEntry(entry: Entry): Promise<boolean>
