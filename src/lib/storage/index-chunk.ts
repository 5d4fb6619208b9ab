/**
 * A chunk of the index: `chunkRows` rows in one value, each of them readable without the others.
 *
 * Shape   u32 FNV-1a of the rest ‖ u32 version ‖ (chunkRows + 1) × u32 offsets of rows ‖ rows, little-endian;
 *         an empty row has length 0. A live photo's row ends with its film, which others do not have
 * Errors  reading is total: null for a chunk that was damaged or is of another version
 * Source  docs/design.md §10
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { idFromBytes, idToBytes } from '#lib/base/ids.ts'
import type { IndexRow, Rendition } from '#lib/ports/index-store.ts'
import { FieldReader, FieldWriter } from './packed-fields.ts'

/** Rows per chunk: about 22 kB, so that a screen of new photos is one or two reads. */
export const chunkRows = 64

const version = 2
const rowsStart = 8 + 4 * (chunkRows + 1)
const kinds = ['photo', 'video', 'file'] as const
const noOffset = 0x8000_0000
const noFilm = { motion: null, filmInside: null }

/** A chunk whose checksum was right. */
export interface Chunk {
  /** Packed rows by place, empty ones undefined. */
  readonly packed: readonly (Bytes | undefined)[]
}

export const emptyChunk: Chunk = { packed: [] }

export function packChunk({ packed }: Chunk): Bytes {
  const length = packed.reduce((sum, row) => sum + (row?.length ?? 0), rowsStart)
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  view.setUint32(4, version, true)
  let at = rowsStart
  for (let n = 0; n < chunkRows; n++) {
    view.setUint32(8 + 4 * n, at, true)
    const row = packed[n]
    if (row === undefined) continue
    bytes.set(row, at)
    at += row.length
  }
  view.setUint32(8 + 4 * chunkRows, at, true)
  view.setUint32(0, checksum(bytes), true)
  return bytes
}

export function parseChunk(bytes: Bytes): Chunk | null {
  if (bytes.length < rowsStart) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.getUint32(0, true) !== checksum(bytes) || view.getUint32(4, true) !== version)
    return null
  const packed = Array.from({ length: chunkRows }, (_, n) => {
    const [start, end] = [view.getUint32(8 + 4 * n, true), view.getUint32(12 + 4 * n, true)]
    return start === end ? undefined : bytes.subarray(start, end)
  })
  return { packed }
}

/** The chunk with some of its rows replaced, or emptied by null. */
export function changeChunk(chunk: Chunk, rows: ReadonlyMap<number, IndexRow | null>): Chunk {
  const out = new FieldWriter()
  const packed = Array.from({ length: chunkRows }, (_, n) => {
    const row = rows.get(n)
    return row === undefined ? chunk.packed[n] : row === null ? undefined : packRow(row, out)
  })
  return { packed }
}

/** The row at that place; null where it is empty. */
export function rowOf(chunk: Chunk, place: number): IndexRow | null {
  const packed = chunk.packed[place]
  return packed === undefined ? null : parseRow(packed)
}

/** With a writer that many rows may share. */
export function packRow(row: IndexRow, out: FieldWriter = new FieldWriter()): Bytes {
  out.raw(idToBytes(row.item))
  out.raw(idToBytes(row.album))
  out.raw(idToBytes(row.author))
  out.u8(kinds.indexOf(row.kind))
  out.f64(row.takenMs)
  out.u32(row.offsetMinutes ?? noOffset)
  out.u32(row.width)
  out.u32(row.height)
  out.f64(row.durationMs)
  out.bytes(row.thumbhash)
  for (const text of [row.name, row.mime, row.caption]) out.text(text)
  out.f64(row.rank ?? Number.NaN)
  out.u8(row.isCopy ? 1 : 0)
  for (const rendition of [row.thumbnail, row.preview, row.original]) packRendition(out, rendition)
  if (row.motion !== null || row.filmInside !== null) packFilm(out, row)
  return out.finish()
}

/** The row of exactly these bytes, or null. */
export function parseRow(bytes: Bytes): IndexRow | null {
  const from = new FieldReader(bytes)
  const [item, album] = [idFromBytes('ItemId', from.look(16)), idFromBytes('DocId', from.look(16))]
  const author = idFromBytes('MemberId', from.look(16))
  const kind = kinds[from.u8()]
  if (item === null || album === null || author === null || kind === undefined) return null
  const row = {
    ...{ item, album, author, kind },
    takenMs: from.f64(),
    offsetMinutes: parseOffset(from.u32()),
    width: from.u32(),
    height: from.u32(),
    durationMs: from.f64(),
    thumbhash: from.bytes(),
    name: from.text(),
    mime: from.text(),
    caption: from.text(),
    rank: numberOrNull(from.f64()),
    isCopy: from.u8() === 1,
    thumbnail: parseRendition(from),
    preview: parseRendition(from),
    original: parseRendition(from),
    ...(from.isAtEnd ? noFilm : parseFilm(from)),
  }
  return from.ok && from.isAtEnd ? row : null
}

function packRendition(out: FieldWriter, rendition: Rendition | null): void {
  out.u8(rendition === null ? 0 : 1)
  if (rendition === null) return
  out.raw(idToBytes(rendition.blob))
  out.bytes(rendition.key)
  out.f64(rendition.size)
  out.text(rendition.mime)
}

function packFilm(out: FieldWriter, { motion, filmInside }: IndexRow): void {
  packRendition(out, motion)
  out.f64(filmInside?.from ?? Number.NaN)
  out.f64(filmInside?.size ?? 0)
}

function parseFilm(from: FieldReader): Pick<IndexRow, 'motion' | 'filmInside'> {
  const motion = parseRendition(from)
  const [start, size] = [numberOrNull(from.f64()), from.f64()]
  return { motion, filmInside: start === null ? null : { from: start, size } }
}

function parseRendition(from: FieldReader): Rendition | null {
  if (from.u8() === 0) return null
  const blob = idFromBytes('BlobId', from.look(32))
  const [key, size, mime] = [from.bytes(), from.f64(), from.text()]
  return blob === null ? null : { blob, key, size, mime }
}

function numberOrNull(stored: number): number | null {
  return Number.isNaN(stored) ? null : stored
}

/** Minutes west are stored as their two's complement. */
function parseOffset(stored: number): number | null {
  return stored === noOffset ? null : stored | 0
}

/** FNV-1a over everything after itself: finds damage, proves nothing. */
function checksum(bytes: Bytes): number {
  let hash = 0x811c_9dc5
  for (let n = 4; n < bytes.length; n++) hash = Math.imul(hash ^ (bytes[n] ?? 0), 0x0100_0193)
  return hash >>> 0
}
