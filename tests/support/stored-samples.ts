/** Small things to store, made from a number: entries, rows, intake records. */
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import { idFromBytes, idLengths } from '#lib/base/ids.ts'
import type { DeviceId, GroupId, RelayId } from '#lib/base/ids.ts'
import type { Transfer } from '#lib/ports/entry-store.ts'
import type { IndexRow, Rendition } from '#lib/ports/index-store.ts'
import type { IntakeRecord } from '#lib/ports/intake-store.ts'
import type { Entry } from '#lib/wire/entry.ts'

/** The n-th id of that kind. */
export function sampleId<Name extends keyof typeof idLengths>(name: Name, n: number) {
  const bytes = new Uint8Array(idLengths[name])
  const view = new DataView(bytes.buffer)
  // Spread over the first byte, as real ids are.
  view.setUint32(0, Math.imul(n + 1, 0x9e37_79b1) >>> 0)
  view.setUint32(bytes.length - 4, n)
  const id = idFromBytes(name, bytes)
  if (id === null) throw new Error('a sample id has a wrong length')
  return id
}

export const ana = sampleId('DeviceId', 1)
export const sam = sampleId('DeviceId', 2)
export const homeRelay = sampleId('RelayId', 1)
export const clubRelay = sampleId('RelayId', 2)
export const album = sampleId('DocId', 1)

export function randomGroup(): GroupId {
  return toHex(crypto.getRandomValues(new Uint8Array(32))) as GroupId
}

export function sampleEntry(author: DeviceId, seq: number, variant = 0): Entry {
  const n = seq + 1000 * variant + (author === sam ? 100_000 : 0)
  const body = new Uint8Array([seq, variant])
  // A view into a larger buffer, as entries are that came in one frame.
  const frame = new Uint8Array(5000)
  frame.fill(seq, 100, 400)
  return {
    id: sampleId('EntryId', n),
    group: sampleId('GroupId', 1),
    kind: 'bundle',
    doc: album,
    author,
    seq,
    after: seq > 1 ? [sampleId('EntryId', n - 1)] : [],
    body,
    bytes: frame.subarray(100, 400),
  }
}

export function sampleTransfer(relay: RelayId, n: number, rank: 1 | 2 | 3): Transfer {
  return {
    relay,
    blob: sampleId('BlobId', 10 * n + rank),
    doc: album,
    item: sampleId('ItemId', n),
    rank,
    addedMs: 1_700_000_000_000 + n,
    size: 1000 * rank,
  }
}

export function sampleRendition(n: number, rank: number): Rendition {
  return {
    blob: sampleId('BlobId', 10 * n + rank),
    key: new Uint8Array(16).fill(n),
    size: 1000 * rank + n,
    mime: 'image/webp',
  }
}

/** A photo; higher numbers are newer unless another time is given. */
export function sampleRow(n: number, takenMs = 1_700_000_000_000 + 60_000 * n): IndexRow {
  return {
    item: sampleId('ItemId', n),
    album,
    kind: 'photo',
    takenMs,
    offsetMinutes: n % 3 === 0 ? null : -330 + n,
    width: 4000,
    height: 3000,
    durationMs: 0,
    thumbhash: new Uint8Array(24).fill(n),
    author: sampleId('MemberId', 1),
    name: `IMG_${String(n)}.jpg`,
    mime: 'image/jpeg',
    caption: n % 2 === 0 ? '' : `Café ${String(n)}`,
    rank: n % 4 === 0 ? null : n / 8,
    isCopy: n % 31 === 30,
    thumbnail: sampleRendition(n, 1),
    preview: sampleRendition(n, 2),
    original: sampleRendition(n, 3),
    motion: n % 5 === 4 ? sampleRendition(n, 4) : null,
    filmInside: n % 5 === 3 ? { from: 700 * n, size: 300 } : null,
  }
}

export function sampleIntake(n: number, size = 3): IntakeRecord {
  const key = () => ({ key: randomBytes(16), salt: randomBytes(16) })
  return {
    id: `intake-${String(n)}`,
    album,
    item: sampleId('ItemId', n),
    name: `IMG_${String(n)}.jpg`,
    mime: 'image/jpeg',
    size,
    addedMs: 1_700_000_000_000 - n,
    lastModifiedMs: 1_600_000_000_000,
    keys: { thumbnail: key(), preview: key(), original: key() },
    place: { latitudeE7: 415_000_000, longitudeE7: -21_000_000 },
    attempts: 0,
    contentHash: null,
  }
}

export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length))
}
