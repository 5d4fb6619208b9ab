/**
 * Port: a group's feed on a relay, its entries in order of arrival.
 *
 * Shape   positions 1, 2, 3 … without gaps; an entry keeps its position for the life of the feed id.
 *         The feed id is random and new whenever the store cannot vouch that it is the same feed
 *         (created, or its file was copied back from a backup), and whenever it is renewed.
 * Units   bytes; `seq` as in wire/entry.ts
 * Errors  `append` and `renew` tell 'full' (disk) and 'broken' (anything else of the platform's) as
 *         values and then have stored nothing. Reading throws only where the disk is broken.
 * Source  docs/design.md §7, §9. Implementations pass tests/conformance/feed-store.suite.ts.
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { DeviceId, EntryId, FeedId } from '#lib/base/ids.ts'
import type { Result } from '#lib/base/result.ts'
import type { EntryKind } from '#lib/wire/entry.ts'

/** What a feed keeps of an entry; every `Entry` is one. */
export interface FeedEntry {
  readonly id: EntryId
  readonly kind: EntryKind
  readonly author: DeviceId
  readonly seq: number
  readonly bytes: Bytes
}

export interface FeedPage {
  /** Entries at positions (after, to]. */
  readonly entries: readonly Bytes[]
  readonly to: number
}

export interface Selection {
  readonly kinds: readonly EntryKind[]
  readonly after: number
  readonly limit: number
  /** The newest ones, newest first; otherwise the oldest ones, oldest first. */
  readonly newest: boolean
}

export interface SelectedPage {
  readonly entries: readonly Bytes[]
  /** Whether further entries match beyond these. */
  readonly more: boolean
  /** Highest position among the entries, or `after` where there are none. */
  readonly to: number
}

export interface FeedStoreProblem {
  readonly kind: 'full' | 'broken'
  readonly cause: unknown
}

export interface FeedStore {
  readonly feed: FeedId
  /** Goes on under a new feed id, durable on return: cursors of the old one mean nothing any more. */
  renew(): Result<FeedId, FeedStoreProblem>
  /** The newest position; 0 while empty. */
  end(): number
  positionOf(id: EntryId): number | null
  /**
   * Appends all in one transaction, durable on return. Gives the position of each; one that is
   * already here, or twice in the batch, keeps its first position.
   */
  append(entries: readonly FeedEntry[]): Result<readonly number[], FeedStoreProblem>
  /** Entries after a position, as many as fit, but at least one where there is any. */
  page(after: number, maxBytes: number): FeedPage
  select(selection: Selection, maxBytes: number): SelectedPage
  /** The highest seq without a gap from 1, by author. This and `byteLength` cost no more in a long feed than in a short one. */
  gapless(): ReadonlyMap<DeviceId, number>
  /** Sum of the entries' lengths. */
  byteLength(): number
  close(): void
}

/** Most entries in one page, whatever their length. */
export const maxPageEntries = 1000
