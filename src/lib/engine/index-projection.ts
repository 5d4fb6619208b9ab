/**
 * Keeps a group's index equal to what its albums show: documents in, packed rows out.
 *
 * Documents change by paths, so one new photo in an album of 10,000 costs one row. With every change the index
 * notes the heads of all albums (its *basis*): a start that finds the albums there reads no row. Otherwise everything
 * is compared once, so that an index that is missing, old or damaged repairs itself.
 *
 * Errors  StorageProblem from the index store
 * Source  docs/design.md §10
 */
import type { DocId, ItemId } from '#lib/base/ids.ts'
import {
  albumItemIds,
  albumTitle,
  readAlbumItem,
  type AlbumDocument,
  type AlbumItem,
} from '#lib/albums/album-document.ts'
import { createGroupView, type AlbumList, type GroupView } from '#lib/albums/group-view.ts'
import { inOneRun } from '#lib/base/one-run.ts'
import { markStep } from '#lib/base/steps.ts'
import type { IndexChange, IndexRow, IndexStore } from '#lib/ports/index-store.ts'
import type { ChangedPaths, Documents } from '#lib/sync/documents.ts'

export interface IndexProjection {
  /** Compares all albums with the index and mends what differs, unless they are as the index last saw them. */
  start(albums: AlbumList): Promise<void>
  /** The group's list of albums changed. */
  albumsChanged(albums: AlbumList): void
  /** A document of an album changed. */
  changed(album: DocId, paths: ChangedPaths): void
  /** Writes what is queued; resolves when the index shows it. */
  flush(): Promise<void>
  /** Writes what is queued, as far as that is possible now, and no more afterwards. */
  close(): Promise<void>
  title(album: DocId): string
  item(id: ItemId): AlbumItem | null
  readonly shown: GroupView['shown']
  readonly twins: GroupView['twins']
  readonly withContent: GroupView['withContent']
  readonly placeOf: GroupView['placeOf']
  readonly inBin: GroupView['inBin']
  readonly all: GroupView['all']
}

export interface IndexProjectionParts {
  readonly documents: Documents
  readonly index: IndexStore
  /** Rows that show for the first time on this device, newest first. */
  readonly onShown: (rows: readonly IndexRow[]) => void
  readonly onWritten: () => void
  /** How long until what the disk had no room for is tried again, milliseconds. */
  readonly retryMs: number
}

/** Changes with what a row holds, so that rows of an earlier version are compared again. */
const rowVersion = 2

