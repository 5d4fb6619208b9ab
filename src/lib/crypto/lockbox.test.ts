import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import type { GroupId } from '#lib/base/ids.ts'
import { createDeviceKeys, deriveInvitationKeys, deriveKeyId } from './derive.ts'
import { createHpkeSuite } from './hpke.ts'
import { openLockbox, wrapEpochKey } from './lockbox.ts'

const family = 'fa'.repeat(32) as GroupId
const epochKey = new Uint8Array(32).fill(6)
const keyId = deriveKeyId(epochKey)
const sam = createDeviceKeys()

describe("a lockbox that Ana makes for Sam's device", () => {
  test('gives him the key of the epoch', async () => {
    const box = await wrapForSam()
    expect(box.length).toBe(80)
    expect(await openLockbox(family, { keyId, box }, sam.boxSecret)).toEqual(epochKey)
  })

  test('opens with the keys that a link gives', async () => {
    const seed = new Uint8Array(32).fill(9)
    const { boxPublic } = deriveInvitationKeys(seed)
    const box = (await wrapEpochKey(family, epochKey, boxPublic)) ?? expect.fail('no box')
    const { boxSecret } = deriveInvitationKeys(seed.slice())
    expect(await openLockbox(family, { keyId, box }, boxSecret)).toEqual(epochKey)
  })

  test('opens for nobody else, in no other group and under no other key id', async () => {
    const box = await wrapForSam()
    const club = 'cc'.repeat(32) as GroupId
    const otherId = deriveKeyId(new Uint8Array(32))
    expect(await openLockbox(family, { keyId, box }, createDeviceKeys().boxSecret)).toBe(null)
    expect(await openLockbox(club, { keyId, box }, sam.boxSecret)).toBe(null)
    expect(await openLockbox(family, { keyId: otherId, box }, sam.boxSecret)).toBe(null)
    expect(await openLockbox(family, { keyId: 'no id', box }, sam.boxSecret)).toBe(null)
    expect(await openLockbox(family, { keyId, box }, new Uint8Array(31))).toBe(null)
  })

  test('is refused when any bit was flipped', async () => {
    const box = await wrapForSam()
    await fc.assert(
      fc.asyncProperty(fc.nat(8 * box.length - 1), async (bit) => {
        // X25519 ignores the top bit of a coordinate, but HPKE binds `enc` as it was sent.
        const changed = box.slice()
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(await openLockbox(family, { keyId, box: changed }, sam.boxSecret)).toBe(null)
      }),
      { numRuns: 60, examples: [[255]] },
    )
  })

  test('is refused when it holds a key that is not the one it names', async () => {
    // Somebody allowed to write lockboxes puts another key under a known id.
    const suite = createHpkeSuite()
    const recipientPublicKey = await suite.kem.deserializePublicKey(sam.boxPublic)
    const info = new TextEncoder().encode('mantel/lockbox/1\0')
    const context = new Uint8Array([...info, ...hexBytes(family), ...hexBytes(keyId)])
    const sealed = (key: Bytes) => suite.seal({ recipientPublicKey, info: context }, key)
    const boxOf = async (key: Bytes) => {
      const { enc, ct } = await sealed(key)
      return new Uint8Array([...new Uint8Array(enc), ...new Uint8Array(ct)])
    }
    const wrong = await boxOf(new Uint8Array(32).fill(7))
    expect(await openLockbox(family, { keyId, box: wrong }, sam.boxSecret)).toBe(null)
    const right = await boxOf(epochKey)
    expect(await openLockbox(family, { keyId, box: right }, sam.boxSecret)).toEqual(epochKey)
  })

  test('is never made for a key whose secret everyone knows', async () => {
    expect(await wrapEpochKey(family, epochKey, new Uint8Array(32))).toBe(null)
    expect(await wrapEpochKey(family, epochKey, new Uint8Array(31))).toBe(null)
    const box = new Uint8Array(80)
    expect(await openLockbox(family, { keyId, box }, sam.boxSecret)).toBe(null)
  })

  test('bytes of any kind make no exception', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (junk) => {
        expect(await openLockbox(family, { keyId, box: junk.slice() }, sam.boxSecret)).toBe(null)
      }),
      { numRuns: 50 },
    )
  })
})

test("the platform's X25519 and ours understand each other", async () => {
  const native = new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  })
  const ours = createHpkeSuite()
  for (const [from, to] of [
    [native, ours],
    [ours, native],
  ] as const) {
    const recipientPublicKey = await from.kem.deserializePublicKey(sam.boxPublic)
    const { enc, ct } = await from.seal({ recipientPublicKey }, epochKey)
    const recipientKey = await to.kem.deserializePrivateKey(sam.boxSecret)
    expect(toHex(new Uint8Array(await to.open({ recipientKey, enc }, ct)))).toBe(toHex(epochKey))
  }
})

async function wrapForSam(): Promise<Bytes> {
  return (await wrapEpochKey(family, epochKey, sam.boxPublic)) ?? expect.fail('no box')
}

function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
