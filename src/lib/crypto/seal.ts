/**
 * Sealed bodies and wrapped keys: AES-256-GCM with 12 random bytes in front.
 *
 * Shape   nonce (12) ‖ ciphertext ‖ tag (16)
 * Errors  `unseal`/`unwrapKey` give null for a wrong key, changed bytes or another context
 * Source  NIST SP 800-38D; docs/design.md §7
 */
import type { Bytes } from '#lib/base/bytes.ts'

/** Seals a plaintext under a 32-byte key, bound to `context` (the AAD). */
export declare function seal(key: Bytes, plaintext: Bytes, context: Bytes): Promise<Bytes>
/** The plaintext, or null. */
export declare function unseal(key: Bytes, sealed: Bytes, context: Bytes): Promise<Bytes | null>
