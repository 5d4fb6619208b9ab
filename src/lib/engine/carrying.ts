/**
 * Writes the albums of a group into the one that was made out of it: titles, items, captions, the bin, the agreement
 * and everybody's names. The files follow by the ordinary transfer queue, small ones first (borrowing.ts).
 *
 * Every step looks first at what is there already, so it can be taken up after a kill wherever it stopped. Items and
 * their transfers are stored in one step.
 *
 * Errors  `NotNow` where the new group cannot be written to yet; StorageProblem
 * Source  docs/design.md §5 "Forking"
 */
import { albumCover, albumOrder, changeCover, changeOrder } from '#lib/albums/album-arranging.ts'
import {
  albumItemIds,
  albumTitle,
  changeToNewAlbum,
  readBinMark,
  type AlbumDocument,
  type DocumentContent,
} from '#lib/albums/album-document.ts'
import { changeToCarry, readCarriedItem, type CarriedItem } from '#lib/albums/carried-item.ts'
import { idToBytes, type DocId, type ItemId } from '#lib/base/ids.ts'
import type { Result } from '#lib/base/result.ts'
import { sealedSize } from '#lib/crypto/blob-format.ts'
import { deriveForkAlbum, groupDocId } from '#lib/crypto/derive.ts'
import {
  changeAgreement,
  albumBin,
  changeAlbumBin,
  changeToListAlbum,
  changeToRemember,
  groupAgreement,
  listedAlbums,
  namesIn,
  type GroupDocument,
} from '#lib/groups/group-document.ts'
import { maxOperations } from '#lib/sync/change-size.ts'
import type { Transfer } from '#lib/ports/entry-store.ts'
import type { ForkRecord } from '#lib/ports/key-store.ts'
import type { WriteProblem } from '#lib/sync/writer.ts'
import { lend } from './borrowing.ts'
import type { GroupSession } from './group-session.ts'

/** The two groups, and what the device remembers of the fork. */
export interface Fork {
  readonly from: GroupSession
  readonly to: GroupSession
  readonly record: ForkRecord
  readonly clock: () => number
}

/** Nothing can be written now; later it can. */
export class NotNow extends Error {}

const batchItems = 100

/** Everything that documents hold. */
export async function carryDocuments(fork: Fork): Promise<void> {
  await carryWords(fork)
  const albums = listedAlbums(fork.from.replica.groupContent())
  for (const album of albums) await carryAlbum(fork, album)
}

async function carryWords({ from, to }: Fork): Promise<void> {
  const content = from.replica.groupContent()
  const me = to.replica.me()?.member
  if (me === undefined) throw new NotNow()
  const agreement = groupAgreement(content)
  written(
    await to.replica.change(groupDocId(to.group), (draft: GroupDocument) => {
      changeToRemember(namesIn(content))(draft)
      if (draft.agreement === '' && agreement !== '') changeAgreement(me, agreement)(draft)
    }),
  )
}

async function carryAlbum(fork: Fork, album: DocId): Promise<void> {
  const { from, to, record, clock } = fork
  const { documents } = from.replica
  const carried = deriveForkAlbum(record.seed, album)
  if (to.replica.documents.read(carried) === null)
    written(await to.replica.change(carried, changeToMakeAgain(fork, documents.read(album))))
  const listing = readBinMark(albumBin(from.replica.groupContent(), album))
  written(
    await to.replica.change(groupDocId(to.group), (draft: GroupDocument) => {
      const isNew = !(carried in draft.albums)
      changeToListAlbum(carried, clock())(draft)
      const me = to.replica.me()?.member
      if (isNew && listing !== null && me !== undefined)
        changeAlbumBin(carried, { by: idToBytes(me), at: listing.atMs })(draft)
    }),
  )
  const ids = new Map(
    albumItemIds(documents.read(album)).map((id) => [id, to.replica.newItemId(carried, id)]),
  )
  for (;;) {
    const batch = nextOf(fork, { album, carried, ids })
    if (batch.length === 0) return
    for (const { core } of batch) {
      const { thumbnail } = core.renditions
      if (thumbnail !== null) await lend(from, to, thumbnail.blob)
    }
    const transfers = batch.flatMap((item) => transfersOf(fork, carried, item))
    written(await to.replica.change(carried, changeToCarry(batch), { transfers }))
  }
}

/** A new album of the same name, cover and order. */
function changeToMakeAgain(
  { from, to, record }: Fork,
  document: DocumentContent,
): (draft: AlbumDocument) => void {
  const cover = albumCover(document)
  const home = cover === null ? undefined : from.projection.item(cover)?.album
  return (draft) => {
    changeToNewAlbum(albumTitle(document))(draft)
    if (cover !== null && home !== undefined)
      changeCover(to.replica.newItemId(deriveForkAlbum(record.seed, home), cover))(draft)
    changeOrder(albumOrder(document))(draft)
  }
}

interface Carrying {
  readonly album: DocId
  readonly carried: DocId
  /** The new items by those that they continue. */
  readonly ids: ReadonlyMap<ItemId, ItemId>
}

/** The newest that are not in the new album yet. */
function nextOf({ from, to, record }: Fork, { album, carried, ids }: Carrying): CarriedItem[] {
  const was = from.replica.me()?.member
  const is = to.replica.me()?.member
  if (was === undefined || is === undefined) throw new NotNow()
  const albumOf = (old: DocId): DocId => deriveForkAlbum(record.seed, old)
  const document = from.replica.documents.read(album)
  const there = new Set(albumItemIds(to.replica.documents.read(carried)))
  const waiting = [...ids]
    .filter(([, as]) => !there.has(as))
    .flatMap(([id, as]) => readCarriedItem(document, { album, id, as }, { was, is, albumOf }) ?? [])
    .sort((a, b) => b.core.takenMs - a.core.takenMs)
  return waiting.slice(0, bearableCount(waiting))
}

/** How many of these fit into one change: every character of a caption is an operation (sync/change-size.ts). */
function bearableCount(items: readonly CarriedItem[]): number {
  let [count, chars] = [0, 0]
  for (const { fields } of items.slice(0, batchItems)) {
    chars += fields.caption?.length ?? 0
    if (count > 0 && chars > maxOperations / 2) break
    count++
  }
  return count
}

/** All files of an item, whether they are here or not. */
function transfersOf({ to }: Fork, doc: DocId, { id, core }: CarriedItem): Transfer[] {
  const relays = [...(to.replica.state()?.relays.keys() ?? [])]
  const ranked = [
    [core.renditions.thumbnail, 1],
    [core.renditions.preview, 2],
    [core.renditions.original, 3],
    [core.renditions.motion, 3],
  ] as const
  return relays.flatMap((relay) =>
    ranked.flatMap(([facts, rank]) => {
      if (facts === null) return []
      const size = sealedSize(facts.size)
      return [{ relay, blob: facts.blob, doc, item: id, rank, addedMs: core.takenMs, size }]
    }),
  )
}

function written(outcome: Result<unknown, WriteProblem>): void {
  if (!outcome.ok) throw new NotNow()
}
