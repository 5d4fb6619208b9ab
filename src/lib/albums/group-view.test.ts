import { expect, test } from 'vitest'
import {
  idFromBytes,
  type ContentHash,
  type DocId,
  type ItemId,
  type MemberId,
} from '#lib/base/ids.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { utf8 } from '#lib/base/bytes.ts'
import type { AlbumItem } from './album-document.ts'
import { createGroupView } from './group-view.ts'
import type { ItemCore } from './item-core.ts'

const doc = (n: number) => n.toString(16).padStart(32, '0') as DocId
const id = (n: number) => n.toString(16).padStart(32, '0') as ItemId
const [lake, kitchen, cat] = [doc(1), doc(2), doc(3)]
const nothingBinned = { listed: [lake, kitchen, cat], binned: new Set<DocId>() }

function photo(n: number, album: DocId, fields: Partial<AlbumItem> = {}): AlbumItem {
  const content = idFromBytes('ContentHash', sha256(utf8(`photo ${n}`))) as ContentHash
  const base = { id: id(n), album, shownIn: album, caption: '', binned: false, bin: null }
  const corrected = { taken: { takenMs: 0, offsetMinutes: null }, place: null, from: null }
  return {
    ...base,
    ...corrected,
    rank: null,
    core: coreOf(content),
    ...fields,
  }
}

function coreOf(content: ContentHash, wish: Partial<ItemCore> = {}): ItemCore {
  return {
    ...{ kind: 'photo', mime: 'image/jpeg', name: 'a.jpg', takenMs: 0, offsetMinutes: null },
    ...{ width: 4, height: 3, durationMs: 0, thumbhash: new Uint8Array(), place: null },
    ...{ camera: null, author: 'a'.repeat(32) as MemberId, content, film: null },
    renditions: { thumbnail: null, preview: null, original: null, motion: null },
    ...wish,
  }
}

function viewOf(...items: AlbumItem[]) {
  const view = createGroupView()
  view.setAlbums(nothingBinned)
  for (const item of items) view.update(item.album, [{ id: item.id, item }])
  const shown = (album: DocId) => view.shown(album).map((item) => item.id)
  return { view, shown }
}

test('a photo that Ana moves shows in the other album only, and back again', () => {
  const { view, shown } = viewOf(photo(1, lake), photo(2, lake))
  view.update(lake, [{ id: id(1), item: photo(1, lake, { shownIn: kitchen }) }])
  expect([shown(lake), shown(kitchen)]).toEqual([[id(2)], [id(1)]])
  view.update(lake, [{ id: id(1), item: photo(1, lake, { shownIn: lake }) }])
  expect(shown(lake).sort()).toEqual([id(1), id(2)])
  expect(shown(kitchen)).toEqual([])
})

test('a photo moved to an album that has not arrived yet stays in sight until it has', () => {
  const { view, shown } = viewOf()
  view.setAlbums({ listed: [lake], binned: new Set() })
  view.update(lake, [{ id: id(1), item: photo(1, lake, { shownIn: cat }) }])
  expect(shown(lake)).toEqual([id(1)])
  expect(view.setAlbums(nothingBinned)).toContain(id(1))
  expect([shown(lake), shown(cat)]).toEqual([[], [id(1)]])
})

test('a copy stands behind what it is a copy of, until that goes into the bin', () => {
  const copy = photo(9, kitchen, { core: photo(1, lake).core })
  const { view } = viewOf(photo(1, lake), copy)
  expect([view.isCopy(id(1)), view.isCopy(id(9))]).toEqual([false, true])
  const binned = photo(1, lake, { binned: true })
  expect(view.update(lake, [{ id: id(1), item: binned }])).toContain(id(9))
  expect(view.isCopy(id(9))).toBe(false)
})

test('what names the content of Ana’s photo, and her, takes neither its place nor it into the bin', () => {
  const ana = photo(5, lake)
  const forged = [lake, kitchen].map((album, n) =>
    photo(n + 1, album, { core: coreOf(ana.core.content, { name: 'Sam’s' }) }),
  )
  const { view, shown } = viewOf(...forged, ana)
  expect(shown(lake)).toEqual([id(1), id(5)])
  expect([view.isCopy(id(5)), view.isCopy(id(1)), view.isCopy(id(2))]).toEqual([false, false, true])
  expect([view.twins(id(1)), view.twins(id(5))]).toEqual([[id(1)], [id(5)]])
  const binned = { ...forged[0]!, binned: true }
  view.update(lake, [{ id: id(1), item: binned }])
  expect(shown(lake)).toEqual([id(5)])
})

test('of what is alike in one album one shows, and what becomes of it becomes of both', () => {
  const first = photo(1, lake)
  const second = photo(2, lake, { core: { ...first.core }, caption: 'The lake' })
  const { view, shown } = viewOf(second, first)
  expect(shown(lake)).toEqual([id(1)])
  expect([...view.twins(id(2))].sort()).toEqual([id(1), id(2)])
  view.update(lake, [{ id: id(1), item: { ...first, binned: true } }])
  expect(shown(lake)).toEqual([id(2)])
  const bin = { by: null, atMs: 0, isGone: true }
  view.update(lake, [{ id: id(1), item: { ...first, binned: true, bin } }])
  expect(view.twins(id(2))).toEqual([id(2)])
})

test('an album in the bin takes its photos along, and brings them back', () => {
  const copy = photo(9, kitchen, { core: photo(1, lake).core })
  const { view, shown } = viewOf(photo(1, lake), copy, photo(2, cat, { shownIn: lake }))
  const touched = view.setAlbums({ ...nothingBinned, binned: new Set([lake]) })
  expect(new Set(touched)).toEqual(new Set([id(1), id(2), id(9)]))
  expect([shown(lake), view.isCopy(id(9)), view.isShown(id(2))]).toEqual([[], false, false])
  expect(view.inBin().map((item) => item.id)).toEqual([id(1), id(2)])
  view.setAlbums(nothingBinned)
  expect(shown(lake)).toEqual([id(1), id(2)])
  expect(view.isCopy(id(9))).toBe(true)
})

test('nobody can take a photo over by writing its id into another album', () => {
  const { view, shown } = viewOf(photo(1, lake))
  view.update(kitchen, [{ id: id(1), item: photo(7, kitchen) }])
  expect([shown(lake), shown(kitchen)]).toEqual([[id(1)], []])
})
