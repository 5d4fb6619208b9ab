/**
 * What members do to albums and items: few changes each, durable when the act resolves, offline as well.
 */
import {
  albumOrder,
  changeToMove,
  changeCover,
  changeOrder,
  changeRanks,
  ranksToPlace,
  type AlbumOrder,
} from '#lib/albums/album-arranging.ts'
import {
  changeBin,
  changeCaption,
  changePlace,
  changeTaken,
  changeTitle,
  changeToAddItems,
  changeToNewAlbum,
  type AlbumDocument,
  type AlbumItem,
} from '#lib/albums/album-document.ts'
import { encodeItemCore } from '#lib/albums/item-core.ts'
import { createLikeness } from '#lib/albums/item-likeness.ts'
import { idToBytes, randomId, type DocId, type ItemId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { groupDocId } from '#lib/crypto/derive.ts'
import { changeAlbumBin, changeToListAlbum } from '#lib/groups/group-document.ts'
import type { Edit } from '#lib/sync/documents.ts'
import type { ChangeProblem } from './api.ts'
import type { GroupSession } from './group-session.ts'

type Outcome = Result<null, ChangeProblem>

/** A new album, listed in its group. */
export async function createAlbum(
  { replica }: GroupSession,
  title: string,
  nowMs: number,
): Promise<Result<{ album: DocId }, ChangeProblem>> {
  if (title.trim() === '') return err({ kind: 'empty-name' })
  const album = randomId('DocId')
  const created = await replica.change(album, changeToNewAlbum(title.trim()))
  if (!created.ok) return created
  const listed = await replica.change(groupDocId(replica.group), changeToListAlbum(album, nowMs))
  return listed.ok ? ok({ album }) : listed
}

export async function renameAlbum(
  { replica }: GroupSession,
  album: DocId,
  title: string,
): Promise<Outcome> {
  if (title.trim() === '') return err({ kind: 'empty-name' })
  if (replica.documents.read(album) === null) return err({ kind: 'unknown' })
  return settled(await replica.change(album, changeTitle(title.trim())))
}

/** What stands for the album; null leaves it to the newest photo. */
export async function setAlbumCover(
  { replica, projection }: GroupSession,
  album: DocId,
  item: ItemId | null,
): Promise<Outcome> {
  if (item !== null && projection.item(item) === null) return err({ kind: 'unknown' })
  return changeAlbum(replica, album, changeCover(item))
}

export function setAlbumOrder(
  { replica }: GroupSession,
  album: DocId,
  order: AlbumOrder,
): Promise<Outcome> {
  return changeAlbum(replica, album, changeOrder(order))
}

/** Gives items a place by hand in what the album shows now; each is written in its own document. */
export async function placeInAlbum(
  session: GroupSession,
  album: DocId,
  { items, before }: { readonly items: readonly ItemId[]; readonly before: ItemId | null },
): Promise<Outcome> {
  const { replica, projection } = session
  const shown = new Map(projection.shown(album).map((item) => [item.id as string, item]))
  if (!items.every((id) => shown.has(id))) return err({ kind: 'unknown' })
  const all = [...shown.values()].map(({ id, rank, taken }) => ({
    id,
    rank,
    takenMs: taken.takenMs,
  }))
  const order = albumOrder(replica.documents.read(album))
  const ranks = ranksToPlace(all, { moved: items, before, order })
  const placed = ranks.flatMap(({ id, rank }) => {
    const item = shown.get(id)
    return item === undefined ? [] : [{ item, rank }]
  })
  for (const [doc, some] of byDocument(placed, ({ item }) => item.album)) {
    const mine = some.map(({ item, rank }) => ({ id: item.id, rank }))
    const outcome = settled(await replica.change(doc, changeRanks(mine)))
    if (!outcome.ok) return outcome
  }
  return changeAlbum(replica, album, changeOrder('hand'))
}

/** Shows items, with everything that looks like them in their album, in another album. */
export async function moveToAlbum(
  session: GroupSession,
  items: readonly ItemId[],
  album: DocId,
): Promise<Result<{ from: { item: ItemId; album: DocId }[] }, ChangeProblem>> {
  const { replica, projection } = session
  if (replica.documents.read(album) === null) return err({ kind: 'unknown' })
  const found = withTwins(session, items)
  if (found === null) return err({ kind: 'unknown' })
  const from = found.map((item) => ({ item: item.id, album: projection.placeOf(item) }))
  for (const [doc, some] of byDocument(found, (item) => item.album)) {
    const ids = some.map(({ id }) => id)
    const outcome = settled(await replica.change(doc, changeToMove(ids, album)))
    if (!outcome.ok) return outcome
  }
  return ok({ from })
}

/** Shows items where each of them was: these alone, for what looks like them there was there before. */
export async function moveBack(
  { replica, projection }: GroupSession,
  from: readonly { readonly item: ItemId; readonly album: DocId }[],
): Promise<Outcome> {
  const found = from.map(({ item, album }) => ({ item: projection.item(item), album }))
  if (found.some(({ item, album }) => item === null || replica.documents.read(album) === null))
    return err({ kind: 'unknown' })
  for (const [album, some] of byDocument(found, (one) => one.album)) {
    const items = some.flatMap(({ item }) => item ?? [])
    for (const [doc, written] of byDocument(items, (item) => item.album)) {
      const ids = written.map(({ id }) => id)
      const outcome = settled(await replica.change(doc, changeToMove(ids, album)))
      if (!outcome.ok) return outcome
    }
  }
  return ok(null)
}

/** New items of the same core and files, where the album does not show such a one yet. */
export async function copyToAlbum(
  { replica, projection }: GroupSession,
  items: readonly ItemId[],
  album: DocId,
): Promise<Result<{ copies: ItemId[] }, ChangeProblem>> {
  if (replica.documents.read(album) === null) return err({ kind: 'unknown' })
  const isAlike = createLikeness()
  const there = Map.groupBy(
    projection.shown(album).map(({ core }) => core),
    ({ content }) => content,
  )
  const copies: Copy[] = []
  for (const id of items) {
    const item = projection.item(id)
    if (item === null) return err({ kind: 'unknown' })
    const { core } = item
    const others = there.get(core.content) ?? []
    if (others.some((other) => isAlike(other, core))) continue
    there.set(core.content, [...others, core])
    copies.push({ id: replica.newItemId(album), core: encodeItemCore(core), of: item })
  }
  const written = await replica.change(album, changeToAddCopies(copies))
  return written.ok ? ok({ copies: copies.map(({ id }) => id) }) : written
}

interface Copy {
  readonly id: ItemId
  readonly core: Uint8Array
  readonly of: AlbumItem
}

/** With what members said of them and corrected. */
function changeToAddCopies(copies: readonly Copy[]): (draft: AlbumDocument) => void {
  return (draft) => {
    changeToAddItems(copies.map(({ id, core }) => ({ id, core })))(draft)
    for (const { id, of } of copies) {
      const { caption, taken, place, core } = of
      if (caption !== '') changeCaption(id, caption)(draft)
      const isRetimed = taken.takenMs !== core.takenMs || taken.offsetMinutes !== core.offsetMinutes
      if (isRetimed) changeTaken([{ item: id, taken }])(draft)
      const isReplaced =
        place?.latitudeE7 !== core.place?.latitudeE7 ||
        place?.longitudeE7 !== core.place?.longitudeE7
      if (isReplaced) changePlace([id], place)(draft)
    }
  }
}

/** An album with all it shows into the bin, or out of it. */
export async function setAlbumBinned(
  { replica }: GroupSession,
  album: DocId,
  bin: { readonly binned: boolean; readonly nowMs: number },
): Promise<Outcome> {
  const member = replica.me()?.member
  if (member === undefined) return err({ kind: 'not-allowed' })
  const mark = bin.binned ? { by: idToBytes(member), at: bin.nowMs } : null
  return settled(await replica.change(groupDocId(replica.group), changeAlbumBin(album, mark)))
}

export async function setCaption(
  { replica, projection }: GroupSession,
  item: ItemId,
  caption: string,
): Promise<Outcome> {
  const album = projection.item(item)?.album
  if (album === undefined) return err({ kind: 'unknown' })
  return settled(await replica.change(album, changeCaption(item, caption.trim())))
}

/**
 * Into the bin or out of it, per document one change; every twin with the same content goes along. What is in the bin
 * already stays there as it is.
 */
export async function setBinned(
  session: GroupSession,
  items: readonly ItemId[],
  bin: { readonly binned: boolean; readonly nowMs: number },
): Promise<Outcome> {
  const { replica } = session
  const member = replica.me()?.member
  if (member === undefined) return err({ kind: 'not-allowed' })
  const all = withTwins(session, items)
  if (all === null) return err({ kind: 'unknown' })
  const found = bin.binned ? all.filter(({ binned, id }) => !binned || items.includes(id)) : all
  const mark = bin.binned ? { by: idToBytes(member), at: bin.nowMs } : null
  for (const [doc, some] of byDocument(found, (item) => item.album)) {
    const ids = some.map(({ id }) => id)
    const outcome = settled(await replica.change(doc, changeBin(ids, mark)))
    if (!outcome.ok) return outcome
  }
  return ok(null)
}

async function changeAlbum(
  replica: GroupSession['replica'],
  album: DocId,
  edit: Edit,
): Promise<Outcome> {
  if (replica.documents.read(album) === null) return err({ kind: 'unknown' })
  return settled(await replica.change(album, edit))
}

/** The items and all that show as one with them; null where one is not known. */
function withTwins({ projection }: GroupSession, ids: readonly ItemId[]): AlbumItem[] | null {
  const all = new Map<ItemId, AlbumItem>()
  for (const id of ids) {
    if (projection.item(id) === null) return null
    for (const twin of projection.twins(id)) {
      const item = projection.item(twin)
      if (item !== null) all.set(twin, item)
    }
  }
  return [...all.values()]
}

/** What is changed together: an entry holds changes of one document. */
export function byDocument<T>(all: readonly T[], documentOf: (one: T) => DocId): Map<DocId, T[]> {
  return Map.groupBy(all, documentOf)
}

function settled(outcome: Result<unknown, ChangeProblem>): Outcome {
  return outcome.ok ? ok(null) : outcome
}
