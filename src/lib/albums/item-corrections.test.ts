import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeCbor } from '#lib/base/cbor.ts'
import { plainBytes } from '#lib/base/bytes.ts'
import {
  encodeOrigin,
  encodePlace,
  encodeTaken,
  parseOrigin,
  parsePlace,
  parseTaken,
} from './item-corrections.ts'

describe('what Ana says instead of the camera', () => {
  test('survives the way through the album', () => {
    for (const taken of [
      { takenMs: Date.UTC(1987, 6, 14, 12), offsetMinutes: null },
      { takenMs: -5, offsetMinutes: -210 },
    ])
      expect(parseTaken(encodeTaken(taken))).toEqual(taken)
    const place = { latitudeE7: -338_567_844, longitudeE7: 1_512_152_967 }
    expect(parsePlace(encodePlace(place))).toEqual(place)
    expect(parsePlace(encodePlace(null))).toBe('none')
    const origin = { group: 'Cat Club', by: 'Sam' }
    expect(parseOrigin(encodeOrigin(origin))).toEqual(origin)
  })

  test('names of any length are cut to what others read', () => {
    const long = { group: 'g'.repeat(300), by: 'b'.repeat(300) }
    expect(parseOrigin(encodeOrigin(long))?.group).toHaveLength(100)
  })

  test('says nothing where a peer wrote nonsense', () => {
    for (const odd of [null, 7, 'text', {}, new Uint8Array([0xff])]) {
      expect(parseTaken(odd)).toBeNull()
      expect(parsePlace(odd)).toBeNull()
      expect(parseOrigin(odd)).toBeNull()
    }
    expect(parseTaken(encodeCbor({ taken: 9e15 }))).toBeNull()
    expect(parsePlace(encodeCbor({ lat: 91e7, lon: 0 }))).toBeNull()
    expect(parsePlace(encodeCbor({ lat: 1 }))).toBeNull()
    expect(parseOrigin(encodeCbor({ group: 'Cat Club' }))).toBeNull()
    const swollen = { lat: 1, lon: 2, more: new Uint8Array(1100) }
    expect(parsePlace(encodeCbor({ ...swollen, more: 0 }))).not.toBeNull()
    expect(parsePlace(encodeCbor(swollen))).toBeNull()
  })

  test('no bytes at all make a parser throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const plain = plainBytes(bytes.slice())
        const taken = parseTaken(plain)
        if (taken !== null) expect(Number.isInteger(taken.takenMs)).toBe(true)
        parsePlace(plain)
        parseOrigin(plain)
      }),
    )
  })
})
