/**
 * Ed25519 with one answer on every engine.
 *
 * Engines differ on keys and nonces of small or mixed order (cofactored or not, canonical or not), so a
 * signature counts here only if: the public key is canonical, in the prime-order subgroup and not the
 * identity; S < L; and the *cofactorless* equation holds on encoded bytes ([S]B − [k]A encodes to R).
 * WebCrypto verifies where it has Ed25519, `@noble/curves` elsewhere; both after the same checks.
 *
 * Shape   seed 32 bytes, public key 32, signature 64
 * Errors  verification is total: anything malformed is `false`
 * Source  RFC 8032 §5.1; Chalkias et al., "Taming the many EdDSAs" (2020)
 */
import type { Bytes } from './bytes.ts'

/** The public key of a 32-byte seed. */
export declare function publicKeyOfSeed(seed: Bytes): Bytes

/** The deterministic signature of a message (RFC 8032 §5.1.6). */
export declare function signMessage(seed: Bytes, message: Uint8Array): Bytes

/** Whether this is a strict signature of the message by that key. */
export declare function verifySignature(publicKey: Bytes, signature: Bytes, message: Bytes): Promise<boolean>
