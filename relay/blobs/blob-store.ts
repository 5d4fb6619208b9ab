/**
 * Port: a group's blobs on a relay, named by the SHA-256 of their bytes.
 *
 * Shape   a blob is complete and re-hashed, or it is not there; storing one twice is storing it once.
 *         One that is *set aside* is not there either, for anybody, but can be brought back.
 * Units   bytes; ranges are half-open [start, end)
 * Errors  `put` and `adopt` tell 'mismatch', 'too-large' and 'full' as values and then keep nothing
 *         of what came; other failures of the disk throw
 * Source  docs/design.md §8, §9. Implementations pass tests/conformance/relay-blob-store.suite.ts.
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId } from '#lib/base/ids.ts'
import type { Result } from '#lib/base/result.ts'

export interface BlobProblem {
  readonly kind: 'mismatch' | 'too-large' | 'full'
}
/** Whether the blob came now or was here already. */
export type Stored = 'stored' | 'known'

export interface ListedBlob {
  readonly id: BlobId
  readonly size: number
}

export interface BlobStore {
  /** Stores bytes as they come, at most `maxBytes`; durable and re-hashed on return. */
  put(
    id: BlobId,
    source: AsyncIterable<Uint8Array>,
    maxBytes: number,
  ): Promise<Result<Stored, BlobProblem>>
  /** Takes over a finished file of the same disk after re-hashing it; the file is gone afterwards. */
  adopt(id: BlobId, file: string): Promise<Result<Stored, BlobProblem>>
  /** Length of a blob, or null where it is not here. */
  size(id: BlobId): Promise<number | null>
  /** Bytes [start, end) of a blob that is here; throws where it is not. */
  read(id: BlobId, start: number, end: number): AsyncIterable<Bytes>
  /** Blobs in the order of their ids, after one of them or from the start. */
  list(after: BlobId | null, limit: number): Promise<readonly ListedBlob[]>
  /** Sum of all lengths, without what is aside. */
  byteLength(): Promise<number>
  /** Sets a blob aside; false where it is not here. */
  setAside(id: BlobId): Promise<boolean>
  /** Brings back what was set aside, be it that it came anew meanwhile; false where it is not aside. */
  bringBack(id: BlobId): Promise<boolean>
  /** Removes for good what was set aside. */
  removeAside(id: BlobId): Promise<void>
  /** What is aside, in the order of ids, after one of them or from the start. */
  listAside(after: BlobId | null, limit: number): Promise<readonly ListedBlob[]>
  /** Sum of the lengths of what is aside. */
  asideByteLength(): Promise<number>
}