/** The projection of one group. */
export function createIndexProjection(parts: IndexProjectionParts): IndexProjection {
  const { documents, index } = parts
  const view = createGroupView()
  const put = new Map<ItemId, IndexRow>()
  const remove = new Set<ItemId>()
  /** What the index stands on, as far as this tab knows; null right after a comparison. */
  let standsOn: string | null = null
  let isCompared = false
  let list: AlbumList | null = null
  let later: ReturnType<typeof setTimeout> | null = null
  let isClosed = false

  const basisNow = (): string => basisOf(list, documents)

  const read = (album: DocId): Partial<AlbumDocument> | null => documents.read(album)

  const take = (album: DocId, ids: readonly ItemId[]): ItemId[] => {
    const document = read(album)
    return view.update(
      album,
      ids.map((id) => ({ id, item: readAlbumItem(document, album, id) })),
    )
  }

  const rowOfShown = (id: ItemId): IndexRow | null => {
    const item = view.isShown(id) ? view.item(id) : null
    return item === null
      ? null
      : rowOf(item, { album: view.placeOf(item), isCopy: view.isCopy(id) })
  }

  const queue = (touched: readonly ItemId[]): void => {
    for (const id of touched) {
      const row = rowOfShown(id)
      put.delete(id)
      remove.delete(id)
      if (row === null) remove.add(id)
      else put.set(id, row)
    }
  }

  /** Returns the rows that were not there. */
  const write = async (
    change: Pick<IndexChange, 'put' | 'remove'>,
    basis: NonNullable<IndexChange['basis']>,
  ): Promise<IndexRow[]> => {
    const fresh = await unseen(change.put)
    await index.apply(isCompared ? { ...change, basis } : change)
    return fresh
  }

  const writeOnce = async (): Promise<void> => {
    const change = { put: [...put.values()], remove: [...remove] }
    const basis = { after: standsOn, now: basisNow() }
    put.clear()
    remove.clear()
    const fresh = await write(change, basis).catch((cause: unknown) => {
      queue([...change.put.map(({ item }) => item), ...change.remove])
      throw cause
    })
    standsOn = basis.now
    if (change.put.length + change.remove.length === 0) return
    markStep('index written')
    parts.onWritten()
    if (fresh.length > 0) parts.onShown(fresh)
  }

  const flush = inOneRun(async () => {
    while (put.size > 0 || remove.size > 0 || (isCompared && standsOn !== basisNow()))
      await writeOnce()
  })

  /** What does not fit now is tried again, unless the group is closed meanwhile. */
  const flushSoon = (): void => {
    flush().catch(() => {
      if (isClosed || later !== null) return
      later = setTimeout(() => {
        later = null
        flushSoon()
      }, parts.retryMs)
    })
  }

  const unseen = async (rows: readonly IndexRow[]): Promise<IndexRow[]> => {
    const known = await Promise.all(rows.map((row) => index.row(row.item)))
    return rows.filter((_, at) => known[at] === null).sort((a, b) => b.takenMs - a.takenMs)
  }

  const compare = async (): Promise<void> => {
    const stored = await storedRows(index)
    const wanted = [...view.all()].flatMap(({ id }) => rowOfShown(id) ?? [])
    isCompared = true
    standsOn = null
    if (stored === null) {
      const basis = basisNow()
      await index.replaceAll(wanted, basis)
      standsOn = basis
      parts.onWritten()
      parts.onShown(wanted.sort((a, b) => b.takenMs - a.takenMs))
      return
    }
    const showing = new Set(wanted.map(({ item }) => item))
    for (const row of wanted) if (!isSameRow(stored.get(row.item), row)) put.set(row.item, row)
    for (const item of stored.keys()) if (!showing.has(item)) remove.add(item)
    await flush()
  }

  return {
    flush,
    async close() {
      isClosed = true
      if (later !== null) clearTimeout(later)
      await flush().catch(() => undefined)
    },
    async start(albums) {
      const basis = await index.basis()
      list = albums
      view.setAlbums(albums)
      for (const album of albums.listed) take(album, albumItemIds(read(album)))
      isCompared = basis !== null && basis === basisNow()
      standsOn = basis
      if (!isCompared) await compare()
    },
    albumsChanged(albums) {
      list = albums
      queue(view.setAlbums(albums))
      flushSoon()
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
        ? [...new Set([...albumItemIds(read(album)), ...view.idsIn(album)])]
        : [...ids].filter((id) => /^[0-9a-f]{32}$/.test(id))
      queue(take(album, known))
      flushSoon()
    },
    title: (album) => albumTitle(read(album)),
    ...{ item: view.item, shown: view.shown, twins: view.twins, withContent: view.withContent },
    ...{ placeOf: view.placeOf, inBin: view.inBin, all: view.all },
  }
}

/** Where all albums are and which of them show: the same basis means the same rows. */
function basisOf(list: AlbumList | null, documents: Pick<Documents, 'heads'>): string {
  const listed = [...(list?.listed ?? [])].sort()
  const heads = listed.map((album) => [album, ...[...documents.heads(album)].sort()].join(' '))
  return [rowVersion, [...(list?.binned ?? [])].sort().join(' '), ...heads].join('|')
}

async function storedRows(index: IndexStore): Promise<Map<ItemId, IndexRow> | null> {
  const head = await index.head()
  if (head === null) return null
  const rows = await index.rows([...head.slots])
  return new Map(rows.flatMap((row) => (row === null ? [] : [[row.item, row] as const])))
}

function rowOf(
  item: AlbumItem,
  { album, isCopy }: { readonly album: DocId; readonly isCopy: boolean },
): IndexRow {
  const { core, rank } = item
  return {
    ...{ item: item.id, album, rank, isCopy },
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
    filmInside: core.film !== null && 'from' in core.film ? core.film : null,
  }
}

/** What members can change of an item, and where it is. The core is written once, but earlier versions left films out. */
function isSameRow(stored: IndexRow | undefined, row: IndexRow): boolean {
  const fields = ['caption', 'album', 'takenMs', 'offsetMinutes', 'rank', 'isCopy'] as const
  if (stored === undefined || fields.some((field) => stored[field] !== row[field])) return false
  return (
    stored.motion?.blob === row.motion?.blob && stored.filmInside?.from === row.filmInside?.from
  )
}
