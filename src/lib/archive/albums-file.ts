/**
 * `albums.json` in an exported zip: all that members said and did about the photos in it, enough to restore them.
 *
 * Shape   UTF-8 JSON, version 1
 *   | field | what |
 *   |---|---|
 *   | format, version | `mantel-albums`, 1 |
 *   | exported | moment, ISO 8601 UTC |
 *   | groups[] | `{id, name, albums[], items[]}` |
 *   | albums[] | `{id, title, order: newest/oldest/hand, cover: item id or null, items: ids in the album's order}` |
 *   | items[].id, kind, name | item id (hex), photo/video/file, name of the original |
 *   | items[].files[] | `{role: original, path: in the zip, content: SHA-256 hex, bytes, mime}`; a live photo's film is another entry, `{role: motion, name: its own, …}`; readers skip roles that they do not know. Empty: it could not be had |
 *   | items[].thumbnail | path in the zip, or null |
 *   | items[].width, height | as displayed; 0 where unknown |
 *   | items[].taken | `{wall: ISO 8601 without offset, offsetMinutes: number or null}`, as members corrected it |
 *   | items[].place | `{latitude, longitude}` in degrees, as members corrected it, or null |
 *   | items[].caption, author | texts; the author by name |
 *   | items[].from | `{group, by}` names of where it was copied from, or null |
 *   | items[].comments[] | `{author, at: ISO 8601 UTC, text}`, the first said first |
 *   | items[].reactions[] | `{author, reaction}` |
 *
 * Errors  `parseAlbumsFile` is total: null for what is no such file, null also for a later version; items and albums
 *         in another shape are left out
 * Source  docs/design.md §10 "Export"
 */
import { albumOrders, type AlbumOrder } from '#lib/albums/album-arranging.ts'
import type { Origin, Place, Taken } from '#lib/albums/item-corrections.ts'
import { itemKinds, type ItemKind } from '#lib/albums/item-core.ts'
import { maxDateMs } from '#lib/base/time.ts'

const fileRoles = ['original', 'motion'] as const

export interface ArchivedFile {
  /** `motion` is the film of a live photo. */
  readonly role: (typeof fileRoles)[number]
  /** Of a film; an original is named as its item. */
  readonly name?: string
  readonly path: string
  readonly content: string
  readonly bytes: number
  readonly mime: string
}

export interface ArchivedItem {
  readonly id: string
  readonly kind: ItemKind
  readonly name: string
  readonly files: readonly ArchivedFile[]
  readonly thumbnail: string | null
  readonly width: number
  readonly height: number
  readonly taken: Taken
  readonly place: Place | null
  readonly caption: string
  readonly author: string
  readonly from: Origin | null
  readonly comments: readonly {
    readonly author: string
    readonly atMs: number
    readonly text: string
  }[]
  readonly reactions: readonly { readonly author: string; readonly reaction: string }[]
}

export interface ArchivedAlbum {
  readonly id: string
  readonly title: string
  readonly order: AlbumOrder
  readonly cover: string | null
  readonly items: readonly string[]
}

export interface ArchivedGroup {
  readonly id: string
  readonly name: string
  readonly albums: readonly ArchivedAlbum[]
  readonly items: readonly ArchivedItem[]
}

export interface AlbumsFile {
  readonly exportedMs: number
  readonly groups: readonly ArchivedGroup[]
}

/** The file of an item that has this role, where it could be had. */
export function archivedFile(
  { files }: Pick<ArchivedItem, 'files'>,
  role: ArchivedFile['role'],
): ArchivedFile | null {
  return files.find((file) => file.role === role) ?? null
}

/** Where it stands in the zip. */
export const albumsFileName = 'albums.json'

const format = 'mantel-albums'
const version = 1
const maxTextChars = 10_000
const maxListLength = 1_000_000

/** The file, in pieces: one per item, so that a large group is never one text in memory. */
export function* writeAlbumsFile(file: AlbumsFile): Generator<string> {
  yield `{"format":${json(format)},"version":${version},"exported":${json(momentOf(file.exportedMs))},"groups":[`
  for (const [n, group] of file.groups.entries()) {
    yield `${n === 0 ? '' : ','}\n{"id":${json(group.id)},"name":${json(group.name)},"albums":[`
    for (const [at, album] of group.albums.entries()) yield `${at === 0 ? '' : ','}\n${json(album)}`
    yield '\n],"items":['
    for (const [at, item] of group.items.entries())
      yield `${at === 0 ? '' : ','}\n${json(writtenItem(item))}`
    yield '\n]}'
  }
  yield '\n]}\n'
}

/** What the text says, or null. */
export function parseAlbumsFile(text: string): AlbumsFile | null {
  const file = asRecord(parseJson(text))
  if (file?.['format'] !== format || file['version'] !== version) return null
  return {
    exportedMs: moment(file['exported']) ?? 0,
    groups: list(file['groups'], parseGroup),
  }
}

