/**
 * Writes the EXIF that a camera would: a TIFF block, and the JPEG segment, PNG chunk around it.
 *
 * Source  Exif 2.32 (CIPA DC-008-2019) §4.6, TIFF 6.0 §2, PNG (eXIf) §11.3.4.3
 */
import { crc32 } from 'node:zlib'
import { concatBytes, utf8, type Bytes } from '#lib/base/bytes.ts'

/** What a camera writes about a picture; texts go into the file as they are, nonsense included. */
export interface CameraFacts {
  /** `2021:06:01 12:00:00` */
  readonly takenLocal?: string | undefined
  /** `+02:00` */
  readonly offset?: string | undefined
  readonly createdLocal?: string | undefined
  readonly createdOffset?: string | undefined
  readonly modifiedLocal?: string | undefined
  readonly orientation?: number | undefined
  readonly gps?: { readonly latitude: number; readonly longitude: number } | undefined
  readonly make?: string | undefined
  readonly model?: string | undefined
  /** A UUID that an iPhone's note gives to the still of a live photo. */
  readonly liveIdentifier?: string | undefined
}

interface Field {
  readonly tag: number
  readonly type: number
  readonly count: number
  readonly value: Uint8Array
}

const ASCII = 2
const SHORT = 3
const LONG = 4
const RATIONAL = 5
const UNDEFINED = 7
const IFD0_OFFSET = 8

/** A little-endian TIFF block with the facts; empty facts give a valid empty one. */
export function exifTiff(facts: CameraFacts): Bytes {
  const camera = [...text(0x010f, facts.make), ...text(0x0110, facts.model)]
  const turned = facts.orientation === undefined ? [] : [short(0x0112, facts.orientation)]
  const ifd0 = [...camera, ...turned, ...text(0x0132, facts.modifiedLocal)]
  const exif = [
    ...text(0x9003, facts.takenLocal),
    ...text(0x9004, facts.createdLocal),
    ...text(0x9011, facts.offset),
    ...text(0x9012, facts.createdOffset),
    ...makerNote(facts.liveIdentifier),
  ]
  const gps = facts.gps === undefined ? [] : place(facts.gps)
  const pointers = (exif.length > 0 ? 1 : 0) + (gps.length > 0 ? 1 : 0)
  const exifOffset = IFD0_OFFSET + directoryLength(ifd0) + 12 * pointers
  const gpsOffset = exifOffset + (exif.length > 0 ? directoryLength(exif) : 0)
  if (exif.length > 0) ifd0.push(long(0x8769, exifOffset))
  if (gps.length > 0) ifd0.push(long(0x8825, gpsOffset))
  return concatBytes(
    Uint8Array.of(0x49, 0x49, 42, 0, IFD0_OFFSET, 0, 0, 0),
    directory(ifd0, IFD0_OFFSET),
    exif.length > 0 ? directory(exif, exifOffset) : new Uint8Array(0),
    gps.length > 0 ? directory(gps, gpsOffset) : new Uint8Array(0),
  )
}

/** The APP1 segment of a JPEG around a TIFF block. */
export function exifSegment(tiff: Uint8Array): Bytes {
  return jpegSegment(0xe1, concatBytes(utf8('Exif\0\0'), tiff))
}

/** A JPEG with these segments put right behind its first marker. */
export function withSegments(jpeg: Uint8Array, ...segments: readonly Uint8Array[]): Bytes {
  return concatBytes(jpeg.subarray(0, 2), ...segments, jpeg.subarray(2))
}

/** The same picture under another content hash: a comment segment tells copies apart. */
export function varyJpeg(jpeg: Uint8Array, seed: number): Bytes {
  return withSegments(jpeg, jpegSegment(0xfe, utf8(`copy ${seed}`)))
}

/** One chunk of a PNG. */
export function pngChunk(type: string, body: Uint8Array): Bytes {
  const typed = concatBytes(utf8(type), body)
  return concatBytes(bigEndian32(body.length), typed, bigEndian32(crc32(typed)))
}

