/**
 * One group on this relay while it is loaded: its feed, its blobs, who may do what, who listens.
 *
 * Shape   composed of a `FeedStore`, a `BlobStore`, its `Releases` and the operations read from the feed
 * Errors  as the parts say; `appendEntry` answers every append
 * Source  docs/design.md §7, §11
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId, GroupId, MemberId } from '#lib/base/ids.ts'
import type { Clock } from '#lib/base/time.ts'
import type { MembershipState } from '#lib/membership/evaluate.ts'
import { encodeFrame } from '#lib/wire/frames.ts'
import { parseEntry, type Entry } from '#lib/wire/entry.ts'
import { maxFrameBytes } from '#lib/wire/limits.ts'
import type { BlobStore } from '#relay/blobs/blob-store.ts'
import type { ReleaseLedger } from '#relay/blobs/release-ledger.ts'
import { createReleases, type Releases } from '#relay/blobs/releases.ts'
import { admitEntry, type Bringer } from '#relay/feed/admission.ts'
import { createAppendQueue, type AppendOutcome } from '#relay/feed/append-queue.ts'
import type { FeedStore } from '#relay/feed/feed-store.ts'
import { accessOf, type Access, type Principal } from '#relay/feed/principal.ts'
import { refusal } from '#relay/feed/refusal.ts'
import type { MayRenew } from '#relay/feed/renewals.ts'
import { failureFacts, type Logger } from '#relay/logger.ts'
import { loadOperations } from './operations-log.ts'
import type { Room } from './room.ts'

/** Room in an `entries` or `selected` frame for everything but the entries' own bytes. */
const FRAME_OVERHEAD_BYTES = 512
/** CBOR head of one entry in the array; pages hold at most a thousand. */
const PAGE_BYTES = maxFrameBytes - FRAME_OVERHEAD_BYTES - 5 * 1000

export interface GroupParts {
  readonly id: GroupId
  readonly feed: FeedStore
  readonly blobs: BlobStore
  readonly ledger: ReleaseLedger
  readonly room: Room
  readonly mayRenew: MayRenew
  readonly clock: Clock
  readonly logger: Logger
}

/** Told of what happens in a group. */
export interface GroupListener {
  /** The feed grew. */
  onEntries(): void
  /** Membership changed: access may be gone. */
  onMembership(): void
  /** The feed has another id: what was said of positions means nothing any more. */
  onRenewal(): void
}

export interface FeedBatch {
  /** An encoded `entries` frame. */
  readonly frame: Bytes
  readonly to: number
}

export interface Group {
  readonly id: GroupId
  readonly feed: FeedStore
  readonly blobs: BlobStore
  readonly room: Room
  readonly releases: Pick<Releases, 'isSweepDue' | 'sweep'>
  /** A blob was stored, brought by that member; to be awaited before it is acknowledged. */
  blobStored(blob: BlobId, by: MemberId | null): Promise<void>
  /** Null only while founding. */
  state(): MembershipState | null
  accessOf(principal: Principal): Access | null
  append(bytes: Bytes, bringer: Bringer): Promise<AppendOutcome>
  /**
   * Somebody has read further in this feed than it goes: it was set back to a copy, so it takes a new id, and devices
   * compare what they have with what is here. False where that is not believed or cannot be done.
   */
  renewFeed(by: Principal): boolean
  /** The entries after a position as one frame; the same frame for everyone who asks. */
  batchAfter(position: number): FeedBatch
  /** What the feed has of each author, as an encoded `have` frame; the same frame for everyone who asks. */
  have(): Bytes
  listen(listener: GroupListener): () => void
  listenerCount(): number
  /** Calls after every change of membership; for whoever reads or writes for longer than a moment. */
  watchMembership(onMembership: () => void): () => void
  /** Whether somebody listens or watches, who would miss what another copy of this group is told. */
  isInUse(): boolean
  /** Finishes what was begun and closes the feed. */
  close(): Promise<void>
}

