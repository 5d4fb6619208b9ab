/**
 * The plaintext of a `snapshot` entry: where a saved document lies, and what it covers. A *hint* that lets a fresh
 * device show photos before it has read the whole feed; the entries decide in the end.
 *
 * Shape   canonical CBOR {covers: map hex(device) → uint seq, blob b32, key b16, size uint}
 *         the blob is the saved Automerge document in the format of crypto/blob-format.ts
 * Errors  `parseSnapshot` is total (null)
 * Source  docs/design.md §7
 */
import { plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor } from '#lib/base/cbor.ts'
import { readBytes, readExactMap, readId, readUint, isMap } from '#lib/base/fields.ts'
import { idToBytes, parseId, type BlobId, type DeviceId } from '#lib/base/ids.ts'

export interface Snapshot {
  readonly covers: ReadonlyMap<DeviceId, number>
  readonly blob: BlobId
  readonly key: Bytes
  /** Plaintext bytes. */
  readonly size: number
}

export function encodeSnapshot({ covers, blob, key, size }: Snapshot): Bytes {
  return encodeCbor({ covers: Object.fromEntries(covers), blob: idToBytes(blob), key, size })
}

export function parseSnapshot(plaintext: Bytes): Snapshot | null {
  const value = parseCbor(plaintext) ?? undefined
  const map = readExactMap(value, ['covers', 'blob', 'key', 'size'])
  const blob = readId(map?.blob, 'BlobId')
  const key = readBytes(map?.key, 16)
  const size = readUint(map?.size)
  const covers = isMap(map?.covers) ? Object.entries(map.covers) : null
  if (blob === null || key === null || size === null || covers === null) return null
  const seqs = new Map<DeviceId, number>()
  for (const [name, value] of covers) {
    const device = parseId('DeviceId', name)
    const seq = readUint(value)
    if (device === null || seq === null) return null
    seqs.set(device, seq)
  }
  return { covers: seqs, blob, key: plainBytes(key), size }
}
