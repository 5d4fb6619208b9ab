/**
 * Sealed bodies and wrapped keys: AES-256-GCM with 12 random bytes in front.
 *
 * Shape   nonce (12) ‖ ciphertext ‖ tag (16)
 * Errors  `unseal` is total: null for a wrong key, changed bytes or another context
 * Source  NIST SP 800-38D; docs/design.md §7
 */
import { concatBytes, type Bytes } from '#lib/base/bytes.ts'
import { platformRandom, type Random } from '#lib/base/ids.ts'

/** Seals a plaintext under a 32-byte key, bound to `context` (the AAD). */
export async function seal(
  key: Bytes,
  plaintext: Bytes,
  context: Bytes,
  random: Random = platformRandom,
): Promise<Bytes> {
  const nonce = random(nonceBytes)
  const aesKey = await importKey(key, 'encrypt')
  const sealed = await crypto.subtle.encrypt(cipher(nonce, context), aesKey, plaintext)
  return concatBytes(nonce, new Uint8Array(sealed))
}

/** The plaintext, or null. */
export async function unseal(key: Bytes, sealed: Bytes, context: Bytes): Promise<Bytes | null> {
  if (sealed.length < nonceBytes + tagBytes) return null
  const aesKey = await importKey(key, 'decrypt')
  const nonce = sealed.subarray(0, nonceBytes)
  try {
    return new Uint8Array(
      await crypto.subtle.decrypt(cipher(nonce, context), aesKey, sealed.subarray(nonceBytes)),
    )
  } catch {
    return null
  }
}

const nonceBytes = 12
const tagBytes = 16
const keyBytes = 32

function cipher(nonce: Bytes, context: Bytes): AesGcmParams {
  return { name: 'AES-GCM', iv: nonce, additionalData: context }
}

/** A key of another length would silently be another cipher. */
async function importKey(key: Bytes, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  if (key.length !== keyBytes) throw new Error('bodies are sealed under 32 bytes')
  return crypto.subtle.importKey('raw', key, 'AES-GCM', false, [use])
}