/** Loads a group from its stores. */
export function createGroup(parts: GroupParts): Group {
  const { id, feed, blobs, room, clock, logger } = parts
  const listeners = new Set<GroupListener>()
  const watchers = new Set<() => void>()
  let operations = loadOperations(id, feed)
  const releases = createReleases({
    ...{ ledger: parts.ledger, blobs, feed, clock, state: () => operations.log.state() },
    onFailure: (cause) => logger.error({ group: id, ...failureFacts(cause) }, 'releases'),
  })
  const queue = createAppendQueue({
    store: feed,
    hasRoom: (bytes) => room.has(bytes),
    admit: (entry, bringer) => admitEntry(operations, entry, { bringer, clock }),
    onAppended: (entries) => {
      tell(listeners, watchers, entries)
      if (entries.some(({ kind }) => kind === 'release' || kind === 'keep')) void releases.catchUp()
    },
    onFailure: (cause) => {
      logger.error({ group: id, ...failureFacts(cause) }, 'a batch of entries was not stored')
      operations = loadOperations(id, feed)
    },
  })
  return {
    id,
    feed,
    blobs,
    room,
    releases,
    blobStored: (blob, by) => releases.uploaded(blob, by),
    state: () => operations.log.state(),
    accessOf: (principal) => {
      const state = operations.log.state()
      return state && accessOf(principal, state, clock())
    },
    append: async (bytes, bringer) => {
      const entry = parseEntry(bytes)
      return entry === null ? refusal('malformed') : queue.append(entry, bringer)
    },
    renewFeed: (by) => {
      const state = operations.log.state()
      const member = state && accessOf(by, state, clock())?.member
      if (!member || !parts.mayRenew(id, member) || !feed.renew().ok) return false
      logger.warn({ group: id, feed: feed.feed }, 'the feed was set back, and has a new id')
      for (const listener of listeners) listener.onRenewal()
      void releases.feedRenewed()
      return true
    },
    batchAfter: createBatches(feed),
    have: createHave(feed),
    listen: (listener) => {
      const forget = addTo(watchers, () => listener.onMembership())
      listeners.add(listener)
      return () => {
        forget()
        listeners.delete(listener)
      }
    },
    listenerCount: () => listeners.size,
    watchMembership: (onMembership) => addTo(watchers, () => onMembership()),
    isInUse: () => watchers.size > 0,
    close: async () => {
      await queue.settled()
      await releases.close()
      room.close()
      feed.close()
    },
  }
}

function addTo<T>(set: Set<T>, item: T): () => void {
  set.add(item)
  return () => void set.delete(item)
}

function tell(
  listeners: ReadonlySet<GroupListener>,
  watchers: ReadonlySet<() => void>,
  entries: readonly Entry[],
): void {
  for (const listener of listeners) listener.onEntries()
  if (!entries.some((entry) => entry.kind === 'op')) return
  // After the answers have been written: whoever loses access by an append still gets its answer.
  setImmediate(() => {
    for (const onMembership of watchers) onMembership()
  })
}

/** Everyone up to date asks for the same batch: it is read and encoded once. */
function createBatches(feed: FeedStore): Group['batchAfter'] {
  let newest: { after: number; end: number; batch: FeedBatch } | null = null
  return (after) => {
    const end = feed.end()
    if (newest?.after === after && newest.end === end) return newest.batch
    const { entries, to } = feed.page(after, PAGE_BYTES)
    const frame = encodeFrame({ t: 'entries', from: after, to, entries, live: to >= end })
    const batch = { frame, to }
    if (to >= end) newest = { after, end, batch }
    return batch
  }
}

/** Encoded once for as long as the feed stays as it is. */
function createHave(feed: FeedStore): Group['have'] {
  let newest: { end: number; frame: Bytes } | null = null
  return () => {
    const end = feed.end()
    if (newest?.end === end) return newest.frame
    const frame = encodeFrame({ t: 'have', authors: feed.gapless() })
    newest = { end, frame }
    return frame
  }
}

/** Most bytes of entries in one frame. */
export const maxPageBytes = PAGE_BYTES
