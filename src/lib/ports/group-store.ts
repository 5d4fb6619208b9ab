/**
 * Everything of one group on this device: one database and one folder of files, gone together.
 *
 * Errors  StorageProblem
 * Source  docs/design.md §3 "Everything of a group lives apart"
 */
import type { GroupId } from '#lib/base/ids.ts'
import type { BlobStore } from './blob-store.ts'
import type { DocumentCache } from './document-cache.ts'
import type { EntryStore } from './entry-store.ts'
import type { IndexStore } from './index-store.ts'
import type { IntakeStore } from './intake-store.ts'
import type { KeyStore } from './key-store.ts'
import type { NoteStore } from './note-store.ts'

export interface GroupStore {
  readonly entries: EntryStore
  readonly documents: DocumentCache
  readonly index: IndexStore
  readonly intake: IntakeStore
  readonly blobs: BlobStore
  readonly keys: KeyStore
  readonly notes: NoteStore
  close(): Promise<void>
}

/** `visiting`: looks in by a link; `joined`: is a member; `removed`: was one, and keeps what is here. */
export type Standing = 'visiting' | 'joined' | 'removed'

/** The device's list of groups; `card` is what screens show before the engine has started. */
export interface GroupListing {
  readonly group: GroupId
  readonly standing: Standing
  readonly addedMs: number
  /** A JSON-like summary, opaque to the store. */
  readonly card: unknown
}

export interface DeviceStore {
  groups(): Promise<GroupListing[]>
  putGroup(listing: GroupListing): Promise<void>
  /** `unavailable` while something of it that was forgotten is in use still. */
  openGroup(group: GroupId): Promise<GroupStore>
  /** Removes the listing, the database and the files; what is in use still goes later, at the latest with the next start. */
  forgetGroup(group: GroupId): Promise<void>
  close(): Promise<void>
}