/** A number as four bytes, the highest first. */
export function bigEndian32(value: number): Bytes {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

/** A marker segment of a JPEG. */
export function jpegSegment(marker: number, body: Uint8Array): Bytes {
  const length = body.length + 2
  return concatBytes(Uint8Array.of(0xff, marker, length >> 8, length & 0xff), body)
}

function text(tag: number, value: string | undefined): Field[] {
  if (value === undefined) return []
  const bytes = utf8(`${value}\0`)
  return [{ tag, type: ASCII, count: bytes.length, value: bytes }]
}

/** As iPhones write it: a directory of its own, big-endian, with offsets from its start. */
function makerNote(identifier: string | undefined): Field[] {
  if (identifier === undefined) return []
  const value = utf8(`${identifier}\0`)
  const fieldsAt = 16
  const valueAt = fieldsAt + 2 * 12 + 4
  const note = concatBytes(
    ...[utf8('Apple iOS\0'), Uint8Array.of(0, 1), utf8('MM'), Uint8Array.of(0, 2)],
    ...[Uint8Array.of(0, 0x01, 0, 9), bigEndian32(1), bigEndian32(14)],
    ...[Uint8Array.of(0, 0x11, 0, ASCII), bigEndian32(value.length), bigEndian32(valueAt)],
    ...[bigEndian32(0), value],
  )
  return [{ tag: 0x927c, type: UNDEFINED, count: note.length, value: note }]
}

function short(tag: number, value: number): Field {
  return { tag, type: SHORT, count: 1, value: Uint8Array.of(value & 0xff, value >> 8) }
}

function long(tag: number, value: number): Field {
  return { tag, type: LONG, count: 1, value: littleEndian32([value]) }
}

function place(gps: { latitude: number; longitude: number }): Field[] {
  return [
    ...text(1, gps.latitude < 0 ? 'S' : 'N'),
    degrees(2, Math.abs(gps.latitude)),
    ...text(3, gps.longitude < 0 ? 'W' : 'E'),
    degrees(4, Math.abs(gps.longitude)),
  ]
}

/** Degrees, minutes and hundred-thousandths of a second as three fractions. */
function degrees(tag: number, value: number): Field {
  const whole = Math.trunc(value)
  const minutes = Math.trunc((value - whole) * 60)
  const seconds = Math.round(((value - whole) * 60 - minutes) * 60 * 100_000)
  const parts = littleEndian32([whole, 1, minutes, 1, seconds, 100_000])
  return { tag, type: RATIONAL, count: 3, value: parts }
}

function littleEndian32(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length)
  const view = new DataView(bytes.buffer)
  values.forEach((value, i) => view.setUint32(4 * i, value, true))
  return bytes
}

function directoryLength(fields: readonly Field[]): number {
  return fields.reduce((length, field) => length + 12 + outside(field), 2 + 4)
}

/** Bytes of a value that do not fit into its field, padded to an even length. */
function outside(field: Field): number {
  return field.value.length <= 4 ? 0 : field.value.length + (field.value.length % 2)
}

function directory(fields: readonly Field[], offset: number): Uint8Array {
  const bytes = new Uint8Array(directoryLength(fields))
  const view = new DataView(bytes.buffer)
  view.setUint16(0, fields.length, true)
  let valueAt = 2 + 12 * fields.length + 4
  fields.forEach((field, i) => {
    const at = 2 + 12 * i
    view.setUint16(at, field.tag, true)
    view.setUint16(at + 2, field.type, true)
    view.setUint32(at + 4, field.count, true)
    if (field.value.length <= 4) bytes.set(field.value, at + 8)
    else {
      view.setUint32(at + 8, offset + valueAt, true)
      bytes.set(field.value, valueAt)
      valueAt += outside(field)
    }
  })
  return bytes
}
