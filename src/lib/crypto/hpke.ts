/**
 * The HPKE suite of the lockboxes (base mode, one message, no AAD).
 *
 * Suite   DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001, AES-256-GCM 0x0002
 * X25519  by `@noble/curves` on every engine: `@hpke/core`'s own needs X25519 in WebCrypto, which not
 *         every browser has, and lockboxes are too few for speed to matter. All-zero shared secrets
 *         (RFC 9180 §7.1.4) are refused by the curve.
 * Source  RFC 9180 §4.1, §5.1.1, §6.1
 */
import { XCurveDhkemPrimitives, Dhkem } from '@hpke/common'
import { Aes256Gcm, CipherSuite, HkdfSha256, KemId } from '@hpke/core'
import { x25519 } from '@noble/curves/ed25519.js'

/** A suite without state between messages. */
export function createHpkeSuite(): CipherSuite {
  return new CipherSuite({ kem: createKem(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
}

const keyBytes = 32

function createKem(): Dhkem {
  const kdf = new HkdfSha256()
  return new X25519Kem(KemId.DhkemX25519HkdfSha256, createPrimitives(kdf), kdf)
}

function createPrimitives(kdf: HkdfSha256): XCurveDhkemPrimitives {
  const randomSecretKey = () => Promise.resolve(x25519.utils.randomSecretKey())
  return new XCurveDhkemPrimitives(
    'X25519',
    keyBytes,
    { ...x25519, utils: { randomSecretKey } },
    kdf,
  )
}

/** Lengths by RFC 9180 §7.1. */
class X25519Kem extends Dhkem {
  override readonly secretSize = 32
  override readonly encSize = keyBytes
  override readonly publicKeySize = keyBytes
  override readonly privateKeySize = keyBytes
}
