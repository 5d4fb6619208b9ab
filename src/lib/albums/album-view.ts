/**
 * The items of one album as people see them: parsed once, kept up to date by id, duplicates as one.
 * Two devices may add the same file at the same time; of unbinned items with one content hash the
 * smallest id shows (docs/design.md §6).
 */
import type { ContentHash, ItemId } from '#lib/base/ids.ts'
import type { AlbumItem } from './album-document.ts'

export interface AlbumView {
  /** Takes in the present state of these items; returns ids whose visibility or content may have changed. */
  update(items: readonly { id: ItemId; item: AlbumItem | null }[]): ItemId[]
  item(id: ItemId): AlbumItem | null
  /** All items known, shown or not. */
  ids(): ItemId[]
  /** Whether the item shows in the album. */
  isShown(id: ItemId): boolean
  shown(): AlbumItem[]
  /** The item and all others of the album with the same content, but what is deleted for good. */
  twins(id: ItemId): ItemId[]
  /** The unbinned item with this content that shows, or null. */
  withContent(content: ContentHash): ItemId | null
}

/** An empty view. */
export function createAlbumView(): AlbumView {
  const items = new Map<ItemId, AlbumItem>()
  const byContent = new Map<ContentHash, Set<ItemId>>()

  const leading = (content: ContentHash): ItemId | null => {
    let smallest: ItemId | null = null
    for (const id of byContent.get(content) ?? [])
      if (items.get(id)?.binned === false && (smallest === null || id < smallest)) smallest = id
    return smallest
  }
  const isShown = (id: ItemId): boolean => {
    const item = items.get(id)
    return item !== undefined && !item.binned && leading(item.core.content) === id
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
      const content = items.get(id)?.core.content
      const all = content === undefined ? [id] : [...(byContent.get(content) ?? [id])]
      return all.filter((twin) => twin === id || items.get(twin)?.bin?.isGone !== true)
    },
    withContent: leading,
  }
}
