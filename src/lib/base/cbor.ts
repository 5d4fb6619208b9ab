/**
 * Canonical CBOR, the one encoding of everything that is signed or hashed.
 *
 * Shape   unsigned and negative integers within ±(2^53 − 1), byte strings, texts (valid UTF-8),
 *         arrays, maps with text keys, true, false, null. No tags, floats, undefined, indefinite lengths.
 * Order   RFC 8949 §4.2.1: shortest heads; map keys in the order of their encoded bytes; no duplicates.
 * Limits  nesting 16 deep; parsing takes `maxCborValues` values at most, so that few bytes never become a great many
 *         objects: an empty map is one byte, and in memory two hundred
 * Errors  `parseCbor` is total: null for anything else, for trailing bytes, and beyond the limits.
 *         `encodeCbor` throws on a value outside the shape, or too deep (a bug).
 * Source  RFC 8949 §3, §4.2.1
 */
import { compareBytes, parseUtf8, utf8, type Bytes } from './bytes.ts'

export type CborMap = { readonly [key: string]: CborValue | undefined }
export type CborValue =
  null | boolean | number | string | Uint8Array | readonly CborValue[] | CborMap

/** Arrays and maps inside each other. */
const maxDepth = 16
/**
 * Values in one parse, each key of a map counted as one: half as many again as the longest thing that anybody says, a
 * `release` of 10,000 blobs (wire/release.ts).
 */
export const maxCborValues = 16 * 1024

const major = { uint: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, simple: 7 } as const
const simple = { false: 20, true: 21, null: 22 } as const

/** The canonical encoding; map members that are `undefined` are left out. */
export function encodeCbor(value: CborValue): Bytes {
  const writer: Writer = { bytes: new Uint8Array(256), at: 0 }
  write(writer, value, 0)
  return writer.bytes.slice(0, writer.at)
}

/**
 * The value of exactly these bytes, or null. Maps come as objects without a prototype.
 * `anyOrder` accepts longer heads and unsorted keys (never duplicates): for the envelope of a
 * third party's encoder, never for what is hashed. `maxValues` is for what is known to be smaller than `maxCborValues`,
 * and for one's own bytes, which may be larger.
 */
export function parseCbor(
  bytes: Uint8Array,
  { anyOrder = false, maxValues = maxCborValues }: { anyOrder?: boolean; maxValues?: number } = {},
): CborValue | null {
  const reader: Reader = { bytes, at: 0, strict: !anyOrder, left: maxValues }
  const value = read(reader, 0)
  return value === undefined || reader.at !== bytes.length ? null : value
}

interface Writer {
  bytes: Bytes
  at: number
}

function write(writer: Writer, value: CborValue, depth: number): void {
  if (value === null) writeHead(writer, major.simple, simple.null)
  else if (typeof value === 'boolean')
    writeHead(writer, major.simple, value ? simple.true : simple.false)
  else if (typeof value === 'number') writeInteger(writer, value)
  else if (typeof value === 'string') writeChunk(writer, major.text, encodeText(value))
  else if (value instanceof Uint8Array) writeChunk(writer, major.bytes, value)
  else if (depth === maxDepth) throw new Error(`CBOR nested deeper than ${maxDepth}`)
  else if (isArray(value)) {
    writeHead(writer, major.array, value.length)
    for (const item of value) write(writer, item, depth + 1)
  } else writeMap(writer, value, depth)
}

function writeInteger(writer: Writer, value: number): void {
  if (!Number.isSafeInteger(value)) throw new Error('CBOR takes integers within ±(2^53 − 1) only')
  if (value < 0) writeHead(writer, major.negative, -1 - value)
  else writeHead(writer, major.uint, value)
}

function writeMap(writer: Writer, map: CborMap, depth: number): void {
  if (!isPlainObject(map)) throw new Error('CBOR takes plain objects only')
  const members: { key: Bytes; value: CborValue }[] = []
  for (const [key, value] of Object.entries(map)) {
    if (value !== undefined) members.push({ key: encodeText(key), value })
  }
  // The head grows with the length, so a shorter key comes first whatever its bytes.
  members.sort((a, b) => a.key.length - b.key.length || compareBytes(a.key, b.key))
  writeHead(writer, major.map, members.length)
  for (const { key, value } of members) {
    writeChunk(writer, major.text, key)
    write(writer, value, depth + 1)
  }
}

/** Two texts with different lone surrogates would share one encoding. */
function encodeText(text: string): Bytes {
  if (!text.isWellFormed()) throw new Error('CBOR takes well-formed texts only')
  return utf8(text)
}

function writeChunk(writer: Writer, type: number, chunk: Uint8Array): void {
  writeHead(writer, type, chunk.length)
  reserve(writer, chunk.length)
  writer.bytes.set(chunk, writer.at)
  writer.at += chunk.length
}

