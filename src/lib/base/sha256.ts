/**
 * SHA-256 (FIPS 180-4), synchronous for small inputs and incremental for long ones.
 * Whole large buffers are faster through `crypto.subtle.digest`.
 */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { plainBytes, type Bytes } from './bytes.ts'

/** The 32-byte digest. */
export function sha256(bytes: Uint8Array): Bytes {
  return plainBytes(nobleSha256(bytes))
}

/** A running digest for data that comes in pieces. */
export function createSha256(): { update(bytes: Uint8Array): void; digest(): Bytes } {
  const state = nobleSha256.create()
  return {
    update: (bytes) => void state.update(bytes),
    digest: () => plainBytes(state.digest()),
  }
}

/** The 32-byte digest of a whole buffer, off the thread where the platform can. */
export async function digestSha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}
