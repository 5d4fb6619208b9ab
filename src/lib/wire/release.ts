/**
 * Bodies of `release` and `keep`: blobs that nobody needs any more, and those that somebody does after all.
 *
 * Shape   plain canonical CBOR, no further fields
 *   | kind    | field | CBOR | what |
 *   |---|---|---|---|
 *   | release | blobs | array of bytes 32 | ascending, unique, 1 … 10,000 |
 *   |         | over  | array of bytes 32 | `keep` entries of these blobs that its author knew; ascending, unique |
 *   | keep    | blobs | array of bytes 32 | as above |
 * Meaning a blob is released where a release names it that is `over` every `keep` that names it. So a keep that its
 *         author did not know wins, in whatever order the two arrive, and nobody needs to know what came first.
 *         For how long a relay waits before it removes what is released, and whose release holds there:
 *         relay/blobs/releases.ts.
 * Errors  `parseRelease` is total: null for anything else
 * Source  docs/design.md §8 "Bin and release"
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor } from '#lib/base/cbor.ts'
import { readAscendingIds, readExactMap } from '#lib/base/fields.ts'
import { idToBytes, type BlobId, type EntryId } from '#lib/base/ids.ts'

/** Most blobs of one entry. */
export const maxReleasedBlobs = 10_000
const maxOver = 1000

/** What a `release` or a `keep` says; `over` is empty in a `keep`. */
export interface Release {
  readonly blobs: readonly BlobId[]
  readonly over: readonly EntryId[]
}

/** Takes ids in any order, each once. */
export function encodeRelease(kind: 'release' | 'keep', { blobs, over }: Release): Bytes {
  return encodeCbor({
    blobs: sorted(blobs),
    ...(kind === 'release' ? { over: sorted(over) } : {}),
  })
}

/** The body of an entry of that kind, or null. */
export function parseRelease(kind: 'release' | 'keep', body: Bytes): Release | null {
  const map = readExactMap(
    parseCbor(body) ?? undefined,
    kind === 'release' ? ['blobs', 'over'] : ['blobs'],
  )
  const blobs = readAscendingIds(map?.blobs, maxReleasedBlobs, 'BlobId')
  const over = kind === 'release' ? readAscendingIds(map?.over, maxOver, 'EntryId') : []
  return blobs === null || blobs.length === 0 || over === null ? null : { blobs, over }
}

function sorted(ids: readonly (BlobId | EntryId)[]): Bytes[] {
  return [...new Set(ids)].sort().map(idToBytes)
}

/** Everything that was said of blobs, by entry; the same set gives the same answers, whoever asks. */
export interface ReleaseBook<Note> {
  /** Idempotent by entry. */
  note(entry: EntryId, kind: 'release' | 'keep', release: Release, note: Note): void
  /** The releases of a blob that no keep speaks against. */
  releasesOf(blob: BlobId): Note[]
  /** Entries of kind `keep` that name any of these: what a new release of them is `over`. */
  keepsOf(blobs: Iterable<BlobId>): EntryId[]
  /** Every blob that was ever released. */
  blobs(): Iterable<BlobId>
}

/** An empty book. */
export function createReleaseBook<Note>(): ReleaseBook<Note> {
  const noted = new Set<EntryId>()
  const releases = new Map<BlobId, { readonly over: ReadonlySet<EntryId>; readonly note: Note }[]>()
  const keeps = new Map<BlobId, Set<EntryId>>()
  return {
    note(entry, kind, { blobs, over }, note) {
      if (noted.has(entry)) return
      noted.add(entry)
      const one = { over: new Set(over), note }
      for (const blob of blobs)
        if (kind === 'release') releases.set(blob, [...(releases.get(blob) ?? []), one])
        else keeps.set(blob, (keeps.get(blob) ?? new Set()).add(entry))
    },
    releasesOf: (blob) =>
      (releases.get(blob) ?? []).flatMap(({ over, note }) =>
        [...(keeps.get(blob) ?? [])].every((keep) => over.has(keep)) ? [note] : [],
      ),
    keepsOf: (blobs) => [...new Set([...blobs].flatMap((blob) => [...(keeps.get(blob) ?? [])]))],
    blobs: () => releases.keys(),
  }
}
