/**
 * A group's durable truth on a device: entries as received, cursors, the outbox and the transfer queue.
 *
 * Everything in one `commit` happens in one transaction or not at all, also with several tabs at once.
 * Errors  StorageProblem; a `commit` of an own entry whose number is taken answers `seq-taken`; one that finishes an
 *         intake which is not there any more throws `gone`, one of whose blobs is not staged any more `unstaged`, and
 *         nothing is stored
 * Source  docs/design.md §3, §7, §8
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId, DeviceId, DocId, EntryId, FeedId, ItemId, RelayId } from '#lib/base/ids.ts'
import type { Entry, Envelope } from '#lib/wire/entry.ts'
import type { StagedBlob } from './blob-store.ts'

/** An entry without its body, with what this device worked out about it. */
export interface EntryRecord extends Envelope {
  readonly id: EntryId
  /** Hashes (hex) of the Automerge changes in it, once merged; of talk, once opened, its own id. Empty until then. */
  readonly changes: readonly string[]
  /** Why it can never be applied, if so. */
  readonly quarantine: string | null
}

export interface Cursor {
  readonly feed: FeedId
  readonly position: number
  /** The entry at that position, as far as it is known: a feed that was set back has another one there. */
  readonly last?: EntryId
}

/** One blob on its way to one relay. */
export interface Transfer {
  readonly relay: RelayId
  readonly blob: BlobId
  readonly doc: DocId
  readonly item: ItemId
  /** Sending order: 1 thumbnail, 2 preview, 3 original; newest first within. */
  readonly rank: 1 | 2 | 3
  readonly addedMs: number
  /** Bytes of ciphertext. */
  readonly size: number
}

export interface EntryCommit {
  /** Idempotent by id. */
  readonly entries?: readonly Entry[]
  /** This device's own entry is among `entries` with this number; nothing is stored if the number is taken. */
  readonly own?: { readonly author: DeviceId; readonly seq: number }
  /** Relays that must still get `entries`. */
  readonly outbox?: readonly RelayId[]
  /** Entries stored before that these relays must get again. */
  readonly again?: { readonly ids: readonly EntryId[]; readonly relays: readonly RelayId[] }
  readonly cursor?: { readonly relay: RelayId; readonly cursor: Cursor }
  readonly transfers?: readonly Transfer[]
  readonly finishedIntake?: readonly string[]
  /** These are on this device from then on. */
  readonly blobs?: readonly StagedBlob[]
}

export type CommitOutcome =
  { readonly kind: 'stored'; readonly added: readonly EntryId[] } | { readonly kind: 'seq-taken' }

export interface EntryStore {
  /** All records in the order in which they were first stored. */
  records(): Promise<EntryRecord[]>
  record(id: EntryId): Promise<EntryRecord | null>
  /** Entry bytes in the order asked; null where unknown. */
  bytes(ids: readonly EntryId[]): Promise<(Bytes | null)[]>
  commit(commit: EntryCommit): Promise<CommitOutcome>
  /** Highest seq of that author stored here; 0 if none. */
  lastSeq(author: DeviceId): Promise<number>
  /** Remembers what opening an entry showed. */
  annotate(
    notes: readonly { id: EntryId; changes?: readonly string[]; quarantine?: string | null }[],
  ): Promise<void>

  cursors(): Promise<Map<RelayId, Cursor>>
  /** Entries still to send to a relay, in order of writing. */
  outbox(relay: RelayId, limit: number): Promise<EntryId[]>
  outboxCount(): Promise<number>
  /** Queues entries already stored for a relay (a new place, or one that lost its disk). */
  enqueue(relay: RelayId, ids: readonly EntryId[]): Promise<void>
  /** The relay has said that they are durable there. */
  delivered(relay: RelayId, ids: readonly EntryId[]): Promise<void>

  /** Next transfers for a relay in sending order. */
  transfers(relay: RelayId, limit: number): Promise<Transfer[]>
  addTransfers(transfers: readonly Transfer[]): Promise<void>
  transferDone(relay: RelayId, blob: BlobId): Promise<void>
  /** Puts a transfer behind all others, and behind those that were postponed before `nowMs`. */
  postpone(relay: RelayId, blob: BlobId, nowMs: number): Promise<void>
  /** Items and bytes still on their way anywhere. */
  waiting(): Promise<{ items: ReadonlySet<ItemId>; blobs: number; bytes: number }>
}
