/**
 * What this device keeps of a group, and what it gives back to a relay that lost its disk.
 *
 * Source  docs/design.md §8 "A device keeps by default", §9
 */
import type { BlobId, RelayId } from '#lib/base/ids.ts'
import { dayMs } from '#lib/base/time.ts'
import type { Transfer } from '#lib/ports/entry-store.ts'
import type { GroupStore } from '#lib/ports/group-store.ts'
import type { IndexRow } from '#lib/ports/index-store.ts'

const keepPreviewsMs = 90 * dayMs

/** All thumbnails, and previews of the last 90 days: what a device keeps by default (docs/design.md §8). */
export function wantedHere(rows: readonly IndexRow[], nowMs: number): BlobId[] {
  const thumbnails = rows.flatMap((row) => row.thumbnail?.blob ?? [])
  const recent = rows.filter((row) => row.takenMs > nowMs - keepPreviewsMs)
  return [...thumbnails, ...recent.flatMap((row) => row.preview?.blob ?? [])]
}

/** A relay that lost its disk gets from this device whatever it lacks and this device holds. */
export async function offerBlobsAgain(
  store: GroupStore,
  to: { readonly relay: RelayId; readonly clock: () => number },
): Promise<void> {
  const held = await store.blobs.list()
  const head = await store.index.head()
  const rows = head === null ? [] : await store.index.rows([...head.slots])
  const transfers: Transfer[] = []
  for (const row of rows) if (row !== null) transfers.push(...heldRenditions(row, held, to))
  await store.entries.addTransfers(transfers)
}

function heldRenditions(
  row: IndexRow,
  held: ReadonlyMap<BlobId, number>,
  to: { readonly relay: RelayId; readonly clock: () => number },
): Transfer[] {
  const ranked = [
    [row.thumbnail, 1],
    [row.preview, 2],
    [row.original, 3],
  ] as const
  return ranked.flatMap(([rendition, rank]) => {
    const size = rendition === null ? undefined : held.get(rendition.blob)
    if (rendition === null || size === undefined) return []
    const { item } = row
    return [
      {
        relay: to.relay,
        blob: rendition.blob,
        doc: row.album,
        item,
        rank,
        addedMs: to.clock(),
        size,
      },
    ]
  })
}
