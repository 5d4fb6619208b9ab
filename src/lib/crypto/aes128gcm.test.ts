import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatBytes, toHex, utf8, type Bytes } from '#lib/base/bytes.ts'
import {
  deriveRecordKeys,
  encodeContentHeader,
  openContent,
  parseContentHeader,
  sealContent,
  sealRecord,
} from './aes128gcm.ts'

const contentKey = { key: new Uint8Array(16).fill(1), salt: new Uint8Array(16).fill(2) }
const anyBytes = fc.uint8Array({ maxLength: 200 }).map((bytes): Bytes => bytes.slice())

describe('content of any record size', () => {
  test('opens as it was sealed', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyBytes,
        fc.integer({ min: 18, max: 80 }),
        async (plaintext, recordSize) => {
          const sealed = await sealContent(plaintext, contentKey, recordSize)
          expect(await openContent(sealed, contentKey.key)).toEqual(plaintext)
        },
      ),
    )
  })

  test('is refused when cut anywhere', async () => {
    const sealed = await sealContent(utf8('I am the walrus, goo goo'), contentKey, 25)
    for (let length = 0; length < sealed.length; length++) {
      expect(await openContent(sealed.slice(0, length), contentKey.key)).toBe(null)
    }
  })

  test('is refused where a record is marked wrongly or not at all', async () => {
    const keys = await deriveRecordKeys(contentKey.key, contentKey.salt)
    const header = encodeContentHeader(contentKey.salt, 40)
    const last = await sealRecord(keys, 0, utf8('hello'), true)
    const more = await sealRecord(keys, 0, utf8('hello'), false)
    const iv = { name: 'AES-GCM', iv: keys.nonce }
    const zeros = new Uint8Array(await crypto.subtle.encrypt(iv, keys.content, new Uint8Array(9)))
    const empty = new Uint8Array(await crypto.subtle.encrypt(iv, keys.content, new Uint8Array()))
    expect(await openContent(concatBytes(header, last), contentKey.key)).toEqual(utf8('hello'))
    for (const record of [more, zeros, empty]) {
      expect(await openContent(concatBytes(header, record), contentKey.key)).toBe(null)
    }
  })

  test('keeps padding away from the plaintext', async () => {
    const keys = await deriveRecordKeys(contentKey.key, contentKey.salt)
    const padded = new Uint8Array([...utf8('hi'), 2, 0, 0, 0])
    const iv = { name: 'AES-GCM', iv: keys.nonce }
    const record = new Uint8Array(await crypto.subtle.encrypt(iv, keys.content, padded))
    const content = concatBytes(encodeContentHeader(contentKey.salt, 40), record)
    expect(await openContent(content, contentKey.key)).toEqual(utf8('hi'))
  })

  test('numbers its records beyond 32 bits', async () => {
    const keys = await deriveRecordKeys(contentKey.key, contentKey.salt)
    const one = await sealRecord(keys, 1, utf8('hi'), true)
    const far = await sealRecord(keys, 2 ** 32 + 1, utf8('hi'), true)
    expect(toHex(far)).not.toBe(toHex(one))
  })
})

test('a header is read or refused, whatever comes', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const header = parseContentHeader(bytes)
      if (header !== null) expect(header.length).toBe(21 + header.keyId.length)
      else
        expect(
          bytes.length < 21 + (bytes[20] ?? 0) || toHex(bytes.slice(16, 19)) === '000000',
        ).toBe(true)
    }),
  )
  expect(parseContentHeader(encodeContentHeader(contentKey.salt, 17))).toBe(null)
  expect(parseContentHeader(encodeContentHeader(contentKey.salt, 18))?.recordSize).toBe(18)
})
