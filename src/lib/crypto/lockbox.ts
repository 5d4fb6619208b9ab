/**
 * Lockboxes: an epoch key for one device or invitation. HPKE base mode.
 *
 * Suite   DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM
 * info    utf8('mantel/lockbox/1\0') ‖ group id ‖ key id
 * Shape   enc (32) ‖ ciphertext of the 32-byte epoch key (48)  = 80 bytes
 * Errors  opening is total: null for a wrong key, changed bytes, another group or key id,
 *         or a key whose derived id differs
 * Source  RFC 9180; docs/design.md §5
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { GroupId } from '#lib/base/ids.ts'

export declare function wrapEpochKey(group: GroupId, epochKey: Bytes, boxPublic: Bytes): Promise<Bytes>
export declare function openLockbox(
  group: GroupId,
  lockbox: { keyId: string; box: Bytes },
  boxSecret: Bytes
): Promise<Bytes | null>
