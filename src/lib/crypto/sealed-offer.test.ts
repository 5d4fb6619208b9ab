import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createHpkeSuite } from './hpke.ts'
import { encodeCbor } from '#lib/base/cbor.ts'
import { concatBytes, utf8 } from '#lib/base/bytes.ts'
import { idToBytes, type DeviceId, type GroupId } from '#lib/base/ids.ts'
import { createDeviceKeys } from './derive.ts'
import { openOffer, sealOffer } from './sealed-offer.ts'

const luis = createDeviceKeys()
const context = { group: 'fa'.repeat(32) as GroupId, device: 'de'.repeat(32) as DeviceId }
const offer = { name: 'Family', link: 'https://photos.rivera.example/join#1.a.b' }
const seal = async () => (await sealOffer(offer, context, luis.boxPublic)) ?? expect.fail('no box')

describe('an offer of a new group, sealed for the phone of Luis', () => {
  test('tells him its name and the link', async () => {
    expect(await openOffer(await seal(), context, luis.boxSecret)).toEqual(offer)
  })

  test('opens for nobody else, in no other group and as no other device', async () => {
    const box = await seal()
    const elsewhere = { ...context, group: 'cc'.repeat(32) as GroupId }
    const otherwise = { ...context, device: 'dd'.repeat(32) as DeviceId }
    expect(await openOffer(box, context, createDeviceKeys().boxSecret)).toBeNull()
    expect(await openOffer(box, elsewhere, luis.boxSecret)).toBeNull()
    expect(await openOffer(box, otherwise, luis.boxSecret)).toBeNull()
  })

  test('is refused when any bit was flipped, and so is anything else', async () => {
    const box = await seal()
    await fc.assert(
      fc.asyncProperty(fc.nat(8 * box.length - 1), async (bit) => {
        const changed = box.slice()
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(await openOffer(changed, context, luis.boxSecret)).toBeNull()
      }),
      { numRuns: 60 },
    )
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 1100 }), async (bytes) => {
        expect(await openOffer(new Uint8Array(bytes), context, luis.boxSecret)).toBeNull()
      }),
      { numRuns: 60 },
    )
  })

  test('of another shape is none, however well it is sealed', async () => {
    const suite = createHpkeSuite()
    const recipientPublicKey = await suite.kem.deserializePublicKey(luis.boxPublic)
    const info = concatBytes(
      utf8('mantel/fork-offer/1\0'),
      idToBytes(context.group),
      idToBytes(context.device),
    )
    for (const odd of [{ name: 'Family' }, { name: 5, link: 'a' }, { ...offer, more: 1 }]) {
      const sealed = await suite.seal({ recipientPublicKey, info }, encodeCbor(odd))
      const box = concatBytes(new Uint8Array(sealed.enc), new Uint8Array(sealed.ct))
      expect(await openOffer(box, context, luis.boxSecret)).toBeNull()
    }
  })

  test('that is too long is not made, nor one for a key that nobody can hold', async () => {
    const long = { ...offer, link: 'x'.repeat(401) }
    expect(await sealOffer(long, context, luis.boxPublic)).toBeNull()
    expect(await sealOffer(offer, context, new Uint8Array(32))).toBeNull()
  })
})
