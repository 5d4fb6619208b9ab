import { describe, expect, test } from 'vitest'
import { parseHex, toHex, type Bytes } from '#lib/base/bytes.ts'
import { createVerifier } from '#lib/base/ed25519-verifier.ts'
import { publicKeyOfSeed, signMessage } from '#lib/base/ed25519.ts'
import vectors from './ed25519.json' with { type: 'json' }

const hex = (text: string): Bytes => parseHex(text) ?? expect.fail('not hexadecimal')
const platform = createVerifier()
const ours = createVerifier(null)

test.each(vectors.rfc8032)('RFC 8032 §7.1 $name', async (vector) => {
  const [seed, publicKey, message, signature] = [
    hex(vector.seed),
    hex(vector.publicKey),
    hex(vector.message),
    hex(vector.signature),
  ]
  expect(toHex(publicKeyOfSeed(seed))).toBe(vector.publicKey)
  expect(toHex(signMessage(seed, message))).toBe(vector.signature)
  expect(await platform(publicKey, signature, message)).toBe(true)
  expect(await ours(publicKey, signature, message)).toBe(true)
})

describe('Chalkias et al., "Taming the many EdDSAs", table 5: engines disagree on these', () => {
  test.each(vectors.tamingTheManyEdDsas)('$signature is refused', async (vector) => {
    const args = [hex(vector.publicKey), hex(vector.signature), hex(vector.message)] as const
    expect(await platform(...args)).toBe(false)
    expect(await ours(...args)).toBe(false)
  })
})
