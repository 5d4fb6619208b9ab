/**
 * Ciphertext on the device, by blob id. Files appear whole or not at all.
 *
 * Errors  StorageProblem
 * Source  docs/design.md §8
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId } from '#lib/base/ids.ts'

/** One blob on this device. */
export interface HeldBlob {
  /** Bytes of ciphertext. */
  readonly size: number
  /** When it came or was last opened, to the day; of small ones only when they came; 0 where nobody noted it. */
  readonly usedMs: number
}

/** A long file that is made, or comes, while it is written; never in memory as a whole. */
export interface PiecewiseFile {
  readonly size: number
  /** From the start; asked for once more where a full disk made room. */
  pieces(): AsyncIterable<Bytes>
}

/** A long file from elsewhere, whose line may break. */
export interface ComingFile {
  readonly size: number
  /** From there to its end, 0 ≤ from ≤ size; fails where the line breaks, or other than that comes. */
  pieces(from: number): AsyncIterable<Bytes>
}

/**
 * `further`: it broke off, but some more of it is here; `nothing`: none came, or another tab is at it. Both can go on.
 * `other`: it hashes to another name, and nothing is left; `mixed`: so did what was here and what came together.
 */
export type Received = 'whole' | 'further' | 'nothing' | 'other' | 'mixed'

/**
 * Written and durable, but no blob of this device until a commit keeps it (EntryCommit.blobs); else tidied up a day later,
 * by any tab. From then on it cannot be kept any more.
 */
export interface StagedFile {
  readonly id: BlobId
  /** Bytes of ciphertext. */
  readonly size: number
  readonly file: string
}

/** A small one, which the commit itself writes. */
export interface StagedBytes {
  readonly id: BlobId
  readonly size: number
  readonly bytes: Bytes
}

export type StagedBlob = StagedFile | StagedBytes

type Named = BlobId | (() => BlobId | null)
type Ciphertext = Bytes | Blob | PiecewiseFile

export interface BlobStore {
  /**
   * Durable when it resolves; the caller has checked that the bytes hash to the id. Of a piecewise file that is known
   * only when it has been written: then `id` tells it, or null where it is not to be kept.
   */
  put(id: Named, ciphertext: Ciphertext): Promise<void>
  /** Makes ready what comes to be here with the entry that names it; null where it is not to be kept. */
  stage(id: Named, ciphertext: Ciphertext): Promise<StagedBlob | null>
  /** The same of what must be durable before there is an entry, however small it is. */
  stageFile(id: BlobId, ciphertext: Bytes): Promise<StagedFile>
  /** Drops what no commit will keep. */
  discard(staged: readonly StagedBlob[]): Promise<void>
  /**
   * Takes in what comes after what has come of it before, and checks all of it by its name. What breaks off is kept for
   * a day, to go on there; none of it is the blob until it is whole.
   */
  receive(id: BlobId, coming: ComingFile): Promise<Received>
  /** How many bytes are here of one that broke off. */
  begun(id: BlobId): Promise<number>
  /** A lazily read file (slice it for ranges), or null. */
  get(id: BlobId): Promise<Blob | null>
  /** As it is kept, a small one in memory: quicker for whoever reads it here. */
  open(id: BlobId): Promise<Blob | Bytes | null>
  has(id: BlobId): Promise<boolean>
  /** Those of these that are not here. */
  missing(ids: readonly BlobId[]): Promise<BlobId[]>
  remove(id: BlobId): Promise<void>
  /** All that is here. */
  list(): Promise<Map<BlobId, HeldBlob>>
  /**
   * Gives up these, except what waits to be sent; answers which are not here any more. The caller knows who else holds
   * them. Works on a full disk, too.
   */
  giveUp(ids: readonly BlobId[]): Promise<BlobId[]>
}
