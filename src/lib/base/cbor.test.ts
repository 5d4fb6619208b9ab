import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareBytes, concatBytes, equalBytes, parseHex, toHex, type Bytes } from './bytes.ts'
import { encodeCbor, maxCborValues, parseCbor, type CborValue } from './cbor.ts'

const hex = (text: string): Bytes => parseHex(text) ?? expect.fail('not hexadecimal')

const anyText = fc.string({ unit: 'binary' })
const anyBytes = fc.uint8Array({ maxLength: 300 })
const anyValue: fc.Arbitrary<CborValue> = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    anyText,
    anyBytes,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.oneof(anyText, fc.constant('__proto__')), tie('value'), {
      maxKeys: 5,
      noNullPrototype: false,
    }),
  ),
})).value

/** Same content, whatever the prototypes. */
function plain(value: CborValue): unknown {
  if (value instanceof Uint8Array) return { bytes: toHex(value) }
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return Object.is(value, -0) ? 0 : value
  return Object.entries(value)
    .map(([key, member]) => [key, plain(member ?? null)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

describe('what Ana writes is what Sam reads', () => {
  test('every value comes back from its encoding', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(plain(parseCbor(encodeCbor(value)))).toEqual(plain(value))
      }),
    )
  })

  test('whatever is accepted encodes to the very same bytes', () => {
    fc.assert(
      fc.property(anyValue, fc.nat(), fc.nat(255), (value, position, byte) => {
        const bytes = encodeCbor(value)
        bytes[position % bytes.length] = byte
        const parsed = parseCbor(bytes)
        if (parsed !== null) expect(toHex(encodeCbor(parsed))).toBe(toHex(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  test('no bytes make the parser throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, anyOrder) => {
        expect(parseCbor(bytes, { anyOrder })).not.toBe(undefined)
      }),
      { numRuns: 5000 },
    )
  })

  test('cutting or lengthening an encoding makes it nothing', () => {
    fc.assert(
      fc.property(anyValue, fc.nat(), (value, cut) => {
        const bytes = encodeCbor([value])
        expect(parseCbor(bytes.subarray(0, cut % bytes.length))).toBe(null)
        expect(parseCbor(concatBytes(bytes, hex('00')))).toBe(null)
      }),
    )
  })

  test('the order in which members were set does not matter', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyText, { maxLength: 8 }), (keys) => {
        const forward = Object.fromEntries(keys.map((key) => [key, key.length]))
        const backward = Object.fromEntries(keys.toReversed().map((key) => [key, key.length]))
        expect(equalBytes(encodeCbor(forward), encodeCbor(backward))).toBe(true)
      }),
    )
  })

  test('keys go by their encoded bytes', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyText, { minLength: 2, maxLength: 8 }), (keys) => {
        const bytes = encodeCbor(Object.fromEntries(keys.map((key) => [key, null])))
        const encoded = keys.map((key) => encodeCbor(key)).sort(compareBytes)
        const pairs = encoded.flatMap((key) => [key, hex('f6')])
        expect(toHex(bytes.subarray(1))).toBe(toHex(concatBytes(...pairs)))
      }),
    )
  })
})

