/** Bytes and texts made to break parsers: bombs, lying lengths, names of prototypes, and valid ones gone bad. */
import fc from 'fast-check'
import { concatBytes, utf8, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, type CborMap } from '#lib/base/cbor.ts'

const majors = [0, 1, 2, 3, 4, 5, 6, 7].map((major) => major << 5)

/** A list of so many values that are one byte each: in memory many times as much. */
export function listOf(count: number, value: number): Bytes {
  const head = Uint8Array.of(0x9a, 0, 0, 0, 0)
  new DataView(head.buffer).setUint32(1, count)
  return concatBytes(head, new Uint8Array(count).fill(value))
}

/** CBOR that is deep, promises what does not follow, has no end, or is a million things of a byte each. */
export const cborBombs: readonly Bytes[] = [
  ...[0x81, 0xa1, 0xc1, 0xd8, 0x9f, 0xbf, 0x5f, 0x7f].map((byte) =>
    new Uint8Array(200_000).fill(byte),
  ),
  ...majors.flatMap((major) => [
    concatBytes(Uint8Array.of(major | 27), new Uint8Array(8).fill(0xff)),
    Uint8Array.of(major | 26, 0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(major | 26, 0x00, 0x0f, 0xff, 0xff, 0x00),
    Uint8Array.of(major | 24),
    Uint8Array.of(major | 31),
  ]),
  concatBytes(...Array.from({ length: 40_000 }, () => utf8('\u{81}aaa'))),
  ...[0xa0, 0x80, 0x60, 0x40, 0xf6].map((nothing) => listOf(1_000_000, nothing)),
]

/** An Automerge change of about thirty bytes whose run lengths say so many operations. */
export function changeBomb(operations: number): Bytes {
  const run = [...longRun(operations), 0x01]
  const header = [0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1]
  // No dependencies; actor aa; seq, start, time, message, other actors; one column: the actions.
  const before = [0, 1, 0xaa, 1, 1, 0, 0, 0, 1, 0x42, run.length]
  return Uint8Array.from([...header, before.length + run.length, ...before, ...run])
}

/** The number, as signed LEB128 has it. */
export function longRun(count: number): number[] {
  const digits: number[] = []
  for (let rest = count; rest > 0; rest = Math.floor(rest / 128)) digits.push((rest % 128) | 0x80)
  return [...digits, 0x00]
}

/** A column by its specification. */
type Column = readonly [number, readonly number[] | Uint8Array]

/** A saved Automerge document, of one actor, with these columns; its checksum is none. */
export function documentOf(changes: readonly Column[], operations: readonly Column[]): Bytes {
  const heads = (columns: readonly Column[]) => [
    ...[columns.length],
    ...columns.flatMap(([id, bytes]) => [...unsigned(id), ...unsigned(bytes.length)]),
  ]
  const before = [
    1,
    24,
    ...new Uint8Array(24).fill(0xaa),
    0,
    ...heads(changes),
    ...heads(operations),
  ]
  const bytes = [...changes, ...operations].map(([, some]) => Uint8Array.from(some))
  const body = concatBytes(Uint8Array.from(before), ...bytes)
  const header = [0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 0, ...unsigned(body.length)]
  return concatBytes(Uint8Array.from(header), body)
}

function unsigned(value: number): number[] {
  const digits = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    digits[digits.length - 1] = (digits.at(-1) ?? 0) | 0x80
    digits.push(rest % 128)
  }
  return digits
}

/** Names that mean something to objects. */
export const prototypeNames = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then'],
]

/** The map with one field more, or one replaced, under such a name. */
export function withPrototypeNames(map: CborMap): Bytes[] {
  return prototypeNames.flatMap((name) => {
    const polluted = { ...map, [name]: { isAdmin: true } }
    // `{...}` takes `__proto__` for the prototype; a map of the wire can have a field of that name.
    if (name === '__proto__') Object.defineProperty(polluted, name, ownField)
    const [first] = Object.keys(map)
    const renamed = first === undefined ? {} : { ...map, [first]: name }
    return [polluted, renamed].map((each) => encodeCbor(each))
  })
}

const ownField = { value: { isAdmin: true }, enumerable: true, configurable: true, writable: true }

/** Valid bytes with some of them changed, cut out, doubled or put in. */
export function damaged(samples: readonly Bytes[]): fc.Arbitrary<Bytes> {
  const edit = fc.record({
    kind: fc.constantFrom('flip', 'cut', 'double', 'insert', 'truncate'),
    at: fc.nat(),
    length: fc.integer({ min: 1, max: 40 }),
    byte: fc.integer({ min: 0, max: 255 }),
  })
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([sample, edits]) => edits.reduce(applyEdit, sample))
}

function applyEdit(
  bytes: Bytes,
  { kind, at, length, byte }: { kind: string; at: number; length: number; byte: number },
): Bytes {
  const start = bytes.length === 0 ? 0 : at % bytes.length
  const [before, after] = [bytes.subarray(0, start), bytes.subarray(start)]
  if (kind === 'truncate') return bytes.slice(0, start)
  if (kind === 'cut') return concatBytes(before, after.subarray(length))
  if (kind === 'double') return concatBytes(before, after.subarray(0, length), after)
  if (kind === 'insert') return concatBytes(before, Uint8Array.of(byte), after)
  const changed = bytes.slice()
  changed[start] = (changed[start] ?? 0) ^ (byte || 1)
  return changed
}

/** Texts with some characters changed; long runs of what patterns repeat. */
export function damagedText(samples: readonly string[]): fc.Arbitrary<string> {
  const sample = fc.constantFrom(...samples)
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc
      .tuple(sample, fc.nat(), fc.string({ unit: 'binary', maxLength: 20 }))
      .map(([text, at, put]) => {
        const start = at % (text.length + 1)
        return text.slice(0, start) + put + text.slice(start + (at % 7))
      }),
    fc.constantFrom(...prototypeNames),
  )
}

/** Long texts that a careless pattern would take for ever to refuse. */
export function longTexts(samples: readonly string[]): string[] {
  const runs = [
    'a',
    ' ',
    'a ',
    '-',
    '/',
    'https://',
    'https://a',
    '#1.',
    '\u200b',
    '9',
    'host=',
    '%',
  ]
  return runs.flatMap((run) => [
    run.repeat(Math.ceil(50_000 / run.length)),
    ...samples.map((sample) => sample.slice(0, -1) + run.repeat(Math.ceil(20_000 / run.length))),
  ])
}
