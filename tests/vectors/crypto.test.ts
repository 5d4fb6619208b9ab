import { x25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { parseBase64Url, parseHex, toHex, utf8, type Bytes } from '#lib/base/bytes.ts'
import type { DocId, GroupId } from '#lib/base/ids.ts'
import { digestSha256 } from '#lib/base/sha256.ts'
import { openContent, parseContentHeader } from '#lib/crypto/aes128gcm.ts'
import { openBlob, sealBlob, sealedSize } from '#lib/crypto/blob-format.ts'
import * as derive from '#lib/crypto/derive.ts'
import { createHpkeSuite } from '#lib/crypto/hpke.ts'
import { openLockbox } from '#lib/crypto/lockbox.ts'
import { seal, unseal } from '#lib/crypto/seal.ts'
import vectors from './crypto.json' with { type: 'json' }

const hex = (text: string): Bytes => parseHex(text) ?? expect.fail('not hexadecimal')
const base64 = (text: string): Bytes => parseBase64Url(text) ?? expect.fail('not base64url')

test('every purpose still gives the same key', () => {
  const vector = vectors.derive
  const secret = hex(vector.secret)
  expect(derive.deriveKeyId(secret)).toBe(vector.keyId)
  expect(toHex(derive.deriveDocumentKey(secret, vector.doc as DocId))).toBe(vector.documentKey)
  expect(toHex(derive.deriveWrapKey(secret))).toBe(vector.wrapKey)
  expect(derive.groupDocId(vector.group as GroupId)).toBe(vector.groupDocId)
  const { signSeed, signPublic, boxSecret, boxPublic } = derive.deriveInvitationKeys(secret)
  expect({
    signSeed: toHex(signSeed),
    signPublic: toHex(signPublic),
    boxSecret: toHex(boxSecret),
    boxPublic: toHex(boxPublic),
  }).toEqual(vector.invitation)
  const group = vector.group as GroupId
  expect(toHex(derive.deriveGroupSeed(secret, group))).toBe(vector.groupSeed)
  const sheet = derive.deriveSheetKeys(secret, group)
  expect({
    signSeed: toHex(sheet.signSeed),
    signPublic: toHex(sheet.signPublic),
    boxSecret: toHex(sheet.boxSecret),
    boxPublic: toHex(sheet.boxPublic),
  }).toEqual(vector.sheet)
})

test('a body sealed before still opens, and is sealed to the same bytes', async () => {
  const vector = vectors.seal
  const [key, plaintext, context] = [hex(vector.key), hex(vector.plaintext), hex(vector.context)]
  const sealed = await seal(key, plaintext, context, () => hex(vector.nonce))
  expect(toHex(sealed)).toBe(vector.sealed)
  expect(await unseal(key, hex(vector.sealed), context)).toEqual(plaintext)
})

test('a lockbox made before still opens', async () => {
  const { group, keyId, box, boxSecret, epochKey } = vectors.lockbox
  const lockbox = { keyId, box: hex(box) }
  expect(await openLockbox(group as GroupId, lockbox, hex(boxSecret))).toEqual(hex(epochKey))
})

describe('RFC 9180', () => {
  const vector = vectors.hpke
  const suite = createHpkeSuite()

  test('the published message opens', async () => {
    const recipientKey = await suite.kem.deserializePrivateKey(hex(vector.skRm))
    const context = { recipientKey, enc: hex(vector.enc), info: hex(vector.info) }
    const opened = await suite.open(context, hex(vector.ciphertext), hex(vector.aad))
    expect(toHex(new Uint8Array(opened))).toBe(vector.plaintext)
  })

  test('its ephemeral key gives the published message', async () => {
    const recipientPublicKey = await suite.kem.deserializePublicKey(hex(vector.pkRm))
    const ekm = {
      privateKey: await suite.kem.deserializePrivateKey(hex(vector.skEm)),
      publicKey: await suite.kem.deserializePublicKey(x25519.getPublicKey(hex(vector.skEm))),
    }
    const context = { recipientPublicKey, ekm, info: hex(vector.info) }
    const { enc, ct } = await suite.seal(context, hex(vector.plaintext), hex(vector.aad))
    expect(toHex(new Uint8Array(enc))).toBe(vector.enc)
    expect(toHex(new Uint8Array(ct))).toBe(vector.ciphertext)
  })
})

describe('RFC 8188', () => {
  test.each(vectors.rfc8188)('the example of $name opens', async (vector) => {
    const content = base64(vector.content)
    const header = parseContentHeader(content)
    expect(header?.recordSize).toBe(vector.recordSize)
    expect(header?.keyId).toEqual(utf8(vector.keyId))
    expect(await openContent(content, base64(vector.key))).toEqual(utf8(vector.plaintext))
  })
})

describe('a blob', () => {
  const { key, salt, empty, small, large } = vectors.blob
  const blobKey = { key: hex(key), salt: hex(salt) }

  test('sealed before still opens, and is sealed to the same bytes', async () => {
    for (const [plaintext, bytes] of [
      [utf8(small.text), small.bytes],
      [utf8(''), empty],
    ] as const) {
      expect(toHex((await sealBlob(plaintext, blobKey)).bytes)).toBe(bytes)
      expect(await openBlob(hex(bytes), blobKey.key, plaintext.length)).toEqual(plaintext)
    }
  })

  test('of several records still has the same name', async () => {
    const photo = new Uint8Array(large.size)
    for (let i = 0; i < photo.length; i++) photo[i] = (i * 31 + (i >> 8) * 7) & 0xff
    expect(toHex(await digestSha256(photo))).toBe(large.contentHash)
    const sealed = await sealBlob(photo, blobKey)
    expect(sealed.id).toBe(large.id)
    expect(sealed.bytes.length).toBe(large.sealedSize)
    expect(sealedSize(large.size)).toBe(large.sealedSize)
  })
})
