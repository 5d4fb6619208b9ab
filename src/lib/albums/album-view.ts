/**
 * The items of one album as people see them: parsed once, kept up to date by id, copies as one.
 * Of unbinned items that are alike (item-likeness.ts) the smallest id shows (docs/design.md §6).
 */
import type { ContentHash, ItemId } from '#lib/base/ids.ts'
import type { AlbumItem } from './album-document.ts'
import type { IsAlike } from './item-likeness.ts'

export interface AlbumView {
  /** Takes in the present state of these items; returns ids whose visibility or content may have changed. */
  update(items: readonly { id: ItemId; item: AlbumItem | null }[]): ItemId[]
  item(id: ItemId): AlbumItem | null
  /** All items known, shown or not. */
  ids(): ItemId[]
  /** Whether the item shows in the album. */
  isShown(id: ItemId): boolean
  shown(): AlbumItem[]
  /** The item and all others of the album that are alike, but what is deleted for good. */
  twins(id: ItemId): ItemId[]
}

/** An empty view. */
export function createAlbumView(isAlike: IsAlike): AlbumView {
  const items = new Map<ItemId, AlbumItem>()
  const byContent = new Map<ContentHash, Set<ItemId>>()

  /** Those that are the item once more, itself among them. */
  const alike = ({ core }: AlbumItem): AlbumItem[] =>
    [...(byContent.get(core.content) ?? [])].flatMap((id) => {
      const item = items.get(id)
      return item !== undefined && isAlike(item.core, core) ? [item] : []
    })
  const isShown = (id: ItemId): boolean => {
    const item = items.get(id)
    if (item === undefined || item.binned) return false
    return !alike(item).some((other) => !other.binned && other.id < id)
  }

  return {
    update(changes) {
      const touched = new Set<ItemId>()
      for (const { id, item } of changes) {
        const content = item?.core.content ?? items.get(id)?.core.content
        if (item === null) items.delete(id)
        else items.set(id, item)
        if (content === undefined) continue
        const twins = byContent.get(content) ?? new Set()
        byContent.set(content, twins)
        if (item === null) twins.delete(id)
        else twins.add(id)
        touched.add(id)
        for (const twin of twins) touched.add(twin)
      }
      return [...touched]
    },
    item: (id) => items.get(id) ?? null,
    ids: () => [...items.keys()],
    isShown,
    shown: () => [...items.values()].filter((item) => isShown(item.id)),
    twins: (id) => {
      const item = items.get(id)
      if (item === undefined) return [id]
      return alike(item).flatMap((twin) =>
        twin.id === id || twin.bin?.isGone !== true ? [twin.id] : [],
      )
    },
  }
}
