/**
 * The bin of a group: what is in it, emptying it, and standing by what somebody still needs.
 *
 * Emptying marks items first and releases their blobs after that, so that whoever sees the release sees the marks. A
 * blob that any other item uses is never released. What is alive in the documents and released all the same (taken out
 * of the bin at the same time, copied at the same time, or released by somebody who may not) gets a `keep`.
 *
 * Units   times in milliseconds
 * Errors  ChangeProblem; StorageProblem
 * Source  docs/design.md §8 "Bin and release"
 */
import {
  changeToEmpty,
  readBinMark,
  type AlbumItem,
  type BinMark,
} from '#lib/albums/album-document.ts'
import type { RenditionFacts } from '#lib/albums/item-core.ts'
import type { BlobId, DocId, ItemId, MemberId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { groupDocId } from '#lib/crypto/derive.ts'
import { albumBin, changeToEmptyAlbum, memberName } from '#lib/groups/group-document.ts'
import { roleAtLeast } from '#lib/membership/evaluate.ts'
import type { Bin, BinnedAlbum, BinnedPhoto } from './album-api.ts'
import { byDocument } from './album-acts.ts'
import { albumsOf } from './album-list.ts'
import type { ChangeProblem } from './api.ts'
import { daysInBin, noteSeenInBin, type SeenInBin, type ThingInBin } from './bin-notes.ts'
import type { GroupSession } from './group-session.ts'
import { mayAdd } from './standing.ts'

const binDays = 30

/** What the bin needs of a group. */
export type BinSession = Pick<GroupSession, 'replica' | 'projection' | 'store'>

/** What is to be emptied; everything where absent. */
export interface Wanted {
  readonly items?: readonly ItemId[]
  readonly albums?: readonly DocId[]
}

/** What is in the bin, newest first. */
export async function binOf(session: BinSession, nowMs: number): Promise<Bin> {
  const items = inBinNow(session)
  const albums = [...albumsOf(session.replica).binned].filter((album) => !isGone(session, album))
  const seen = await noteSeenInBin(session.store, thingsIn(session, { items, albums }), nowMs)
  const photos = items.sort((a, b) => (b.bin?.atMs ?? 0) - (a.bin?.atMs ?? 0))
  return {
    photos: photos.map((item) => photoOf(session, item, seen)),
    albums: albums.map((album) => albumOf(session, album, seen)),
  }
}

/** How many things the bin shows. */
export function binCount(session: Pick<BinSession, 'replica' | 'projection'>): number {
  const albums = [...albumsOf(session.replica).binned].filter((album) => !isGone(session, album))
  return inBinNow(session).length + albums.length
}

/** What things in the bin, which the index does not hold, say of a blob. */
export function renditionsInBin(
  { projection }: Pick<BinSession, 'projection'>,
  blob: BlobId,
): RenditionFacts[] {
  return projection
    .inBin()
    .flatMap(({ core }) => Object.values(core.renditions))
    .filter((rendition) => rendition?.blob === blob)
    .filter((rendition) => rendition !== null)
}

/** Deletes for good what this person may, and counts what they may not. */
export async function emptyBin(
  session: BinSession,
  wanted: Wanted,
): Promise<Result<{ deleted: number; left: number }, ChangeProblem>> {
  const { replica } = session
  if (!mayAdd(replica)) return err({ kind: 'not-allowed' })
  const isAll = wanted.items === undefined && wanted.albums === undefined
  const items = inBinNow(session).filter(({ id }) => isAll || wanted.items?.includes(id))
  const albums = [...albumsOf(replica).binned].filter(
    (album) => !isGone(session, album) && (isAll || wanted.albums?.includes(album)),
  )
  const mine = items.filter((item) => mayEmpty(session, [item]))
  const mineAlbums = albums.filter((album) => mayEmpty(session, itemsOf(session, album)))
  const marked = await markGone(session, mine, mineAlbums)
  if (!marked.ok) return marked
  const gone = [...mine, ...mineAlbums.flatMap((album) => itemsOf(session, album))]
  const released = await releaseBlobs(session, gone)
  if (!released.ok) return released
  const count = mine.length + mineAlbums.length
  return ok({ deleted: count, left: items.length + albums.length - count })
}

async function markGone(
  { replica }: BinSession,
  items: readonly AlbumItem[],
  albums: readonly DocId[],
): Promise<Result<null, ChangeProblem>> {
  for (const [doc, some] of byDocument(items, ({ album }) => album)) {
    const marked = await replica.change(doc, changeToEmpty(some.map(({ id }) => id)))
    if (!marked.ok) return marked
  }
  for (const album of albums) {
    const marked = await replica.change(groupDocId(replica.group), changeToEmptyAlbum(album))
    if (!marked.ok) return marked
  }
  return ok(null)
}

/** Releases what no other item uses, and gives up this device's copies. */
async function releaseBlobs(
  session: BinSession,
  gone: readonly AlbumItem[],
): Promise<Result<null, ChangeProblem>> {
  const { replica, store } = session
  const used = new Set(aliveItems(session).flatMap(blobsOf))
  const blobs = [...new Set(gone.flatMap(blobsOf))].filter((blob) => !used.has(blob))
  if (blobs.length === 0) return ok(null)
  const released = await replica.releases.release(blobs)
  if (!released.ok) return released
  const relays = [...(replica.state()?.relays.keys() ?? [])]
  for (const blob of blobs) {
    for (const relay of relays) await store.entries.transferDone(relay, blob)
    await store.blobs.remove(blob)
  }
  return ok(null)
}

/** Says that blobs are needed which somebody has released; true if there were any. */
export async function keepWhatIsNeeded(session: BinSession): Promise<boolean> {
  const { replica } = session
  const named = replica.releases.named()
  // What is not merged yet may say that they are gone.
  if (named.size === 0 || !mayAdd(replica) || replica.waitingChanges() > 0) return false
  const needed = aliveItems(session)
    .flatMap(blobsOf)
    .filter((blob) => named.has(blob))
  if (needed.length === 0) return false
  return (await replica.releases.keep([...new Set(needed)])).ok
}

/**
 * Counts a day for what is in the bin, and empties what this device has seen there on 30 days, as far as this person
 * may: only where `isCurrent` says that nobody can have taken it out unheard, and no file of it is still to be sent.
 */
export async function emptyOld(
  session: BinSession,
  { nowMs, isCurrent }: { readonly nowMs: number; readonly isCurrent: () => boolean },
): Promise<void> {
  const items = inBinNow(session)
  const albums = [...albumsOf(session.replica).binned].filter((album) => !isGone(session, album))
  if (items.length + albums.length === 0) return
  const seen = await noteSeenInBin(session.store, thingsIn(session, { items, albums }), nowMs)
  const unsent = (await session.store.entries.waiting()).items
  const isOld = (id: ItemId | DocId, files: readonly AlbumItem[]): boolean =>
    daysInBin(seen, id) >= binDays && !files.some((item) => unsent.has(item.id))
  const old = {
    items: items.filter((item) => isOld(item.id, [item])).map(({ id }) => id),
    albums: albums.filter((album) => isOld(album, itemsOf(session, album))),
  }
  if (old.items.length + old.albums.length > 0 && isCurrent()) await emptyBin(session, old)
}

/** An album counts anew when something comes into it, or leaves it. */
function thingsIn(
  session: BinSession,
  { items, albums }: { readonly items: readonly AlbumItem[]; readonly albums: readonly DocId[] },
): ThingInBin[] {
  return [
    ...items.map(({ id, bin }) => ({ id, mark: markName(bin) })),
    ...albums.map((album) => {
      const mark = readBinMark(albumBin(session.replica.groupContent(), album))
      return { id: album, mark: `${markName(mark)} ${itemsOf(session, album).length}` }
    }),
  ]
}

function markName(mark: BinMark | null): string {
  return `${mark?.by ?? ''} ${mark?.atMs ?? 0}`
}

/** In the bin by themselves, and not emptied; those of an album in the bin go with it. */
function inBinNow({
  replica,
  projection,
}: Pick<BinSession, 'replica' | 'projection'>): AlbumItem[] {
  const { binned } = albumsOf(replica)
  return projection
    .inBin()
    .filter(
      (item) => item.bin !== null && !item.bin.isGone && !binned.has(projection.placeOf(item)),
    )
}

function itemsOf({ projection }: Pick<BinSession, 'projection'>, album: DocId): AlbumItem[] {
  return projection.inBin().filter((item) => projection.placeOf(item) === album)
}

function isGone({ replica }: Pick<BinSession, 'replica'>, album: DocId): boolean {
  return readBinMark(albumBin(replica.groupContent(), album))?.isGone === true
}

/** Items that the documents do not say are deleted for good. */
function aliveItems(session: Pick<BinSession, 'replica' | 'projection'>): AlbumItem[] {
  const { projection, replica } = session
  const gone = new Set([...albumsOf(replica).binned].filter((album) => isGone(session, album)))
  return [...projection.all()].filter(
    (item) => item.bin?.isGone !== true && !gone.has(projection.placeOf(item)),
  )
}

function blobsOf({ core }: AlbumItem): BlobId[] {
  return Object.values(core.renditions).flatMap((rendition) => rendition?.blob ?? [])
}

/** Whether this person added all of these, or is an admin. */
function mayEmpty({ replica }: BinSession, items: readonly AlbumItem[]): boolean {
  const me = replica.me()?.member
  const role = me === undefined ? undefined : replica.state()?.members.get(me)?.role
  if (role === undefined) return false
  return roleAtLeast(role, 'admin') || items.every(({ core }) => core.author === me)
}

function photoOf(session: BinSession, item: AlbumItem, seen: SeenInBin): BinnedPhoto {
  const { projection } = session
  const { core } = item
  return {
    ...{ item: item.id, kind: core.kind, name: core.name, takenMs: item.taken.takenMs },
    ...{ width: core.width, height: core.height, thumbhash: core.thumbhash },
    albumTitle: projection.title(projection.placeOf(item)),
    authorName: nameOf(session, core.author),
    thumbnail: core.renditions.thumbnail?.blob ?? null,
    preview: core.renditions.preview?.blob ?? null,
    byName: nameOf(session, item.bin?.by ?? null),
    daysLeft: daysLeft(seen, item.id),
    mayEmpty: mayEmpty(session, [item]),
  }
}

function albumOf(session: BinSession, album: DocId, seen: SeenInBin): BinnedAlbum {
  const items = itemsOf(session, album)
  const newest = [...items].sort((a, b) => b.core.takenMs - a.core.takenMs)
  const mark = readBinMark(albumBin(session.replica.groupContent(), album))
  return {
    album,
    title: session.projection.title(album),
    count: items.length,
    cover: newest.flatMap(({ core }) => core.renditions.thumbnail?.blob ?? [])[0] ?? null,
    byName: nameOf(session, mark?.by ?? null),
    daysLeft: daysLeft(seen, album),
    mayEmpty: mayEmpty(session, items),
  }
}

function nameOf({ replica }: BinSession, member: MemberId | null): string {
  return member === null ? '' : memberName(replica.groupContent(), member)
}

function daysLeft(seen: SeenInBin, id: ItemId | DocId): number {
  return Math.max(0, binDays - daysInBin(seen, id))
}
