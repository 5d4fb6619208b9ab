/** Small things to store, made from a number: entries, rows, intake records. */
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import type { BlobId, DeviceId, DocId, EntryId, GroupId, ItemId, RelayId } from '#lib/base/ids.ts'
import type { MemberId } from '#lib/base/ids.ts'
import type { Transfer } from '#lib/ports/entry-store.ts'
import type { IndexRow, Rendition } from '#lib/ports/index-store.ts'
import type { IntakeRecord } from '#lib/ports/intake-store.ts'
import type { Entry } from '#lib/wire/entry.ts'

/** An id of 32 or 16 bytes that differs by number and by what it is for. */
export function sampleId<T extends string>(purpose: string, n: number, length = 32): T {
  const bytes = new Uint8Array(length)
  for (const [at, char] of [...purpose].entries()) bytes[length - 6 - at] = char.charCodeAt(0)
  const view = new DataView(bytes.buffer)
  // Spread over the first byte, as real ids are.
  view.setUint32(0, Math.imul(n + 1, 0x9e37_79b1) >>> 0)
  view.setUint32(length - 4, n)
  return toHex(bytes) as T
}

export const ana = sampleId<DeviceId>('ana', 1)
export const sam = sampleId<DeviceId>('sam', 2)
export const homeRelay = sampleId<RelayId>('home', 1)
export const clubRelay = sampleId<RelayId>('club', 2)
export const album = sampleId<DocId>('album', 1, 16)

export function randomGroup(): GroupId {
  return toHex(crypto.getRandomValues(new Uint8Array(32))) as GroupId
}

export function sampleEntry(author: DeviceId, seq: number, variant = 0): Entry {
  const n = seq + 1000 * variant
  const body = new Uint8Array([seq, variant])
  // A view into a larger buffer, as entries are that came in one frame.
  const frame = new Uint8Array(5000)
  frame.fill(seq, 100, 400)
  return {
    id: sampleId<EntryId>(author.slice(0, 8), n),
    group: sampleId<GroupId>('group', 1),
    kind: 'bundle',
    doc: album,
    author,
    seq,
    after: seq > 1 ? [sampleId<EntryId>(author.slice(0, 8), n - 1)] : [],
    body,
    bytes: frame.subarray(100, 400),
  }
}

export function sampleTransfer(relay: RelayId, n: number, rank: 1 | 2 | 3): Transfer {
  return {
    relay,
    blob: sampleId<BlobId>('blob', 10 * n + rank),
    doc: album,
    item: sampleId<ItemId>('item', n, 16),
    rank,
    addedMs: 1_700_000_000_000 + n,
    size: 1000 * rank,
  }
}

export function sampleRendition(n: number, rank: number): Rendition {
  return {
    blob: sampleId<BlobId>('blob', 10 * n + rank),
    key: new Uint8Array(16).fill(n),
    size: 1000 * rank + n,
    mime: 'image/webp',
  }
}

/** A photo; higher numbers are newer unless another time is given. */
export function sampleRow(n: number, takenMs = 1_700_000_000_000 + 60_000 * n): IndexRow {
  return {
    item: sampleId<ItemId>('item', n, 16),
    album,
    kind: 'photo',
    takenMs,
    offsetMinutes: n % 3 === 0 ? null : -330 + n,
    width: 4000,
    height: 3000,
    durationMs: 0,
    thumbhash: new Uint8Array(24).fill(n),
    author: sampleId<MemberId>('ana', 1, 16),
    name: `IMG_${String(n)}.jpg`,
    mime: 'image/jpeg',
    caption: n % 2 === 0 ? '' : `Café ${String(n)}`,
    thumbnail: sampleRendition(n, 1),
    preview: sampleRendition(n, 2),
    original: sampleRendition(n, 3),
  }
}

export function sampleIntake(n: number, size = 3): IntakeRecord {
  const key = () => ({ key: randomBytes(16), salt: randomBytes(16) })
  return {
    id: `intake-${String(n)}`,
    album,
    item: sampleId<ItemId>('item', n, 16),
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
