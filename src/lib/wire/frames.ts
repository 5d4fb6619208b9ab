/**
 * Frames between a device and a relay: WebSocket (feed) and, for the handshake, HTTP POST.
 *
 * Every WebSocket message is CBOR. The outer envelope is automerge-repo's: first the client's
 * `{type: 'join', senderId, peerMetadata, supportedProtocolVersions: ['1']}`, answered by the relay's
 * `{type: 'peer', senderId, peerMetadata, selectedProtocolVersion: '1', targetId}`; from then on
 * `{type: 'mantel', senderId, targetId, data}` both ways. `data` is one frame below in canonical CBOR.
 * Sender and target ids are names without meaning; nothing is decided by them.
 *
 * Device → relay (field `t` names the frame)
 *   | t         | fields                                     | when |
 *   |-----------|--------------------------------------------|------|
 *   | prove     | v uint 1, as text 'device'|'invitation'|'relay', key b32, nonce b32, sig b64 | answer to `hello` |
 *   | subscribe | feed b16 or null, after uint, last b32 where known | once, after `welcome`; position 0 = from the start; `last` = id of the entry at that position. Beyond the `end` told for that feed, or where it has another there: it was set back |
 *   | select    | kinds array of text, after uint, limit uint ≤ 1000, newest bool | entries of some kinds, without moving anything |
 *   | append    | n uint, entry bytes                        | n is the sender's own number, echoed in the answer |
 *   | have      | authors map hex → uint                     | after a change of feed: highest gapless seq by author |
 *   | ping      | n uint                                     | keep-alive |
 *
 * Relay → device
 *   | t         | fields                                     | when |
 *   |-----------|--------------------------------------------|------|
 *   | hello     | v uint 1, relay b32, nonce b32             | at once after the `peer` message |
 *   | welcome   | sig b64, token b32, feed b16, end uint, clockMs uint | after a good `prove`; end = newest position |
 *   | entries   | from uint, to uint, entries array of bytes, live bool | in order; positions (from, to]; live once the end was reached |
 *   | selected  | entries array of bytes, more bool, to uint | answer to `select` |
 *   | have      | authors map hex → uint                     | answer to `have` |
 *   | appended  | n uint, id b32, position uint              | the entry is durable |
 *   | refused   | n uint or null, code text, say text ≤ 1000 characters | `code` is one of `refusalCodes`; n null closes the connection |
 *   | pong      | n uint                                     | |
 *
 * Proof: device signs  utf8('mantel/auth/1\0') ‖ relay ‖ group ‖ relay's nonce ‖ device's nonce,
 *        relay answers utf8('mantel/auth-relay/1\0') ‖ the same, both Ed25519.
 * HTTP:  POST /g/:group/session with {t:'hello'} → `hello`; then `prove` plus `challenge` (the relay's nonce) → `welcome`.
 *        Content type application/cbor. A nonce serves once, within one minute.
 *
 * Errors  parsers are total (null)
 * Source  docs/design.md §7; @automerge/automerge-repo-network-websocket messages
 */
import { concatBytes, utf8, type Bytes } from '#lib/base/bytes.ts'
import {
  idToBytes,
  type DeviceId,
  type EntryId,
  type FeedId,
  type GroupId,
  type RelayId,
} from '#lib/base/ids.ts'
import type { EntryKind } from './entry.ts'
import type { RefusalCode } from './refusal.ts'

export { encodeFrame } from './encode-frame.ts'
export { parseDeviceFrame, parseRelayFrame } from './parse-frame.ts'
export { refusalCodes, type RefusalCode } from './refusal.ts'

export type ProofKind = 'device' | 'invitation' | 'relay'

export interface ProveFrame {
  readonly t: 'prove'
  readonly as: ProofKind
  readonly key: Bytes
  readonly nonce: Bytes
  readonly sig: Bytes
}
export interface SubscribeFrame {
  readonly t: 'subscribe'
  readonly feed: FeedId | null
  readonly after: number
  /** The entry at `after`, as far as it is known. */
  readonly last: EntryId | null
}
export interface SelectFrame {
  readonly t: 'select'
  readonly kinds: readonly EntryKind[]
  readonly after: number
  readonly limit: number
  readonly newest: boolean
}
export interface AppendFrame {
  readonly t: 'append'
  readonly n: number
  readonly entry: Bytes
}
export interface HaveFrame {
  readonly t: 'have'
  readonly authors: ReadonlyMap<DeviceId, number>
}
export interface PingFrame {
  readonly t: 'ping' | 'pong'
  readonly n: number
}
export interface HelloFrame {
  readonly t: 'hello'
  readonly relay: RelayId
  readonly nonce: Bytes
}
export interface WelcomeFrame {
  readonly t: 'welcome'
  readonly sig: Bytes
  readonly token: Bytes
  readonly feed: FeedId
  readonly end: number
  readonly clockMs: number
}
export interface EntriesFrame {
  readonly t: 'entries'
  readonly from: number
  readonly to: number
  readonly entries: readonly Bytes[]
  readonly live: boolean
}
export interface SelectedFrame {
  readonly t: 'selected'
  readonly entries: readonly Bytes[]
  readonly more: boolean
  readonly to: number
}
export interface AppendedFrame {
  readonly t: 'appended'
  readonly n: number
  readonly id: EntryId
  readonly position: number
}
export interface RefusedFrame {
  readonly t: 'refused'
  readonly n: number | null
  readonly code: RefusalCode
  readonly say: string
}

export type DeviceFrame =
  ProveFrame | SubscribeFrame | SelectFrame | AppendFrame | HaveFrame | PingFrame
export type RelayFrame =
  | HelloFrame
  | WelcomeFrame
  | EntriesFrame
  | SelectedFrame
  | HaveFrame
  | AppendedFrame
  | RefusedFrame
  | PingFrame

/** What both sides sign; `by` chooses the domain-separating prefix. */
export function proofBytes(
  by: 'device' | 'relay',
  proof: { relay: RelayId; group: GroupId; relayNonce: Bytes; deviceNonce: Bytes },
): Bytes {
  return concatBytes(
    utf8(by === 'device' ? 'mantel/auth/1\0' : 'mantel/auth-relay/1\0'),
    idToBytes(proof.relay),
    idToBytes(proof.group),
    proof.relayNonce,
    proof.deviceNonce,
  )
}
