/**
 * Ciphertext on the device, by blob id. Files appear whole or not at all.
 *
 * Errors  StorageProblem
 * Source  docs/design.md §8
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId } from '#lib/base/ids.ts'

export interface BlobStore {
  /** Durable when it resolves; the caller has checked that the bytes hash to the id. */
  put(id: BlobId, ciphertext: Bytes | Blob): Promise<void>
  /** A lazily read file (slice it for ranges), or null. */
  get(id: BlobId): Promise<Blob | null>
  has(id: BlobId): Promise<boolean>
  remove(id: BlobId): Promise<void>
  /** Ids and sizes of all that is here. */
  list(): Promise<Map<BlobId, number>>
}
