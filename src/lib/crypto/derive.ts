/**
 * HKDF-SHA-256 purposes: one secret never serves two ends.
 *
 *   | purpose            | ikm             | info                              | bytes |
 *   |--------------------|-----------------|-----------------------------------|-------|
 *   | key id of an epoch | epoch key (32)  | 'mantel/epoch-id/1'               | 16    |
 *   | document key       | epoch key       | 'mantel/doc/1' ‖ doc id (16)      | 32    |
 *   | key wrap           | epoch key       | 'mantel/wrap/1'                   | 32    |
 *   | invitation signing | link seed (32)  | 'mantel/invitation-sign/1'        | 32 (Ed25519 seed) |
 *   | invitation box     | link seed       | 'mantel/invitation-box/1'         | 32 (X25519 private key) |
 *
 * Salt is empty. Errors: none. Source: RFC 5869, docs/design.md §5, §7
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { DocId, GroupId, KeyId } from '#lib/base/ids.ts'

export declare function deriveKeyId(epochKey: Bytes): KeyId
export declare function deriveDocumentKey(epochKey: Bytes, doc: DocId): Bytes
export declare function deriveWrapKey(epochKey: Bytes): Bytes
export declare function deriveInvitationKeys(seed: Bytes): DeviceKeys
/** The group document's id: first 16 bytes of SHA-256('mantel/group-doc/1' ‖ group id). */
export declare function groupDocId(group: GroupId): DocId

/** Signing and box key pairs of a device or invitation, from 32-byte secrets. */
export interface DeviceKeys {
  readonly signSeed: Bytes
  readonly signPublic: Bytes
  readonly boxSecret: Bytes
  readonly boxPublic: Bytes
}

/** Fresh device keys. */
export declare function createDeviceKeys(random?: (length: number) => Bytes): DeviceKeys
