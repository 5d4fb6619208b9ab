import { ed25519 } from '@noble/curves/ed25519.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseHex, utf8, type Bytes } from './bytes.ts'
import { createVerifier, type Verify } from './ed25519-verifier.ts'
import { publicKeyOfSeed, signMessage, verifySignature } from './ed25519.ts'

const runs = process.env.SLOW === '1' ? 1000 : 40
const hex = (text: string): Bytes => parseHex(text) ?? expect.fail('not hexadecimal')

const native = createVerifier()
const pure = createVerifier(null)
const withoutPlatform: Verify = createVerifier(platformWithout())
const cofactored: Verify = createVerifier(platformThatTakesAll())

const anyBytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytes.slice())

/** A browser that has WebCrypto but no Ed25519. */
function platformWithout(): SubtleCrypto {
  return Object.assign(Object.create(crypto.subtle) as SubtleCrypto, {
    importKey: () => Promise.reject(new DOMException('no Ed25519', 'NotSupportedError')),
  })
}

/** An engine more generous than allowed. */
function platformThatTakesAll(): SubtleCrypto {
  return Object.assign(Object.create(crypto.subtle) as SubtleCrypto, {
    importKey: crypto.subtle.importKey.bind(crypto.subtle),
    verify: () => Promise.resolve(true),
  })
}

describe('what Ana signs', () => {
  test('is accepted by every engine, and only under her key', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, fc.uint8Array({ maxLength: 200 }), async (seed, text) => {
        const message = text.slice()
        const signature = signMessage(seed, message)
        for (const verify of [native, pure, withoutPlatform, cofactored]) {
          expect(await verify(publicKeyOfSeed(seed), signature, message)).toBe(true)
        }
        const other = publicKeyOfSeed(seed.map((byte) => byte ^ 1))
        expect(await verifySignature(other, signature, message)).toBe(false)
      }),
      { numRuns: runs },
    )
  })

  test('is refused by every engine after any one bit was flipped', async () => {
    const seed = new Uint8Array(32).fill(7)
    const message = utf8('four photos from the train')
    const whole = [publicKeyOfSeed(seed), signMessage(seed, message), message] as const
    await fc.assert(
      fc.asyncProperty(fc.nat(2), fc.nat(), async (part, bit) => {
        const changed = whole.map((bytes) => bytes.slice())
        const target = changed[part] ?? expect.fail()
        const at = bit % (8 * target.length)
        target[at >> 3] = (target[at >> 3] ?? 0) ^ (1 << (at & 7))
        const [publicKey, signature, text] = changed as [Bytes, Bytes, Bytes]
        expect(await native(publicKey, signature, text)).toBe(false)
        expect(await pure(publicKey, signature, text)).toBe(false)
      }),
      { numRuns: 3 * runs },
    )
  })

  test('is refused where a length is wrong', async () => {
    const seed = new Uint8Array(32).fill(7)
    const message = utf8('hello')
    const signature = signMessage(seed, message)
    const publicKey = publicKeyOfSeed(seed)
    expect(await verifySignature(publicKey.subarray(1), signature, message)).toBe(false)
    expect(await verifySignature(publicKey, signature.subarray(1), message)).toBe(false)
    expect(await verifySignature(publicKey, new Uint8Array(65), message)).toBe(false)
    expect(await verifySignature(new Uint8Array(), new Uint8Array(), message)).toBe(false)
  })
})

describe('no engine accepts what another refuses', () => {
  const points = [
    '0100000000000000000000000000000000000000000000000000000000000000', // identity
    '0100000000000000000000000000000000000000000000000000000000000080', // its negative
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', // order 2
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    '0000000000000000000000000000000000000000000000000000000000000000', // order 4
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', // order 8
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', // identity as p + 1
    'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  ].map(hex)

  test.each(points.map((point, index) => [index, point] as const))(
    'neither as key nor as nonce do they take point %i',
    async (_index, point) => {
      // With S = k·a, R = identity satisfies the equation on lenient engines.
      const message = utf8('hello')
      const seed = new Uint8Array(32).fill(9)
      const signature = signMessage(seed, message)
      const asNonce = signature.slice()
      asNonce.set(point)
      for (const verify of [native, pure, cofactored]) {
        expect(await verify(point, signature, message)).toBe(false)
        expect(await verify(publicKeyOfSeed(seed), asNonce, message)).toBe(false)
      }
    },
  )

  test('S plus the group order does not count a second time', async () => {
    const message = utf8('hello')
    const seed = new Uint8Array(32).fill(9)
    const signature = signMessage(seed, message)
    let carry = 0n
    const order = ed25519.Point.Fn.ORDER
    for (let i = 0; i < 32; i++) {
      const sum = BigInt(signature[32 + i] ?? 0) + ((order >> BigInt(8 * i)) & 0xffn) + carry
      signature[32 + i] = Number(sum & 0xffn)
      carry = sum >> 8n
    }
    expect(await native(publicKeyOfSeed(seed), signature, message)).toBe(false)
    expect(await pure(publicKeyOfSeed(seed), signature, message)).toBe(false)
  })

  test('an engine that accepts up to the cofactor is not asked again', async () => {
    const seed = new Uint8Array(32).fill(9)
    const signature = signMessage(seed, utf8('hello'))
    expect(await cofactored(publicKeyOfSeed(seed), signature, utf8('hello'))).toBe(true)
    expect(await cofactored(publicKeyOfSeed(seed), signature, utf8('hullo'))).toBe(false)
  })

  test('more keys than are remembered change no answer', async () => {
    const verify = createVerifier(crypto.subtle, 2)
    const message = utf8('hello')
    for (let round = 0; round < 3; round++) {
      for (const byte of [1, 2, 3, 4, 5]) {
        const seed = new Uint8Array(32).fill(byte)
        const signature = signMessage(seed, message)
        expect(await verify(publicKeyOfSeed(seed), signature, message)).toBe(true)
        expect(await verify(new Uint8Array(32).fill(byte), signature, message)).toBe(false)
      }
    }
  })
})
