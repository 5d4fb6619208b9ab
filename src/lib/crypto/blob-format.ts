/**
 * Blobs: RFC 8188 `aes128gcm`, so that any tool of that RFC opens one with its key.
 *
 * Shape   header: salt 16 ‖ record size u32 BE ‖ 0 (empty key id) = 21 bytes; then records of
 *         `recordBytes` (the last may be shorter), each plaintext ‖ delimiter (1; 2 in the last record)
 *         ‖ tag 16. Mantel adds no padding: record n holds plaintext bytes from n × (recordBytes − 17).
 * Keys    key 16 bytes, salt 16 bytes, fresh per blob; CEK and nonces by HKDF as in the RFC
 * Errors  opening is total: null for anything changed, cut, reordered or appended
 * Source  RFC 8188; record size measured (bench `blob-records`), docs/design.md §8
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId } from '#lib/base/ids.ts'

export interface BlobKey {
  readonly key: Bytes
  readonly salt: Bytes
}

export interface SealedBlob {
  readonly id: BlobId
  readonly bytes: Bytes
}

export declare const recordBytes: number
export declare const blobHeaderBytes: number

/** Fresh key and salt. */
export declare function createBlobKey(random?: (length: number) => Bytes): BlobKey
/** Seals a whole plaintext held in memory; the id is the SHA-256 of the ciphertext. Same key and salt, same bytes. */
export declare function sealBlob(plaintext: Bytes, blobKey: BlobKey): Promise<SealedBlob>
/** Seals a stream record by record; constant memory. */
export declare function sealBlobStream(blobKey: BlobKey): TransformStream<Uint8Array, Bytes>
/** The whole plaintext, which must be `size` bytes long, or null. */
export declare function openBlob(ciphertext: Bytes, key: Bytes, size: number): Promise<Bytes | null>
/** Length of the ciphertext of a plaintext. */
export declare function sealedSize(plaintextSize: number): number

/** Random access: which ciphertext bytes hold plaintext [from, to), and how to open them. */
export interface RecordRange {
  /** Ciphertext offsets [start, end) to read; the header (first 21 bytes) is read apart. */
  readonly start: number
  readonly end: number
}
export declare function recordRange(from: number, to: number, size: number): RecordRange
/** Plaintext [from, to) of a blob of `size` plaintext bytes, given its header and the bytes of `recordRange`; null if changed. */
export declare function openRecords(
  parts: { header: Bytes; records: Bytes },
  range: { from: number; to: number; size: number },
  key: Bytes
): Promise<Bytes | null>
