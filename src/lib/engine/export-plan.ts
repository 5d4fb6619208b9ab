/**
 * Which photos an export takes, and under which names they stand in its zip.
 *
 * Shape   `<album>/<date> <name>` for each photo, the film of a live photo under the same name; below `<group>/` where there are several groups; a photo that two
 *         albums show is in both folders
 * Source  docs/design.md §10 "Export"
 */
import { albumCover, albumOrder, compareByHand } from '#lib/albums/album-arranging.ts'
import type { AlbumItem } from '#lib/albums/album-document.ts'
import type { ArchivedAlbum } from '#lib/archive/albums-file.ts'
import {
  createNameRegister,
  datedName,
  portableName,
  splitName,
  type NameRegister,
} from '#lib/archive/portable-name.ts'
import type { DocId, ItemId } from '#lib/base/ids.ts'
import { safeMediaName } from '#lib/base/media-name.ts'
import { groupName } from '#lib/groups/group-document.ts'
import { albumsOf } from './album-list.ts'
import type { ExportWish } from './archive-api.ts'
import type { GroupSession } from './group-session.ts'

export interface PlannedItem {
  readonly item: AlbumItem
  /** Of the original, in the zip. */
  readonly path: string
  /** Of the film of a live photo, where that is a file of its own. */
  readonly filmPath: string | null
}

export interface PlannedGroup {
  readonly session: GroupSession
  readonly name: string
  readonly albums: readonly (Omit<ArchivedAlbum, 'items'> & {
    readonly items: readonly PlannedItem[]
  })[]
}

export interface PlannedExport {
  /** Of the one album or group; null where there are several. */
  readonly title: string | null
  readonly groups: readonly PlannedGroup[]
  readonly photos: number
  readonly bytes: number
}

/** Null where a group is not open here. */
export function planExport(
  wishes: readonly ExportWish[],
  sessionOf: (group: ExportWish['group']) => GroupSession | null,
): PlannedExport | null {
  const names = createNameRegister()
  const groups: PlannedGroup[] = []
  for (const wish of wishes) {
    const session = sessionOf(wish.group)
    if (session === null) return null
    const name = groupName(session.replica.groupContent())
    const folder = wishes.length > 1 ? names.take('', { stem: name, extension: '' }) : ''
    groups.push({ session, name, albums: albumsOfWish(session, wish, { names, folder }) })
  }
  const all = groups.flatMap(({ albums }) => albums.flatMap(({ items }) => items))
  const [group] = groups
  const isOneAlbum = wishes.length === 1 && wishes[0]?.album !== undefined
  const single = groups.length === 1 ? (group ?? null) : null
  return {
    title: isOneAlbum ? (single?.albums[0]?.title ?? null) : (single?.name ?? null),
    groups,
    photos: all.length,
    bytes: all.reduce((sum, { item }) => sum + givenBytes(item), 0),
  }
}

/** What all files of an item take. */
function givenBytes({ core }: AlbumItem): number {
  const { original, motion } = core.renditions
  return (original?.size ?? 0) + (motion?.size ?? 0)
}

/** A file name for the zip. */
export function zipNameOf(title: string, nowMs: number): string {
  return `${portableName(title, 'photos', 80)} ${new Date(nowMs).toISOString().slice(0, 10)}.zip`
}

interface Naming {
  readonly names: NameRegister
  readonly folder: string
}

function albumsOfWish(
  session: GroupSession,
  wish: ExportWish,
  { names, folder }: Naming,
): PlannedGroup['albums'] {
  const { replica, projection } = session
  const { listed, binned } = albumsOf(replica)
  const chosen = wish.items === undefined ? null : new Set<ItemId>(wish.items)
  const isWhole = chosen === null && wish.album === undefined
  const albums = listed.filter((album) =>
    wish.album === undefined ? !binned.has(album) : album === wish.album,
  )
  return albums.flatMap((id) => {
    const items = inOrder(session, id).filter((item) => chosen === null || chosen.has(item.id))
    if (items.length === 0 && !isWhole && id !== wish.album) return []
    const title = projection.title(id)
    const at = names.take(folder, { stem: title, extension: '' })
    const cover = albumCover(replica.documents.read(id))
    return {
      ...{ id, title, order: albumOrder(replica.documents.read(id)) },
      cover: items.some((item) => item.id === cover) ? cover : null,
      items: items.map((item) => ({ item, ...pathsOf(item, { names, folder: at }) })),
    }
  })
}

function pathsOf({ core, taken }: AlbumItem, { names, folder }: Naming) {
  const path = names.take(folder, datedName(taken.takenMs, safeMediaName(core)))
  const { film, renditions } = core
  if (film === null || !('content' in film)) return { path, filmPath: null }
  const { stem } = splitName(path.slice(path.lastIndexOf('/') + 1))
  const mime = renditions.motion?.mime ?? ''
  const { extension } = datedName(0, safeMediaName({ kind: 'video', name: film.name, mime }))
  return { path, filmPath: names.take(folder, { stem, extension }) }
}

/** What an album shows, as it shows it. */
function inOrder({ replica, projection }: GroupSession, album: DocId): AlbumItem[] {
  const order = albumOrder(replica.documents.read(album))
  const compare = (a: AlbumItem, b: AlbumItem): number =>
    order === 'hand'
      ? compareByHand(ranked(a), ranked(b))
      : (a.taken.takenMs - b.taken.takenMs || (a.id < b.id ? -1 : 1)) *
        (order === 'newest' ? -1 : 1)
  return [...projection.shown(album)].sort(compare)
}

function ranked({ id, rank, taken }: AlbumItem) {
  return { id, rank, takenMs: taken.takenMs }
}
