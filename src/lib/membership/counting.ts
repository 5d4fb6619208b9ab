/**
 * What counts: which entries of a feed a device takes into its documents.
 *
 * An entry counts if everything in its past is known, its author's role *in the entry's own past* allows its
 * kind, and (1) the author is live, or (2) the entry is in the past of that author's removal, or (3) in the
 * past of a counting entry by a live device that may itself write that kind. Past = closure over `after` and,
 * for ops, `parents`. Same set of entries, same answer, on every device.
 *
 * Shape   works on envelopes; never reads bodies of sealed entries
 * Errors  none
 * Source  docs/design.md §5 "What counts"
 */
import type { DeviceId, EntryId, OpId } from '#lib/base/ids.ts'
import type { EntryKind } from '#lib/wire/entry.ts'
import type { MembershipLog } from './evaluate.ts'

/** What counting needs to know of an entry. */
export interface CountedEnvelope {
  readonly id: EntryId
  readonly kind: EntryKind
  readonly author: DeviceId
  readonly seq: number
  readonly after: readonly EntryId[]
}

/** Growing causal index of one group's entries. */
export interface EntryGraph {
  /** Adds entries in any order (idempotent by id). */
  add(envelopes: readonly CountedEnvelope[]): void
  has(id: EntryId): boolean
  /** Ids of entries that count now, since everything they need is here. `log` is the membership at hand. */
  counts(id: EntryId): boolean
  /** Counting entries that no counting entry follows: the `after` of the next entry (≤ 32, else the newest 32). */
  heads(): readonly EntryId[]
  /** Highest seq of an author without gap, from 1. */
  gapless(author: DeviceId): number
  authors(): ReadonlyMap<DeviceId, number>
  /** Ids that known entries name in `after` but nobody delivered: what a relay withholds. */
  missing(): ReadonlySet<EntryId>
  /** Newest ops in the entry's past. */
  opHeads(id: EntryId): readonly OpId[]
  /** Two different entries with one (author, seq). */
  forks(): readonly { author: DeviceId; seq: number; ids: readonly EntryId[] }[]
}
export declare function createEntryGraph(log: MembershipLog): EntryGraph
