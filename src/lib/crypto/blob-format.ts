/**
 * Blobs: RFC 8188 `aes128gcm`, so that any tool of that RFC opens one with its key.
 *
 * Shape   header: salt 16 ‖ record size u32 BE ‖ 0 (empty key id) = 21 bytes; then records of
 *         `recordBytes` (the last may be shorter), each plaintext ‖ delimiter (1; 2 in the last record)
 *         ‖ tag 16. Mantel adds no padding: record n holds plaintext bytes from n × (recordBytes − 17).
 * Keys    key 16 bytes, salt 16 bytes, fresh per blob; CEK and nonces by HKDF as in the RFC
 * Access  readers trust `size`, which a signed `core` names: it says how many records there are and
 *         which of them is the last, so that nothing can be cut off or added unnoticed
 * Errors  opening is total: null for anything changed, cut, reordered or appended
 * Source  RFC 8188; record size measured (bench `blob-records`), docs/design.md §8
 */
import { concatBytes, toHex, type Bytes } from '#lib/base/bytes.ts'
import { platformRandom, type BlobId, type Random } from '#lib/base/ids.ts'
import { digestSha256 } from '#lib/base/sha256.ts'
import {
  deriveRecordKeys,
  encodeContentHeader,
  openContent,
  openRecord,
  parseContentHeader,
  recordCount,
  recordOverheadBytes,
  sealContent,
  sealRecord,
} from './aes128gcm.ts'

export interface BlobKey {
  readonly key: Bytes
  readonly salt: Bytes
}

export interface SealedBlob {
  readonly id: BlobId
  readonly bytes: Bytes
}

/** Of every record but the last, delimiter and tag included. */
export const recordBytes = 256 * 1024
/** Salt, record size and the length of an empty key id. */
export const blobHeaderBytes = 21

/** Fresh key and salt. */
export function createBlobKey(random: Random = platformRandom): BlobKey {
  return { key: random(16), salt: random(16) }
}

/** Seals a whole plaintext held in memory; the id is the SHA-256 of the ciphertext. Same key and salt, same bytes. */
export async function sealBlob(plaintext: Bytes, blobKey: BlobKey): Promise<SealedBlob> {
  const bytes = await sealContent(plaintext, blobKey, recordBytes)
  return { id: toHex(await digestSha256(bytes)) as BlobId, bytes }
}

/** Seals a stream record by record; constant memory. The same bytes as `sealBlob`. */
export function sealBlobStream(blobKey: BlobKey): TransformStream<Uint8Array, Bytes> {
  const keys = deriveRecordKeys(blobKey.key, blobKey.salt)
  const pending = new Uint8Array(capacity)
  let length = 0
  let index = 0
  const sealPending = async (isLast: boolean): Promise<Bytes> => {
    const record = await sealRecord(await keys, index++, pending.subarray(0, length), isLast)
    length = 0
    return record
  }
  return new TransformStream<Uint8Array, Bytes>({
    start: (controller) => controller.enqueue(encodeContentHeader(blobKey.salt, recordBytes)),
    async transform(chunk, controller) {
      for (let at = 0; at < chunk.length;) {
        // A full record is sealed only when more follows: the last one is marked.
        if (length === capacity) controller.enqueue(await sealPending(false))
        const part = chunk.subarray(at, at + capacity - length)
        pending.set(part, length)
        length += part.length
        at += part.length
      }
    },
    async flush(controller) {
      controller.enqueue(await sealPending(true))
    },
  })
}

/** The whole plaintext, which must be `size` bytes long, or null. */
export async function openBlob(ciphertext: Bytes, key: Bytes, size: number): Promise<Bytes | null> {
  if (ciphertext.length !== sealedSize(size) || saltOf(ciphertext) === null) return null
  const plaintext = await openContent(ciphertext, key)
  return plaintext?.length === size ? plaintext : null
}

/** Length of the ciphertext of a plaintext. */
export function sealedSize(plaintextSize: number): number {
  const count = recordCount(plaintextSize, recordBytes)
  return blobHeaderBytes + plaintextSize + count * recordOverheadBytes
}

/** Random access: which ciphertext bytes hold plaintext [from, to), and how to open them. */
export interface RecordRange {
  /** Ciphertext offsets [start, end) to read; the header (first 21 bytes) is read apart. */
  readonly start: number
  readonly end: number
}

/** The range for plaintext [from, to), 0 ≤ from < to ≤ size; throws outside that. */
export function recordRange(from: number, to: number, size: number): RecordRange {
  if (!(from >= 0 && from < to && to <= size)) throw new Error('a range lies inside the blob')
  const { first, beyond } = recordsOf(from, to)
  const end = Math.min(blobHeaderBytes + beyond * recordBytes, sealedSize(size))
  return { start: blobHeaderBytes + first * recordBytes, end }
}

/** Plaintext [from, to) of a blob of `size` plaintext bytes, given its header and the bytes of `recordRange`; null if changed. */
export async function openRecords(
  parts: { header: Bytes; records: Bytes },
  range: { from: number; to: number; size: number },
  key: Bytes,
): Promise<Bytes | null> {
  const { start, end } = recordRange(range.from, range.to, range.size)
  const salt = saltOf(parts.header)
  if (salt === null || parts.records.length !== end - start) return null
  const keys = await deriveRecordKeys(key, salt)
  const { first, beyond } = recordsOf(range.from, range.to)
  const count = recordCount(range.size, recordBytes)
  const plaintexts: Bytes[] = []
  for (let index = first; index < beyond; index++) {
    const at = (index - first) * recordBytes
    const record = parts.records.subarray(at, at + recordBytes)
    const plaintext = await openRecord(keys, index, record, index === count - 1)
    if (plaintext?.length !== record.length - recordOverheadBytes) return null
    plaintexts.push(plaintext)
  }
  const skipped = first * capacity
  return concatBytes(...plaintexts).slice(range.from - skipped, range.to - skipped)
}

/** Plaintext bytes of a full record. */
const capacity = recordBytes - recordOverheadBytes

function recordsOf(from: number, to: number): { first: number; beyond: number } {
  return { first: Math.floor(from / capacity), beyond: Math.ceil(to / capacity) }
}

/** The salt in a header of the one shape that blobs have, or null. */
function saltOf(bytes: Bytes): Bytes | null {
  const header = parseContentHeader(bytes)
  return header?.recordSize === recordBytes && header.keyId.length === 0 ? header.salt : null
}
