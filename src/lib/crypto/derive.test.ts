import { describe, expect, test } from 'vitest'
import { toHex } from '#lib/base/bytes.ts'
import { signMessage, verifySignature } from '#lib/base/ed25519.ts'
import type { DocId, GroupId } from '#lib/base/ids.ts'
import {
  createDeviceKeys,
  deriveDocumentKey,
  deriveInvitationKeys,
  deriveKeyId,
  deriveWrapKey,
  groupDocId,
} from './derive.ts'

const secret = new Uint8Array(32).fill(8)
const doc = (byte: string) => byte.repeat(16) as DocId

describe('one secret never serves two ends', () => {
  test('every purpose has its own key', () => {
    const invitation = deriveInvitationKeys(secret)
    const keys = [
      deriveKeyId(secret),
      toHex(deriveDocumentKey(secret, doc('0a'))),
      toHex(deriveDocumentKey(secret, doc('0b'))),
      toHex(deriveWrapKey(secret)),
      toHex(invitation.signSeed),
      toHex(invitation.boxSecret),
    ]
    expect(new Set(keys.map((key) => key.slice(0, 32))).size).toBe(keys.length)
  })

  test('a secret of another length is a mistake', () => {
    expect(() => deriveKeyId(new Uint8Array(31))).toThrow('32 bytes')
    expect(() => deriveInvitationKeys(new Uint8Array())).toThrow('32 bytes')
  })
})

test('everyone with the link has the keys of the invitation', async () => {
  const ana = deriveInvitationKeys(secret)
  const sam = deriveInvitationKeys(secret.slice())
  const message = new Uint8Array(5)
  expect(sam).toEqual(ana)
  expect(await verifySignature(ana.signPublic, signMessage(sam.signSeed, message), message)).toBe(
    true,
  )
})

test("two devices share neither keys, nor two groups a document's id", () => {
  const [phone, tablet] = [createDeviceKeys(), createDeviceKeys()]
  expect(toHex(phone.signPublic)).not.toBe(toHex(tablet.signPublic))
  expect(toHex(phone.boxPublic)).not.toBe(toHex(tablet.boxPublic))
  expect(toHex(phone.signSeed)).not.toBe(toHex(phone.boxSecret))
  expect(groupDocId('aa'.repeat(32) as GroupId)).not.toBe(groupDocId('ab'.repeat(32) as GroupId))
  expect(groupDocId('aa'.repeat(32) as GroupId)).toMatch(/^[0-9a-f]{32}$/)
})
