/**
 * Strict verification for `ed25519.ts`: the checks before the equation, and who computes the equation.
 *
 * The equation is given to WebCrypto once it has refused a signature that only the *cofactored*
 * equation accepts (R with a part of small order); otherwise it is computed here. What is known of a
 * public key (valid or not, its imported form) is kept for the last `keptKeys` keys.
 *
 * Errors  total: anything malformed is `false`
 * Source  RFC 8032 §5.1.3, §5.1.7
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { compareBytes, concatBytes, equalBytes, parseHex, toHex, type Bytes } from './bytes.ts'

/** Whether a signature of a message by a key is strict; see `ed25519.ts`. */
export type Verify = (publicKey: Bytes, signature: Bytes, message: Bytes) => Promise<boolean>

type Point = ReturnType<typeof ed25519.Point.fromBytes>

interface KnownKey {
  readonly point: Point
  /** Null where the platform has no usable Ed25519. */
  readonly native: Promise<CryptoKey | null>
}

/** Pages without a secure context have `crypto` but no `subtle`. */
function platformSubtle(): SubtleCrypto | null {
  return (globalThis.crypto as Partial<Crypto> | undefined)?.subtle ?? null
}

const publicKeyBytes = 32
const signatureBytes = 64

/** A verifier by the platform's WebCrypto; with null everything is computed here. */
export function createVerifier(
  subtle: SubtleCrypto | null = platformSubtle(),
  keptKeys = 1024,
): Verify {
  const keys = new Map<string, KnownKey | null>()
  let isNativeStrict: Promise<boolean> | undefined

  const importKey = async (publicKey: Bytes): Promise<CryptoKey | null> => {
    isNativeStrict ??= refusesCofactored(subtle)
    return (await isNativeStrict) ? importNative(subtle, publicKey) : null
  }

  const knownKey = (publicKey: Bytes): KnownKey | null => {
    const name = toHex(publicKey)
    const known = keys.get(name)
    if (known !== undefined) return known
    const point = parsePrimeOrderPoint(publicKey)
    const key = point === null ? null : { point, native: importKey(publicKey.slice()) }
    const [oldest] = keys.keys()
    if (oldest !== undefined && keys.size >= keptKeys) keys.delete(oldest)
    keys.set(name, key)
    return key
  }

  return async (publicKey, signature, message) => {
    if (publicKey.length !== publicKeyBytes || !isWellFormedSignature(signature)) return false
    const known = knownKey(publicKey)
    if (known === null) return false
    const native = await known.native
    return native === null || subtle === null
      ? holdsHere(known.point, publicKey, signature, message)
      : holdsNatively(subtle, native, signature, message)
  }
}

/** p = 2^255 − 19, the field's size. */
const fieldSize = littleEndian(2n ** 255n - 19n)
/** L, the order of the base point. */
const groupOrder = littleEndian(2n ** 252n + 27742317777372353535851937790883648493n)
const identity = littleEndian(1n)

function isWellFormedSignature(signature: Bytes): boolean {
  if (signature.length !== signatureBytes) return false
  const nonce = signature.subarray(0, 32)
  const y = nonce.slice()
  y[31] = (y[31] ?? 0) & 0x7f
  // Refusing y = 1 with either sign covers the identity and its "negative"; −1 has order two.
  return (
    isBelow(y, fieldSize) && !equalBytes(y, identity) && isBelow(signature.subarray(32), groupOrder)
  )
}

function parsePrimeOrderPoint(publicKey: Bytes): Point | null {
  try {
    const point = ed25519.Point.fromBytes(publicKey, false)
    return !point.is0() && point.isTorsionFree() ? point : null
  } catch {
    return null
  }
}

/** [S]B − [k]A = R, compared as bytes. */
function holdsHere(point: Point, publicKey: Bytes, signature: Bytes, message: Bytes): boolean {
  const nonce = signature.subarray(0, 32)
  const k = numberOf(sha512(concatBytes(nonce, publicKey, message))) % ed25519.Point.Fn.ORDER
  const s = numberOf(signature.subarray(32))
  const sB = ed25519.Point.BASE.multiplyUnsafe(s)
  const kA = point.multiplyUnsafe(k)
  return equalBytes(sB.subtract(kA).toBytes(), nonce)
}

async function holdsNatively(
  subtle: SubtleCrypto,
  key: CryptoKey,
  signature: Bytes,
  message: Bytes,
): Promise<boolean> {
  try {
    return await subtle.verify('Ed25519', key, signature, message)
  } catch {
    return false
  }
}

async function importNative(
  subtle: SubtleCrypto | null,
  publicKey: Bytes,
): Promise<CryptoKey | null> {
  try {
    return (await subtle?.importKey('raw', publicKey, 'Ed25519', false, ['verify'])) ?? null
  } catch {
    return null
  }
}

/** Whether the engine accepts an honest signature and refuses one that holds only up to the cofactor. */
async function refusesCofactored(subtle: SubtleCrypto | null): Promise<boolean> {
  const key = await importNative(subtle, probe.publicKey)
  if (key === null || subtle === null) return false
  const takesHonest = await holdsNatively(subtle, key, probe.honest, probe.message)
  return takesHonest && !(await holdsNatively(subtle, key, probe.cofactored, probe.message))
}

/** Lower than, for little-endian numbers of equal length. */
function isBelow(number: Uint8Array, bound: Uint8Array): boolean {
  return compareBytes(number.toReversed(), bound.toReversed()) < 0
}

function littleEndian(number: bigint): Bytes {
  const bytes = new Uint8Array(32)
  for (let i = 0; i < 32; i++) bytes[i] = Number((number >> BigInt(8 * i)) & 0xffn)
  return bytes
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.toReversed())}`)
}

function constant(hex: string): Bytes {
  const bytes = parseHex(hex)
  if (bytes === null) throw new Error('a constant is not hexadecimal')
  return bytes
}

/** One message, signed honestly and with a point of order eight added to R. */
const probe = {
  message: constant('70726f6265'),
  publicKey: constant('99691421fbc917e2851f309a90d1d247aa6367037707ea3090191e92a904d5a6'),
  honest: constant(
    'ef4f62f8479733ad879cfaced3c89a9c39dd4fc795ef2efa1c3eafe4d729a081' +
      '34c23ea756aa0ac9300bb9beb45746cd7445d6cc79faf90564db8cfae6cc1305',
  ),
  cofactored: constant(
    '40a4cf5c611d737a2f1c6fcca84d9cabfed80987f186a5a6c57e629bff1af27f' +
      '5df53cc7bebdffab62d69af51c468ae259c605534ff0a87a00cd68824815b400',
  ),
}
