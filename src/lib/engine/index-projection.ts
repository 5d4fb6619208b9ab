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
  readonly isShown: GroupView['isShown']
  readonly twins: GroupView['twins']
  readonly withContent: GroupView['withContent']
  readonly allWithContent: GroupView['allWithContent']
  readonly placeOf: GroupView['placeOf']
  readonly inBin: GroupView['inBin']
  readonly all: GroupView['all']
}

export interface IndexProjectionParts {
  readonly documents: Documents
  readonly index: IndexStore
  /** Rows that show for the first time on this device, newest first; what is left to write waits for the answer. */
  readonly onShown: (rows: readonly IndexRow[]) => Promise<void>
  readonly onWritten: () => void
  /** How long until what the disk had no room for is tried again, milliseconds. */
  readonly retryMs: number
}

/** Changes with what a row holds and which items have one, so that rows of an earlier version are compared again. */
const rowVersion = 3

/** Of thousands of rows, those of the first screens are written first, and show before the others are packed. */
const firstRows = 200
const partRows = 5000

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

  /** Takes what is written next out of the queue: the newest rows, where there is more than `most`. */
  const takeNext = (most: number): Pick<IndexChange, 'put' | 'remove'> => {
    const rows = [...put.values()]
    const change = {
      put: rows.length <= most ? rows : rows.sort(newestFirst).slice(0, most),
      remove: [...remove],
    }
    for (const { item } of change.put) put.delete(item)
    remove.clear()
    return change
  }

  /** Writes at most so many rows, and gives those that were not there. */
  const writeNext = async (most: number, isEmpty: boolean): Promise<IndexRow[]> => {
    const change = takeNext(most)
    // Between two parts the index stands on nothing that a start would find.
    const now = put.size === 0 ? basisNow() : `part of ${basisNow()}`
    try {
      const fresh = isEmpty ? change.put : await unseen(change.put)
      const basis = { after: standsOn, now }
      await index.apply(isCompared ? { ...change, basis } : change)
      standsOn = now
      return [...fresh]
    } catch (cause) {
      queue([...change.put.map(({ item }) => item), ...change.remove])
      throw cause
    }
  }

  const tell = async (fresh: readonly IndexRow[]): Promise<void> => {
    markStep('index written')
    parts.onWritten()
    if (fresh.length > 0) await parts.onShown([...fresh].sort(newestFirst))
  }

  const flush = inOneRun(async () => {
    const isEmpty = put.size > 0 && ((await index.head())?.slots.length ?? 0) === 0
    let fresh: IndexRow[] = []
    let part = 0
    try {
      for (; put.size > 0 || remove.size > 0; part++) {
        fresh = [...fresh, ...(await writeNext(part === 0 ? firstRows : partRows, isEmpty))]
        const isAll = put.size === 0
        const told = part === 0 || isAll ? tell(fresh) : null
        if (isAll) fresh = []
        else await told
      }
    } finally {
      if (part > 1 && fresh.length > 0) void tell(fresh)
    }
    if (isCompared && standsOn !== basisNow()) await writeNext(partRows, isEmpty)
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
    const fresh = new Set(await index.missing(rows.map(({ item }) => item)))
    return rows.filter(({ item }) => fresh.has(item))
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
      void parts.onShown(wanted.sort(newestFirst))
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
    ...{ isShown: view.isShown, placeOf: view.placeOf, inBin: view.inBin, all: view.all },
    allWithContent: view.allWithContent,
  }
}

function newestFirst(a: IndexRow, b: IndexRow): number {
  return b.takenMs - a.takenMs
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
