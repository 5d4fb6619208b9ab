/**
 * What this device gives back to a relay that lost its disk.
 *
 * Source  docs/design.md §9
 */
import type { BlobId, RelayId } from '#lib/base/ids.ts'
import type { HeldBlob } from '#lib/ports/blob-store.ts'
import type { Transfer } from '#lib/ports/entry-store.ts'
import type { GroupStore } from '#lib/ports/group-store.ts'
import type { IndexRow } from '#lib/ports/index-store.ts'

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
  held: ReadonlyMap<BlobId, HeldBlob>,
  to: { readonly relay: RelayId; readonly clock: () => number },
): Transfer[] {
  const ranked = [
    [row.thumbnail, 1],
    [row.preview, 2],
    [row.original, 3],
    [row.motion, 3],
  ] as const
  return ranked.flatMap(([rendition, rank]) => {
    const size = rendition === null ? undefined : held.get(rendition.blob)?.size
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
