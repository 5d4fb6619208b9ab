import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex, utf8, type Bytes } from '#lib/base/bytes.ts'
import { seal, unseal } from './seal.ts'

const key = new Uint8Array(32).fill(3)
const context = utf8('family')
const anyBytes = fc.uint8Array({ maxLength: 100 }).map((bytes): Bytes => bytes.slice())

describe('what Ana seals', () => {
  test('Sam unseals with the same key in the same context', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, anyBytes, async (plaintext, aad) => {
        const sealed = await seal(key, plaintext, aad)
        expect(sealed.length).toBe(plaintext.length + 28)
        expect(await unseal(key, sealed, aad)).toEqual(plaintext)
      }),
    )
  })

  test('never looks the same twice', async () => {
    const [one, two] = [await seal(key, context, context), await seal(key, context, context)]
    expect(toHex(one)).not.toBe(toHex(two))
  })

  test('opens neither in another context nor with another key', async () => {
    const sealed = await seal(key, utf8('hello'), context)
    expect(await unseal(key, sealed, utf8('club'))).toBe(null)
    expect(await unseal(new Uint8Array(32), sealed, context)).toBe(null)
    expect(await unseal(key, sealed, context)).toEqual(utf8('hello'))
  })

  test('is refused when any bit was flipped or bytes are missing', async () => {
    const sealed = await seal(key, utf8('hello'), context)
    for (let bit = 0; bit < 8 * sealed.length; bit++) {
      const changed = sealed.slice()
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(await unseal(key, changed, context)).toBe(null)
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(await unseal(key, sealed.slice(0, length), context)).toBe(null)
    }
  })

  test('is never sealed under a short key', async () => {
    await expect(seal(new Uint8Array(16), context, context)).rejects.toThrow('32 bytes')
    await expect(unseal(new Uint8Array(16), new Uint8Array(40), context)).rejects.toThrow(
      '32 bytes',
    )
  })
})