function writeHead(writer: Writer, type: number, argument: number): void {
  reserve(writer, 9)
  const width = headWidth(argument)
  writer.bytes[writer.at++] = (type << 5) | (width === 0 ? argument : 24 + Math.log2(width))
  for (let shift = width - 1; shift >= 0; shift--)
    writer.bytes[writer.at++] = Math.floor(argument / 256 ** shift) % 256
}

/** Bytes of the argument after the initial byte. */
function headWidth(argument: number): 0 | 1 | 2 | 4 | 8 {
  if (argument < 24) return 0
  if (argument < 2 ** 8) return 1
  if (argument < 2 ** 16) return 2
  return argument < 2 ** 32 ? 4 : 8
}

function reserve(writer: Writer, length: number): void {
  const needed = writer.at + length
  if (needed <= writer.bytes.length) return
  const grown = new Uint8Array(Math.max(needed, 2 * writer.bytes.length))
  grown.set(writer.bytes)
  writer.bytes = grown
}

interface Reader {
  readonly bytes: Uint8Array
  readonly strict: boolean
  at: number
  /** How many values may still come. */
  left: number
}

/** The next value; `undefined`, which CBOR here does not have, stands for malformed. */
function read(reader: Reader, depth: number): CborValue | undefined {
  if (reader.left-- <= 0) return undefined
  const type = (reader.bytes[reader.at] ?? 0xff) >> 5
  const argument = readHead(reader)
  if (argument === undefined) return undefined
  if (type === major.uint) return argument
  if (type === major.negative) return argument < Number.MAX_SAFE_INTEGER ? -1 - argument : undefined
  if (type === major.simple) return readSimple(argument)
  // Every item takes a byte at least: a length beyond the rest is refused before anything is built.
  if (argument > reader.bytes.length - reader.at) return undefined
  if (type === major.bytes) return readBytes(reader, argument)
  if (type === major.text) return readText(reader, argument)
  if (depth === maxDepth || argument > reader.left) return undefined
  if (type === major.array) return readArray(reader, argument, depth)
  return type === major.map ? readMap(reader, argument, depth) : undefined
}

function readSimple(argument: number): CborValue | undefined {
  if (argument === simple.null) return null
  if (argument === simple.true) return true
  return argument === simple.false ? false : undefined
}

function readArray(reader: Reader, length: number, depth: number): CborValue | undefined {
  const items: CborValue[] = []
  for (let i = 0; i < length; i++) {
    const item = read(reader, depth + 1)
    if (item === undefined) return undefined
    items.push(item)
  }
  return items
}

function readMap(reader: Reader, size: number, depth: number): CborValue | undefined {
  // Without a prototype, `__proto__` is a key like any other.
  const map = Object.create(null) as Record<string, CborValue>
  let previous = -1
  for (let i = 0; i < size; i++) {
    const start = reader.at
    if ((reader.bytes[start] ?? 0) >> 5 !== major.text) return undefined
    const key = read(reader, depth)
    if (typeof key !== 'string') return undefined
    // Where every key comes after the one before it, none is there twice.
    if (reader.strict ? !comesAfter(reader, previous, start) : key in map) return undefined
    previous = start
    const value = read(reader, depth + 1)
    if (value === undefined) return undefined
    map[key] = value
  }
  return map
}

/** Whether the key that was just read comes after the one at `previous`. Its head says its length, so it ends no later. */
function comesAfter({ bytes, at }: Reader, previous: number, start: number): boolean {
  if (previous < 0) return true
  for (let i = 0; start + i < at; i++) {
    const difference = (bytes[start + i] ?? 0) - (bytes[previous + i] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}

/** The argument of the head at the cursor; undefined where cut, too long, indefinite or beyond 2^53 − 1. */
function readHead(reader: Reader): number | undefined {
  const first = reader.bytes[reader.at++]
  if (first === undefined) return undefined
  const low = first & 31
  if (low < 24) return low
  // The simple values here fit the first byte; longer ones are floats or reserved.
  if (low > 27 || first >> 5 === major.simple) return undefined
  const width = 2 ** (low - 24)
  if (width > reader.bytes.length - reader.at) return undefined
  let argument = 0
  for (let i = 0; i < width; i++) argument = argument * 256 + (reader.bytes[reader.at++] ?? 0)
  if (!Number.isSafeInteger(argument)) return undefined
  return reader.strict && headWidth(argument) !== width ? undefined : argument
}

function readText(reader: Reader, length: number): string | undefined {
  const from = reader.at
  reader.at += length
  return parseUtf8(reader.bytes, from, reader.at) ?? undefined
}

/** A copy: a value must neither change with nor keep alive the buffer it came in. */
function readBytes(reader: Reader, length: number): Bytes {
  return new Uint8Array(readView(reader, length))
}

function readView(reader: Reader, length: number): Uint8Array {
  const view = reader.bytes.subarray(reader.at, reader.at + length)
  reader.at += length
  return view
}

function isArray(value: readonly CborValue[] | CborMap): value is readonly CborValue[] {
  return Array.isArray(value)
}

/** Also for objects of another realm; not for instances of classes, whose fields would be lost. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
