/**
 * Paths and headers of a relay's HTTP side.
 *
 *   | path                         | verb, body → answer |
 *   |------------------------------|---------------------|
 *   | /relay                       | GET → JSON {mantel: 1, relay: hex key, hosting: 'open'|'code'} ; who is here (CORS open) |
 *   | /g                           | POST CBOR {code: text or null, entries: [genesis entry bytes]} → 201 CBOR {group b32}; hosts a new group |
 *   | /g/:group/session            | POST, the handshake of frames.ts |
 *   | /g/:group/feed               | WebSocket |
 *   | /g/:group/blobs/:blob        | PUT bytes ≤ 16 MiB → 201/200; GET, HEAD with Range and ETag |
 *   | /g/:group/blobs/batch        | POST CBOR {blobs: [b32 …]} → stream of (id 32 ‖ length u32 BE ‖ bytes); absent ones with length 0xffffffff |
 *   | /g/:group/blobs/missing      | POST CBOR {blobs: [b32 …]} → CBOR {missing: [b32 …]} |
 *   | /g/:group/blobs?after=&limit= | GET → CBOR {blobs: [[b32, size] …], next: text or null} for mirrors |
 *   | /g/:group/uploads            | tus 1.0; metadata `blob` = hex id |
 *   | /healthz                     | GET → 200 |
 *
 * Authorization: `Bearer <token, base64url>` on everything below /g/:group but session and feed.
 * Errors are CBOR {code, say} with the codes of frames.ts and a fitting status.
 */
import type { BlobId, GroupId } from '#lib/base/ids.ts'

export const relayInfoPath = '/relay'
export const hostPath = '/g'
export const sessionPath = (group: GroupId): string => `/g/${group}/session`
export const feedPath = (group: GroupId): string => `/g/${group}/feed`
export const blobPath = (group: GroupId, blob: BlobId): string => `/g/${group}/blobs/${blob}`
export const blobBatchPath = (group: GroupId): string => `/g/${group}/blobs/batch`
export const blobMissingPath = (group: GroupId): string => `/g/${group}/blobs/missing`
export const uploadsPath = (group: GroupId): string => `/g/${group}/uploads`
