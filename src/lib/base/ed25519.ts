/**
 * Ed25519 with one answer on every engine.
 *
 * Engines differ on keys and nonces of small or mixed order (cofactored or not, canonical or not), so a
 * signature counts here only if: the public key A is canonical, in the prime-order subgroup and not the
 * identity; R is canonical and not the identity; S < L; and the *cofactorless* equation holds on encoded
 * bytes ([S]B − [k]A encodes to R). Every signature made by RFC 8032 §5.1.6 passes.
 * WebCrypto verifies where it has Ed25519 without the cofactor, `@noble/curves` elsewhere; both after
 * the same checks.
 *
 * Shape   seed 32 bytes, public key 32, signature 64
 * Errors  verification is total: anything malformed is `false`
 * Source  RFC 8032 §5.1; Chalkias et al., "Taming the many EdDSAs" (2020)
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { plainBytes, type Bytes } from './bytes.ts'
import { createVerifier } from './ed25519-verifier.ts'

/** The public key of a 32-byte seed. */
export function publicKeyOfSeed(seed: Bytes): Bytes {
  return plainBytes(ed25519.getPublicKey(seed))
}

/** The deterministic signature of a message (RFC 8032 §5.1.6). */
export function signMessage(seed: Bytes, message: Uint8Array): Bytes {
  return plainBytes(ed25519.sign(message, seed))
}

/** Whether this is a strict signature of the message by that key. */
export function verifySignature(
  publicKey: Bytes,
  signature: Bytes,
  message: Bytes,
): Promise<boolean> {
  return verify(publicKey, signature, message)
}

// It remembers public facts about public keys only, so one for the whole program does.
const verify = createVerifier()
