/**
 * Which slots hold an item or a blob, without a row of the database for each: buckets by the first byte of
 * an id, in them its first 8 bytes and a slot. A hit is a candidate: whoever asks looks at the row.
 *
 * Shape   bucket = n × (first 8 bytes of the id ‖ u32 LE slot), in no order
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { IndexRow } from '#lib/ports/index-store.ts'

const prefixBytes = 8
const placeBytes = prefixBytes + 4

/** An id at a slot. */
export interface Place {
  readonly id: string
  readonly slot: number
}

/** The bucket of an id; items and blobs have buckets of their own. */
export function bucketOf(kind: 'item' | 'blob', id: string): string {
  return `${kind}-${id.slice(0, 2)}`
}

/** Every place that a row takes, by bucket. */
export function placesOf(row: IndexRow, slot: number): { bucket: string; place: Place }[] {
  const blobs = [row.thumbnail, row.preview, row.original, row.motion].flatMap((rendition) =>
    rendition === null ? [] : [rendition.blob],
  )
  return [
    { bucket: bucketOf('item', row.item), place: { id: row.item, slot } },
    ...blobs.map((id) => ({ bucket: bucketOf('blob', id), place: { id, slot } })),
  ]
}

/** Slots where that id may be. */
export function findSlots(bucket: Bytes | undefined, id: string): number[] {
  const slots: number[] = []
  if (bucket === undefined) return slots
  const view = new DataView(bucket.buffer, bucket.byteOffset, bucket.length)
  const [high, low] = prefixOf(id)
  for (let at = 0; at + placeBytes <= bucket.length; at += placeBytes) {
    if (view.getUint32(at) === high && view.getUint32(at + 4) === low)
      slots.push(view.getUint32(at + prefixBytes, true))
  }
  return slots
}

/** The bucket without some places and with others. */
export function changeBucket(
  bucket: Bytes | undefined,
  change: { readonly remove: readonly Place[]; readonly add: readonly Place[] },
): Bytes {
  const old = bucket ?? new Uint8Array()
  const changed = new Uint8Array(old.length + placeBytes * change.add.length)
  changed.set(old)
  const view = new DataView(changed.buffer)
  let length = old.length - (old.length % placeBytes)
  for (const place of change.remove) {
    const at = indexOfPlace(view, length, place)
    if (at < 0) continue
    length -= placeBytes
    changed.copyWithin(at, length, length + placeBytes)
  }
  for (const place of change.add) {
    writePlace(view, length, place)
    length += placeBytes
  }
  return length === changed.length ? changed : changed.slice(0, length)
}

function indexOfPlace(view: DataView, length: number, { id, slot }: Place): number {
  const [high, low] = prefixOf(id)
  for (let at = 0; at < length; at += placeBytes) {
    const isThere =
      view.getUint32(at) === high &&
      view.getUint32(at + 4) === low &&
      view.getUint32(at + prefixBytes, true) === slot
    if (isThere) return at
  }
  return -1
}

function writePlace(view: DataView, at: number, { id, slot }: Place): void {
  const [high, low] = prefixOf(id)
  view.setUint32(at, high)
  view.setUint32(at + 4, low)
  view.setUint32(at + prefixBytes, slot, true)
}

function prefixOf(id: string): [number, number] {
  return [Number.parseInt(id.slice(0, 8), 16), Number.parseInt(id.slice(8, 16), 16)]
}
