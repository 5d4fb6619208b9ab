/**
 * Lockboxes: an epoch key for one device or invitation. HPKE base mode.
 *
 * Suite   DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM
 * info    utf8('mantel/lockbox/1\0') ‖ group id ‖ key id
 * Shape   enc (32) ‖ ciphertext of the 32-byte epoch key (48)  = 80 bytes
 * Errors  opening is total: null for a wrong key, changed bytes, another group or key id,
 *         or a key whose derived id differs; wrapping gives null for a public key nobody can hold
 * Source  RFC 9180; docs/design.md §5
 */
import { concatBytes, utf8, type Bytes } from '#lib/base/bytes.ts'
import { idToBytes, parseId, type GroupId, type KeyId } from '#lib/base/ids.ts'
import { deriveKeyId } from './derive.ts'
import { createHpkeSuite } from './hpke.ts'

/**
 * The epoch key for the holder of this X25519 key; every call gives another box. Null for a key of
 * small order, whose secret nobody needs: it comes out of somebody else's op.
 */
export async function wrapEpochKey(
  group: GroupId,
  epochKey: Bytes,
  boxPublic: Bytes,
): Promise<Bytes | null> {
  const info = contextOf(group, deriveKeyId(epochKey))
  try {
    const recipientPublicKey = await suite.kem.deserializePublicKey(boxPublic)
    const { enc, ct } = await suite.seal({ recipientPublicKey, info }, epochKey)
    return concatBytes(new Uint8Array(enc), new Uint8Array(ct))
  } catch {
    return null
  }
}

/** The epoch key in a box for the holder of this secret, or null. */
export async function openLockbox(
  group: GroupId,
  lockbox: { keyId: string; box: Bytes },
  boxSecret: Bytes,
): Promise<Bytes | null> {
  const keyId = parseId('KeyId', lockbox.keyId)
  if (keyId === null || lockbox.box.length !== lockboxBytes) return null
  const enc = lockbox.box.subarray(0, encBytes)
  const ciphertext = lockbox.box.subarray(encBytes)
  try {
    const recipientKey = await suite.kem.deserializePrivateKey(boxSecret)
    const info = contextOf(group, keyId)
    const epochKey = new Uint8Array(await suite.open({ recipientKey, enc, info }, ciphertext))
    return deriveKeyId(epochKey) === keyId ? epochKey : null
  } catch {
    return null
  }
}

const encBytes = 32
const lockboxBytes = 80
const suite = createHpkeSuite()

function contextOf(group: GroupId, keyId: KeyId): Bytes {
  return concatBytes(utf8('mantel/lockbox/1\0'), idToBytes(group), idToBytes(keyId))
}
