/**
 * The film that a motion photo has behind its picture, in the same file.
 *
 * Shape   JPEG   XMP says how long what is appended is: `Container:Item`s with `Item:Semantic`, `Item:Length` and
 *                `Item:Padding`, the film being the one called `MotionPhoto`; before that `GCamera:MicroVideoOffset`,
 *                bytes from the end. Samsung's own: a trailer `SEFH` ‖ version u32 ‖ count u32 ‖ count × (0 u16 ‖ type u16
 *                ‖ how far before `SEFH` u32 ‖ size u32) ‖ length of that u32 ‖ `SEFT`, little-endian; type 0x0a30 is a
 *                block (0 u16 ‖ type u16 ‖ length of its name u32 ‖ name) with the film behind its name
 *         HEIC   the box `mpvd`
 * Errors  total: null where there is none, also where something is said and no MP4 stands there
 * Source  Android "Motion Photo format 1.0"; ExifTool's description of Samsung's trailer (Samsung.pm)
 */
import type { Bytes } from '#lib/base/bytes.ts'

/** A part of a file, in bytes. */
export interface FilmInside {
  readonly from: number
  readonly size: number
}

/** Cameras say what they say of a picture before it; at most so far. */
const maxHeadBytes = 1024 * 1024
const startOfScan = 0xda
const samsungFilm = 0x0a30
const maxEntries = 256

/** Where the film lies in the bytes of a whole picture. */
export function findFilmInside(mime: string, bytes: Bytes): FilmInside | null {
  if (/^image\/hei[cf]$/.test(mime)) return checked(bytes, boxCalled(bytes, 'mpvd'))
  if (mime !== 'image/jpeg') return null
  return checked(bytes, filmByXmp(bytes)) ?? checked(bytes, filmOfSamsung(bytes))
}

function checked(bytes: Bytes, film: FilmInside | null): FilmInside | null {
  if (film === null || film.from <= 0 || film.size < 16) return null
  if (film.from + film.size > bytes.length) return null
  return textAt(bytes, film.from + 4, 4) === 'ftyp' ? film : null
}

function filmByXmp(bytes: Bytes): FilmInside | null {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, headEnd(bytes)))
  const start = head.indexOf('<x:xmpmeta')
  const end = head.indexOf('</x:xmpmeta>', start)
  if (start < 0 || end < 0) return null
  const xmp = head.slice(start, end)
  let behind = 0
  for (const item of xmp
    .split(/<Container:Item[\s>]/)
    .slice(1)
    .reverse()) {
    const length = numberIn(item, 'Item:Length') + numberIn(item, 'Item:Padding')
    if (/Item:Semantic(?:="|>)MotionPhoto["<]/.test(item)) {
      const size = numberIn(item, 'Item:Length')
      return { from: bytes.length - behind - size, size }
    }
    behind += length
  }
  const size = numberIn(xmp, 'GCamera:MicroVideoOffset')
  return size === 0 ? null : { from: bytes.length - size, size }
}

/** Where a JPEG's picture begins: of megabytes only this much is text. All that may be, where its parts make no sense. */
function headEnd(bytes: Bytes): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const last = Math.min(maxHeadBytes, bytes.length - 4)
  let at = 2
  while (at <= last && bytes[at] === 0xff && bytes[at + 1] !== startOfScan)
    // Before a marker there may be any number of these.
    at += bytes[at + 1] === 0xff ? 1 : 2 + view.getUint16(at + 2)
  return at <= last && bytes[at] === 0xff ? at : maxHeadBytes
}

/** 0 where it is not said. */
function numberIn(xmp: string, name: string): number {
  return Number(new RegExp(`${name}(?:="|>)(\\d{1,12})["<]`).exec(xmp)?.[1] ?? 0)
}

function filmOfSamsung(bytes: Bytes): FilmInside | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const { length } = bytes
  if (length < 20 || textAt(bytes, length - 4, 4) !== 'SEFT') return null
  const at = length - 8 - view.getUint32(length - 8, true)
  if (at < 0 || textAt(bytes, at, 4) !== 'SEFH') return null
  const count = Math.min(view.getUint32(at + 8, true), maxEntries, (length - at - 20) / 12)
  for (let n = 0; n < Math.floor(count); n++) {
    const entry = at + 12 + 12 * n
    if (view.getUint16(entry + 2, true) !== samsungFilm) continue
    const block = at - view.getUint32(entry + 4, true)
    if (block < 0 || block + 8 > at) return null
    const from = block + 8 + view.getUint32(block + 4, true)
    return { from, size: block + view.getUint32(entry + 8, true) - from }
  }
  return null
}

function boxCalled(bytes: Bytes, name: string): FilmInside | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0, count = 0; at + 8 <= bytes.length && count < maxEntries; count++) {
    const said = view.getUint32(at)
    const isLong = said === 1 && at + 16 <= bytes.length
    const size = isLong ? Number(view.getBigUint64(at + 8)) : said || bytes.length - at
    const from = at + (isLong ? 16 : 8)
    if (at + size < from) return null
    if (textAt(bytes, at + 4, 4) === name) return { from, size: at + size - from }
    at += size
  }
  return null
}

function textAt(bytes: Bytes, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}