describe('one value has one spelling', () => {
  test.each([
    ['a head longer than needed', '1800'],
    ['a length longer than needed', '590001ff'],
    ['a float', 'f90000'],
    ['undefined', 'f7'],
    ['a simple value in two bytes', 'f816'],
    ['a tag', 'c100'],
    ['an indefinite array', '9f00ff'],
    ['an indefinite text', '7f6161ff'],
    ['a lone break', 'ff'],
    ['keys out of order', 'a2616200616100'],
    ['a key twice', 'a2616100616100'],
    ['a longer key first', 'a262616100616200'],
    ['a number as key', 'a10000'],
    ['2^53', '1b0020000000000000'],
    ['−2^53', '3b001fffffffffffff'],
    ['a text that is no UTF-8', '62c328'],
    ['an encoded surrogate', '63eda080'],
    ['an array longer than the rest', '9bffffffffffffffff'],
    ['a map of a million nothings', 'ba000f4240'],
    ['bytes longer than the rest', '5affffffff00'],
    ['nothing at all', ''],
  ])('refuses %s', (_name, bytes) => {
    expect(parseCbor(hex(bytes))).toBe(null)
  })

  test('nests 16 deep and no deeper', () => {
    expect(parseCbor(hex('81'.repeat(16) + '00'))).not.toBe(null)
    expect(parseCbor(hex('81'.repeat(17) + '00'))).toBe(null)
    expect(parseCbor(hex('81'.repeat(100_000) + '00'))).toBe(null)
    let deep: CborValue = 0
    for (let i = 0; i < 16; i++) deep = { a: deep }
    expect(encodeCbor(deep).length).toBe(49)
    expect(() => encodeCbor([deep])).toThrow('deeper')
  })

  test('holds so many values and no more, however few bytes they are, keys among them', () => {
    const nothings = (count: number) => encodeCbor(Array.from({ length: count }, () => ({})))
    const words = (count: number) =>
      encodeCbor(Object.fromEntries(Array.from({ length: count }, (_, n) => [`${n}`, n])))
    expect(parseCbor(nothings(maxCborValues - 1))).toHaveLength(maxCborValues - 1)
    expect(parseCbor(nothings(maxCborValues))).toBe(null)
    expect(parseCbor(words(maxCborValues / 2 - 1))).not.toBe(null)
    expect(parseCbor(words(maxCborValues / 2))).toBe(null)
    expect(parseCbor(nothings(1_000_000), { anyOrder: true })).toBe(null)
    expect(parseCbor(hex('83010203'), { maxValues: 4 })).toEqual([1, 2, 3])
    expect(parseCbor(hex('83010203'), { maxValues: 3 })).toBe(null)
    expect(parseCbor(nothings(1_000_000), { maxValues: Infinity })).toHaveLength(1_000_000)
  })

  test('`__proto__` is a key and nothing more', () => {
    const parsed = parseCbor(hex('a1695f5f70726f746f5f5fa16161f5'))
    expect(Object.keys(parsed as object)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(parsed)).toBe(null)
    expect((parsed as Record<string, unknown>).a).toBe(undefined)
    expect(toHex(encodeCbor(parsed))).toBe('a1695f5f70726f746f5f5fa16161f5')
  })

  test('a third party may order and lengthen as it likes, but repeat no key', () => {
    const unsorted = hex('b90002616200616118ff')
    expect(parseCbor(unsorted)).toBe(null)
    expect({ ...(parseCbor(unsorted, { anyOrder: true }) as object) }).toEqual({ a: 255, b: 0 })
    expect(parseCbor(hex('a2616100616101'), { anyOrder: true })).toBe(null)
    expect(parseCbor(hex('a2616100616201ff'), { anyOrder: true })).toBe(null)
  })
})

describe('mistakes of our own are loud', () => {
  test.each([
    ['a fraction', 1.5],
    ['an unsafe integer', 2 ** 53],
    ['not a number', Number.NaN],
    ['a lone surrogate', '\ud800'],
    ['a Map', new Map() as unknown as CborValue],
    ['a Date', new Date(0) as unknown as CborValue],
    ['undefined in a list', [undefined] as unknown as CborValue],
  ])('%s does not encode', (_name, value) => {
    expect(() => encodeCbor(value)).toThrow()
  })

  test('members that are undefined are left out', () => {
    expect(toHex(encodeCbor({ a: undefined, b: 1 }))).toBe('a1616201')
  })

  test('a value does not change with the buffer it came in', () => {
    const bytes = hex('43010203')
    const value = parseCbor(bytes) as Uint8Array
    bytes.fill(9)
    expect([...value]).toEqual([1, 2, 3])
  })
})
