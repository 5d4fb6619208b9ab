/** What the settings tell of this device's storage. */
import type { StorageFigures } from './api.ts'
import type { EngineGroups } from './engine-groups.ts'

/** Figures per group and of the whole device. */
export async function storageFiguresOf(
  groups: EngineGroups,
  estimate: Pick<StorageFigures, 'usedBytes' | 'quotaBytes' | 'persisted'>,
): Promise<StorageFigures> {
  const cards = new Map(groups.cards().map((card) => [card.id, card]))
  const each = await Promise.all(
    groups.sessions().map(async ({ group, store }) => {
      const card = cards.get(group)
      const sizes = await store.blobs.list()
      return {
        id: group,
        name: card?.name ?? '',
        photos: (card?.albums ?? []).reduce((count, album) => count + album.count, 0),
        blobBytes: [...sizes.values()].reduce((total, bytes) => total + bytes, 0),
      }
    }),
  )
  return { ...estimate, groups: each }
}
