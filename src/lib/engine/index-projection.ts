/**
 * Keeps a group's index equal to what its albums show: documents in, packed rows out.
 *
 * Documents change by paths, so one new photo in an album of 10,000 costs one row. On start everything is
 * compared once, so that an index that is missing, old or damaged repairs itself.
 *
 * Errors  StorageProblem from the index store
 * Source  docs/design.md §10
 */
import type { ContentHash, DocId, ItemId } from '#lib/base/ids.ts'
import {
  albumItemIds,
  albumTitle,
  readAlbumItem,
  type AlbumDocument,
  type AlbumItem,
} from '#lib/albums/album-document.ts'
import { createAlbumView, type AlbumView } from '#lib/albums/album-view.ts'
import { markStep } from '#lib/base/steps.ts'
import type { IndexRow, IndexStore } from '#lib/ports/index-store.ts'
import type { ChangedPaths, Documents } from '#lib/sync/documents.ts'

export interface IndexProjection {
  /** Compares all albums with the index and mends what differs. */
  start(albums: readonly DocId[]): Promise<void>
  /** A document of an album changed. */
  changed(album: DocId, paths: ChangedPaths): void
  /** Writes what is queued; resolves when the index shows it. */
  flush(): Promise<void>
  title(album: DocId): string
  shown(album: DocId): AlbumItem[]
  item(id: ItemId): AlbumItem | null
  /** The item and every other unbinned or binned one of its album with the same content. */
  twins(id: ItemId): readonly ItemId[]
  /** Where a file with this content shows in the group, if it does. */
  withContent(content: ContentHash): { readonly item: ItemId; readonly album: DocId } | null
}

export interface IndexProjectionParts {
  readonly documents: Documents
  readonly index: IndexStore
  /** Rows that show for the first time on this device, newest first. */
  readonly onShown: (rows: readonly IndexRow[]) => void
  readonly onWritten: () => void
}

/** The projection of one group. */
export function createIndexProjection(parts: IndexProjectionParts): IndexProjection {
  const { documents, index } = parts
  const views = new Map<DocId, AlbumView>()
  const homes = new Map<ItemId, DocId>()
  const put = new Map<ItemId, IndexRow>()
  const remove = new Set<ItemId>()
  let writing: Promise<void> | null = null

  const read = (album: DocId): Partial<AlbumDocument> | null => documents.read(album)

  const viewOf = (album: DocId): AlbumView => {
    const view = views.get(album) ?? createAlbumView()
    views.set(album, view)
    return view
  }

  const take = (album: DocId, ids: readonly ItemId[]): ItemId[] => {
    const document = read(album)
    for (const id of ids) homes.set(id, album)
    return viewOf(album).update(ids.map((id) => ({ id, item: readAlbumItem(document, album, id) })))
  }

  const queue = (album: DocId, touched: readonly ItemId[]): void => {
    const view = viewOf(album)
    for (const id of touched) {
      const item = view.isShown(id) ? view.item(id) : null
      put.delete(id)
      remove.delete(id)
      if (item === null) remove.add(id)
      else put.set(id, rowOf(item))
    }
  }

  const writeAll = async (): Promise<void> => {
    while (put.size > 0 || remove.size > 0) {
      const change = { put: [...put.values()], remove: [...remove] }
      put.clear()
      remove.clear()
      const fresh = await unseen(change.put)
      await index.apply(change)
      markStep('index written')
      parts.onWritten()
      if (fresh.length > 0) parts.onShown(fresh)
    }
  }

  const unseen = async (rows: readonly IndexRow[]): Promise<IndexRow[]> => {
    const known = await Promise.all(rows.map((row) => index.row(row.item)))
    return rows.filter((_, at) => known[at] === null).sort((a, b) => b.takenMs - a.takenMs)
  }

  const flush = (): Promise<void> => {
    writing ??= writeAll().finally(() => (writing = null))
    return writing
  }

  const storedRows = async (): Promise<Map<ItemId, IndexRow> | null> => {
    const head = await index.head()
    if (head === null) return null
    const rows = await index.rows([...head.slots])
    return new Map(rows.flatMap((row) => (row === null ? [] : [[row.item, row] as const])))
  }

  return {
    flush,
    async start(albums) {
      const stored = await storedRows()
      const wanted = albums.flatMap((album) => {
        take(album, albumItemIds(read(album)))
        return viewOf(album).shown().map(rowOf)
      })
      if (stored === null) {
        await index.replaceAll(wanted)
        parts.onWritten()
        parts.onShown(wanted.sort((a, b) => b.takenMs - a.takenMs))
        return
      }
      const showing = new Set(wanted.map(({ item }) => item))
      for (const row of wanted) if (!isSameRow(stored.get(row.item), row)) put.set(row.item, row)
      for (const item of stored.keys()) if (!showing.has(item)) remove.add(item)
      await flush()
    },
    changed(album, paths) {
      const ids = new Set<ItemId>()
      let whole = false
      for (const [container, key] of paths) {
        if (container !== 'items') continue
        if (key === '') whole = true
        else ids.add(key as ItemId)
      }
      const known = whole
        ? [...new Set([...albumItemIds(read(album)), ...viewOf(album).ids()])]
        : [...ids].filter((id) => /^[0-9a-f]{32}$/.test(id))
      queue(album, take(album, known))
      void flush().catch(() => undefined)
    },
    title: (album) => albumTitle(read(album)),
    shown: (album) => viewOf(album).shown(),
    item: (id) => views.get(homes.get(id) ?? ('' as DocId))?.item(id) ?? null,
    twins: (id) => views.get(homes.get(id) ?? ('' as DocId))?.twins(id) ?? [id],
    withContent(content) {
      for (const [album, view] of views) {
        const item = view.withContent(content)
        if (item !== null) return { item, album }
      }
      return null
    },
  }
}

function rowOf(item: AlbumItem): IndexRow {
  const { core } = item
  return {
    item: item.id,
    album: item.album,
    kind: core.kind,
    ...item.taken,
    width: core.width,
    height: core.height,
    durationMs: core.durationMs,
    thumbhash: core.thumbhash,
    author: core.author,
    name: core.name,
    mime: core.mime,
    caption: item.caption,
    ...core.renditions,
  }
}

/** What members can change of an item, and where it is: the core is written once. */
function isSameRow(stored: IndexRow | undefined, row: IndexRow): boolean {
  return (
    stored?.caption === row.caption &&
    stored.album === row.album &&
    stored.takenMs === row.takenMs &&
    stored.offsetMinutes === row.offsetMinutes
  )
}
