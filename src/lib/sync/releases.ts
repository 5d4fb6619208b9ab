/**
 * Folds the `release` and `keep` entries that count: which blobs nobody needs any more.
 *
 * A release holds for an item only where its author was an admin then, or is of the member who added the item. What
 * somebody else releases holds nowhere on devices, and they write a `keep`: a relay cannot tell who added an item, only
 * who brought its blobs (relay/blobs/releases.ts).
 *
 * Shape   kept in memory, read anew at every start; there are few of them
 * Errors  a body of another shape is quarantined; StorageProblem from the store
 * Source  docs/design.md §8 "Bin and release"; wire/release.ts
 */
import type { BlobId, EntryId, MemberId } from '#lib/base/ids.ts'
import { ok, type Result } from '#lib/base/result.ts'
import type { EntryRecord, EntryStore } from '#lib/ports/entry-store.ts'
import type { Entry } from '#lib/wire/entry.ts'
import {
  createReleaseBook,
  encodeRelease,
  maxReleasedBlobs,
  parseRelease,
  type ReleaseBook,
} from '#lib/wire/release.ts'
import type { GroupLog } from './group-log.ts'
import { takeFrom } from './taken.ts'
import type { WriteProblem, Writer } from './writer.ts'

export interface Releases {
  /** Offers entries that have just been taken in, or written. */
  offer(entries: readonly (Entry | EntryRecord)[]): void
  /** Reads all that count; true if anything was new. */
  run(): Promise<boolean>
  /** Whether a blob of something that this member added is released by somebody who may. */
  isReleased(blob: BlobId, addedBy: MemberId): boolean
  /** Blobs that any release names which nobody has spoken against. */
  named(): ReadonlySet<BlobId>
  /** Says that nobody needs these any more; the caller has checked that one may. */
  release(blobs: readonly BlobId[]): Promise<Result<null, WriteProblem>>
  /** Says that somebody does. */
  keep(blobs: readonly BlobId[]): Promise<Result<null, WriteProblem>>
}

export interface ReleasesParts {
  readonly log: GroupLog
  readonly store: EntryStore
  readonly plain: Writer['plain']
}

/** The releases of one group. */
export function createReleases({ log, store, plain }: ReleasesParts): Releases {
  const pending = new Set<EntryId>()
  const known = new Set<EntryId>()
  let book: ReleaseBook<EntryId> = createReleaseBook()

  const readAll = async (ids: readonly EntryId[]): Promise<void> => {
    for (const { id, kind, body } of await log.entries(ids)) {
      if (kind !== 'release' && kind !== 'keep') continue
      const read = parseRelease(kind, body)
      if (read === null) await store.annotate([{ id, quarantine: 'malformed' }])
      else book.note(id, kind, read, id)
      known.add(id)
    }
  }

  const isBy = (entry: EntryId, member: MemberId): boolean => {
    const author = log.record(entry)?.author
    const heads = log.graph.opHeads(entry)
    if (author === undefined) return false
    if (log.membership.roleAt(heads, author) === 'admin') return true
    return log.membership.stateAt(heads)?.devices.get(author)?.member === member
  }

  const write = async (
    kind: 'release' | 'keep',
    blobs: readonly BlobId[],
  ): Promise<Result<null, WriteProblem>> => {
    for (let from = 0; from < blobs.length; from += maxReleasedBlobs) {
      const some = blobs.slice(from, from + maxReleasedBlobs)
      const over = kind === 'release' ? book.keepsOf(some) : []
      const written = await plain(kind, encodeRelease(kind, { blobs: some, over }))
      if (!written.ok) return written
    }
    return ok(null)
  }

  return {
    offer(entries) {
      for (const { id, kind } of entries)
        if ((kind === 'release' || kind === 'keep') && !known.has(id)) pending.add(id)
    },
    async run() {
      // Somebody was removed, or let in again: what counted may count no longer.
      if ([...known].some((id) => !log.graph.counts(id))) {
        for (const id of known) pending.add(id)
        known.clear()
        book = createReleaseBook()
      }
      const ready = [...pending].filter((id) => log.graph.counts(id))
      await takeFrom(pending, ready, readAll)
      return ready.length > 0
    },
    isReleased: (blob, addedBy) => book.releasesOf(blob).some((entry) => isBy(entry, addedBy)),
    named: () => new Set([...book.blobs()].filter((blob) => book.releasesOf(blob).length > 0)),
    release: (blobs) => write('release', blobs),
    keep: (blobs) => write('keep', blobs),
  }
}
