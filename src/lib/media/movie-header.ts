/**
 * When a film was made and how long it plays, as its header says: `moov/mvhd` of MP4 and QuickTime. Times are seconds
 * since 1904, in UTC.
 *
 * Shape   box: size u32 BE (1: a u64 follows the name; 0: to the end) ‖ name 4 ‖ content; `mvhd` begins with version u8,
 *         flags u24, creation and change time (u64 each in version 1, else u32), units a second u32, duration in those
 *         units (u64 or u32)
 * Errors  total: null where the header is missing, unreadable, or says nothing
 * Source  ISO/IEC 14496-12 §4.2, §8.2.2
 */

/** 1904-01-01 to 1970-01-01. */
const epochSeconds = 2_082_844_800
/** More top-level boxes than any camera writes; a fragmented film has its header first. */
const maxBoxes = 64
const headerBytes = 16
/** All bits set, in the short form: a live recording. */
const unknownUnits = 2 ** 32 - 1

interface Box {
  readonly name: string
  readonly contentAt: number
  readonly end: number
}

/** What the header of a film says of it. */
export interface MovieHeader {
  /** Milliseconds since 1970; null where it is not said. */
  readonly createdMs: number | null
  /** As played, cuts applied; null where it is not said. */
  readonly durationMs: number | null
}

const noHeader: MovieHeader = { createdMs: null, durationMs: null }

/** Reads a few bytes, wherever the header lies. */
export async function readMovieHeader(file: Blob): Promise<MovieHeader> {
  const header = await findMovieBox(file, 'mvhd')
  if (header === null) return noHeader
  const view = await viewOf(file, header.contentAt, 32)
  if (view.byteLength < 32) return noHeader
  const isLong = view.getUint8(0) === 1
  const seconds = isLong ? Number(view.getBigUint64(4)) : view.getUint32(4)
  const scale = view.getUint32(isLong ? 20 : 12)
  const units = isLong ? Number(view.getBigUint64(24)) : view.getUint32(16)
  return {
    createdMs: seconds === 0 ? null : (seconds - epochSeconds) * 1000,
    durationMs: scale === 0 || units === 0 || units >= unknownUnits ? null : (units / scale) * 1000,
  }
}

/** A box of the film's header, wherever that lies. */
export async function findMovieBox(file: Blob, name: string): Promise<Box | null> {
  const movie = await findBox(file, 'moov', { from: 0, to: file.size })
  return movie && findBox(file, name, { from: movie.contentAt, to: movie.end })
}

async function findBox(
  file: Blob,
  name: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Box | null> {
  for (let at = from, count = 0; at + 8 <= to && count < maxBoxes; count++) {
    const box = boxIn(await viewOf(file, at, headerBytes), at, to)
    if (box === null || box.name === name) return box
    at = box.end
  }
  return null
}

function boxIn(view: DataView, at: number, to: number): Box | null {
  if (view.byteLength < 8) return null
  const short = view.getUint32(0)
  const isLong = short === 1
  if (isLong && view.byteLength < headerBytes) return null
  const size = isLong ? Number(view.getBigUint64(8)) : short
  const contentAt = at + (isLong ? headerBytes : 8)
  const end = size === 0 ? to : at + size
  const name = String.fromCharCode(...[4, 5, 6, 7].map((n) => view.getUint8(n)))
  return end < contentAt ? null : { name, contentAt, end: Math.min(end, to) }
}

async function viewOf(file: Blob, at: number, length: number): Promise<DataView> {
  return new DataView(await file.slice(at, at + length).arrayBuffer())
}
