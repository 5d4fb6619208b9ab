/**
 * What this device gives back to a relay that lost its disk: of every item whatever this device holds, and of those in
 * the bin too, since they may be taken out again.
 *
 * Queued in pieces, because a hundred thousand items have several transfers each. Whoever breaks off begins anew: what
 * waits already keeps its place.
 *
 * Errors  StorageProblem; then the relay must be offered all of it once more
 * Source  docs/design.md §9
 */
import type { AlbumItem } from '#lib/albums/album-document.ts'
import type { BlobId, RelayId } from '#lib/base/ids.ts'
import type { HeldBlob } from '#lib/ports/blob-store.ts'
import type { Transfer } from '#lib/ports/entry-store.ts'
import type { GroupStore } from '#lib/ports/group-store.ts'

interface Giving {
  readonly relay: RelayId
  readonly clock: () => number
}

/** Small enough for a phone's memory, large enough that waiting for the disk does not count. */
const pieceTransfers = 4000

/** A relay that lost its disk gets from this device whatever it lacks and this device holds. */
export async function offerBlobsAgain(
  from: {
    readonly store: Pick<GroupStore, 'blobs' | 'entries'>
    /** The bin included. */
    readonly items: Iterable<AlbumItem>
  },
  to: Giving,
): Promise<void> {
  const { blobs, entries } = from.store
  const held = await blobs.list()
  let piece: Transfer[] = []
  for (const item of from.items) {
    piece.push(...heldRenditions(item, held, to))
    if (piece.length < pieceTransfers) continue
    await entries.addTransfers(piece)
    piece = []
  }
  if (piece.length > 0) await entries.addTransfers(piece)
}

function heldRenditions(
  { id, album, core, bin }: AlbumItem,
  held: ReadonlyMap<BlobId, HeldBlob>,
  { relay, clock }: Giving,
): Transfer[] {
  // Released: storing it anew would take that back.
  if (bin?.isGone === true) return []
  const { thumbnail, preview, original, motion } = core.renditions
  const ranked = [
    [thumbnail, 1],
    [preview, 2],
    [original, 3],
    [motion, 3],
  ] as const
  return ranked.flatMap(([rendition, rank]) => {
    const size = rendition === null ? undefined : held.get(rendition.blob)?.size
    if (rendition === null || size === undefined) return []
    const { blob } = rendition
    return [{ relay, blob, doc: album, item: id, rank, addedMs: clock(), size }]
  })
}
