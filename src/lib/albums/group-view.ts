/**
 * The items of all albums of a group as people see them: each in the album that shows it, those of albums in the bin
 * in none, and copies told from what they are copies of.
 *
 * An item whose album is not listed (yet) shows where it was added, so that it is never nowhere. Of one id in two
 * documents, which only a broken or hostile device writes, the document with the smaller id has it.
 *
 * Source  docs/design.md §6
 */
import type { ContentHash, DocId, ItemId } from '#lib/base/ids.ts'
import type { AlbumItem } from './album-document.ts'
import { filmContent } from './item-core.ts'
import { createAlbumView, type AlbumView } from './album-view.ts'
import { createLikeness } from './item-likeness.ts'

/** The albums that a group's document lists, and which of them are in the bin. */
export interface AlbumList {
  readonly listed: readonly DocId[]
  readonly binned: ReadonlySet<DocId>
}

export interface GroupView {
  /** Takes in the present state of items of a document; returns ids whose visibility or content may have changed. */
  update(
    document: DocId,
    items: readonly { readonly id: ItemId; readonly item: AlbumItem | null }[],
  ): ItemId[]
  /** Takes in the list of albums; returns the same. */
  setAlbums(list: AlbumList): ItemId[]
  item(id: ItemId): AlbumItem | null
  /** The album that shows the item, or would if it were not in the bin. */
  placeOf(item: AlbumItem): DocId
  isShown(id: ItemId): boolean
  /** Whether an item of another album, of which this is a copy, stands for it where all albums are shown together. */
  isCopy(id: ItemId): boolean
  shown(album: DocId): AlbumItem[]
  /** Items written in that document. */
  idsIn(document: DocId): ItemId[]
  /** The item and all others of its album that are alike, but what is deleted for good. */
  twins(id: ItemId): readonly ItemId[]
  /** Where a file with this content shows in the group, if it does: as an item, else as the film of a live photo. */
  withContent(content: ContentHash): { readonly item: ItemId; readonly album: DocId } | null
  /** All items that have this content, or a film with it, and are in no bin: those included that another stands for. */
  allWithContent(content: ContentHash): AlbumItem[]
  /** Everything in the bin, by itself or with its album. */
  inBin(): AlbumItem[]
  /** All items, the bin included. */
  all(): Iterable<AlbumItem>
}

/** The view of a group without albums. */
export function createGroupView(): GroupView {
  const isAlike = createLikeness()
  const items = new Map<ItemId, AlbumItem>()
  const places = new Map<ItemId, DocId>()
  const views = new Map<DocId, AlbumView>()
  const byContent = new Map<ContentHash, Set<ItemId>>()
  const byFilm = new Map<ContentHash, Set<ItemId>>()
  let listed: ReadonlySet<DocId> = new Set()
  let binned: ReadonlySet<DocId> = new Set()

  const viewOf = (album: DocId): AlbumView => {
    const view = views.get(album) ?? createAlbumView(isAlike)
    views.set(album, view)
    return view
  }
  const placeOf = ({ shownIn, album }: AlbumItem): DocId => (listed.has(shownIn) ? shownIn : album)
  const isBinned = (item: AlbumItem): boolean => item.binned || binned.has(placeOf(item))
  const isShown = (id: ItemId): boolean => {
    const place = places.get(id)
    return place !== undefined && !binned.has(place) && viewOf(place).isShown(id)
  }

  /** All that show this content, in any album. */
  const leading = (content: ContentHash, among = byContent): { item: ItemId; album: DocId }[] =>
    [...(among.get(content) ?? [])].flatMap((item) => {
      const album = places.get(item)
      return album !== undefined && isShown(item) ? [{ item, album }] : []
    })
  const first = (content: ContentHash, among = byContent) =>
    leading(content, among).reduce<{ item: ItemId; album: DocId } | null>(
      (best, one) => (best === null || one.item < best.item ? one : best),
      null,
    )

  const noteContent = (id: ItemId, { core }: AlbumItem, isHere: boolean): void => {
    note(byContent, { content: core.content, id }, isHere)
    const film = filmContent(core)
    if (film !== null) note(byFilm, { content: film, id }, isHere)
  }

  const put = (id: ItemId, item: AlbumItem | null): ItemId[] => {
    const touched: ItemId[] = []
    const known = item ?? items.get(id)
    const [before, after] = [places.get(id), item === null ? undefined : placeOf(item)]
    if (before !== undefined && before !== after)
      touched.push(...viewOf(before).update([{ id, item: null }]))
    if (item === null) items.delete(id)
    else items.set(id, item)
    if (known !== undefined) noteContent(id, known, item !== null)
    if (after === undefined) places.delete(id)
    else {
      places.set(id, after)
      touched.push(...viewOf(after).update([{ id, item }]))
    }
    if (known !== undefined) touched.push(...leading(known.core.content).map((one) => one.item))
    return touched
  }

  return {
    update(document, changes) {
      const mine = changes.filter(({ id }) => (items.get(id)?.album ?? document) >= document)
      const touched = mine.flatMap(({ id, item }) => [id, ...put(id, item)])
      return [...new Set(touched)]
    },
    setAlbums(list) {
      const before = binned
      listed = new Set(list.listed)
      binned = list.binned
      const turned = new Set(
        [...before, ...binned].filter((album) => before.has(album) !== binned.has(album)),
      )
      const touched: ItemId[] = []
      for (const [id, item] of items)
        if (places.get(id) !== placeOf(item)) touched.push(...put(id, item))
      for (const album of turned)
        for (const id of viewOf(album).ids()) {
          const content = items.get(id)?.core.content
          touched.push(id, ...(content ? leading(content).map(({ item }) => item) : []))
        }
      return [...new Set(touched)]
    },
    item: (id) => items.get(id) ?? null,
    placeOf,
    isShown,
    isCopy: (id) => {
      const core = items.get(id)?.core
      if (core === undefined || !isShown(id)) return false
      const isSame = (item: ItemId) => {
        const other = items.get(item)
        return other !== undefined && isAlike(other.core, core)
      }
      return leading(core.content).some(({ item }) => item < id && isSame(item))
    },
    shown: (album) => (binned.has(album) ? [] : viewOf(album).shown()),
    idsIn: (document) =>
      [...items.values()].flatMap(({ id, album }) => (album === document ? [id] : [])),
    twins: (id) => {
      const place = places.get(id)
      return place === undefined ? [id] : viewOf(place).twins(id)
    },
    withContent: (content) => first(content) ?? first(content, byFilm),
    allWithContent: (content) =>
      [...(byContent.get(content) ?? []), ...(byFilm.get(content) ?? [])].flatMap((id) => {
        const item = items.get(id)
        return item === undefined || isBinned(item) ? [] : [item]
      }),
    inBin: () => [...items.values()].filter(isBinned),
    all: () => items.values(),
  }
}

function note(
  ids: Map<ContentHash, Set<ItemId>>,
  { content, id }: { readonly content: ContentHash; readonly id: ItemId },
  isHere: boolean,
): void {
  const those = ids.get(content) ?? new Set()
  ids.set(content, those)
  if (isHere) those.add(id)
  else those.delete(id)
}