/** JSON, or undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function writtenItem(item: ArchivedItem): object {
  const { taken, place, comments } = item
  return {
    ...item,
    taken: {
      wall: momentOf(taken.takenMs).replace(/Z$/, ''),
      offsetMinutes: taken.offsetMinutes,
    },
    place:
      place === null
        ? null
        : { latitude: place.latitudeE7 / 1e7, longitude: place.longitudeE7 / 1e7 },
    comments: comments.map(({ author, atMs, text }) => ({ author, at: momentOf(atMs), text })),
  }
}

type Fields = Readonly<Record<string, unknown>>

function parseGroup(value: unknown): ArchivedGroup | null {
  const group = asRecord(value)
  const id = text(group?.['id'])
  if (group === null || id === null) return null
  return {
    id,
    name: text(group['name']) ?? '',
    albums: list(group['albums'], parseAlbum),
    items: list(group['items'], parseItem),
  }
}

function parseAlbum(value: unknown): ArchivedAlbum | null {
  const album = asRecord(value)
  const id = text(album?.['id'])
  const title = text(album?.['title'])
  if (album === null || id === null || title === null) return null
  return {
    ...{ id, title },
    order: albumOrders.find((order) => order === album['order']) ?? 'newest',
    cover: text(album['cover']),
    items: list(album['items'], text),
  }
}

function parseItem(value: unknown): ArchivedItem | null {
  const item = asRecord(value)
  const id = text(item?.['id'])
  const taken = parseTaken(item?.['taken'])
  if (item === null || id === null || taken === null) return null
  return {
    ...{ id, taken },
    kind: itemKinds.find((kind) => kind === item['kind']) ?? 'file',
    name: text(item['name']) ?? '',
    files: list(item['files'], parseFile),
    thumbnail: text(item['thumbnail']),
    width: whole(item['width'], 0, 1e6) ?? 0,
    height: whole(item['height'], 0, 1e6) ?? 0,
    place: parsePlace(item['place']),
    caption: text(item['caption']) ?? '',
    author: text(item['author']) ?? '',
    from: parseOrigin(item['from']),
    comments: list(item['comments'], parseComment),
    reactions: list(item['reactions'], parseReaction),
  }
}

function parseFile(value: unknown): ArchivedFile | null {
  const file = asRecord(value)
  const path = text(file?.['path'])
  const role = fileRoles.find((known) => known === file?.['role'])
  if (file === null || role === undefined || path === null) return null
  const bytes = whole(file['bytes'], 0, Number.MAX_SAFE_INTEGER) ?? 0
  const [content, mime] = [text(file['content']) ?? '', text(file['mime']) ?? '']
  const name = text(file['name'])
  return { role, ...(name === null ? {} : { name }), path, content, bytes, mime }
}

function parseTaken(value: unknown): Taken | null {
  const taken = asRecord(value)
  const wall = text(taken?.['wall'])
  const takenMs = wall === null ? null : moment(`${wall}Z`)
  if (taken === null || takenMs === null) return null
  return { takenMs, offsetMinutes: whole(taken['offsetMinutes'], -1440, 1440) }
}

/** A place in degrees; null where it is none. */
export function parsePlace(value: unknown): Place | null {
  const place = asRecord(value)
  const latitudeE7 = degrees(place?.['latitude'], 90)
  const longitudeE7 = degrees(place?.['longitude'], 180)
  return latitudeE7 === null || longitudeE7 === null ? null : { latitudeE7, longitudeE7 }
}

function parseOrigin(value: unknown): Origin | null {
  const origin = asRecord(value)
  const [group, by] = [text(origin?.['group']), text(origin?.['by'])]
  return group === null || by === null ? null : { group, by }
}

function parseComment(value: unknown): ArchivedItem['comments'][number] | null {
  const comment = asRecord(value)
  const [author, said, atMs] = [
    text(comment?.['author']),
    text(comment?.['text']),
    moment(comment?.['at']),
  ]
  return author === null || said === null || atMs === null ? null : { author, atMs, text: said }
}

function parseReaction(value: unknown): ArchivedItem['reactions'][number] | null {
  const record = asRecord(value)
  const [author, reaction] = [text(record?.['author']), text(record?.['reaction'])]
  return author === null || reaction === null ? null : { author, reaction }
}

/** Fields of a JSON object; null where the value is none. */
export function asRecord(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null
}

/** A text of bearable length; null where the value is none. */
export function text(value: unknown): string | null {
  return typeof value === 'string' && value.length <= maxTextChars ? value.toWellFormed() : null
}

function list<T>(value: unknown, parse: (one: unknown) => T | null): T[] {
  if (!Array.isArray(value) || value.length > maxListLength) return []
  return value.flatMap((one: unknown) => parse(one) ?? [])
}

function whole(value: unknown, least: number, most: number): number | null {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most
    ? (value as number)
    : null
}

function degrees(value: unknown, most: number): number | null {
  return typeof value === 'number' && Math.abs(value) <= most ? Math.round(value * 1e7) : null
}

function moment(value: unknown): number | null {
  const atMs = typeof value === 'string' ? Date.parse(value) : NaN
  return Number.isFinite(atMs) ? atMs : null
}

function momentOf(ms: number): string {
  return new Date(Math.max(-maxDateMs, Math.min(maxDateMs, ms))).toISOString()
}

function json(value: unknown): string {
  return JSON.stringify(value)
}
