/**
 * What zips hold, as it would come into a group: Mantel's own exports with all that members said, Google Takeout with
 * its side-cars and albums, any other zip by its folders.
 *
 * What looks like the two files of a live photo by its names is one entry; whoever reads them looks closer.
 * Several zips chosen together are one: Takeout puts a photo into one part and its side-car into another. Of files with
 * one length and CRC the first is taken and the others show as copies of it.
 *
 * Errors  total; what is no photo is counted, and named where it looks like more (a zip in the zip); photos that cannot
 *         be unpacked stay out, and are named with the reason
 * Source  albums-file.ts, takeout.ts; docs/design.md §10 "Import of zips"
 */
import type { AlbumOrder } from '#lib/albums/album-arranging.ts'
import {
  albumsFileName,
  archivedFile,
  parseAlbumsFile,
  type AlbumsFile,
  type ArchivedFile,
  type ArchivedItem,
} from './albums-file.ts'
import type { Obstacle } from './packed-file.ts'
import { parseTakeoutAlbum, sideCarOf } from './takeout.ts'
import type { ZippedFile } from './zip-reader.ts'

export interface PlannedAlbum {
  readonly key: string
  readonly title: string
  readonly order: AlbumOrder | null
  /** Id in the zip of the item that stands for it. */
  readonly cover: string | null
}

export interface PlannedFile {
  readonly file: ZippedFile
  readonly name: string
  /** Key of its album; null leaves it to the person. */
  readonly album: string | null
  /** Of a live photo: its film, as an export says, or so it seems by the names (`isSure`). */
  readonly film: {
    readonly file: ZippedFile
    readonly name: string
    readonly isSure: boolean
  } | null
  /** Takeout's side-car. */
  readonly sideCar: ZippedFile | null
  /** What a Mantel export says of it, and the name of the group that it is from. */
  readonly archived: { readonly item: ArchivedItem; readonly group: string } | null
  /** Its place in an album that is ordered by hand. */
  readonly rank: number | null
}

/** A photo that is there and cannot be unpacked. */
export interface LockedFile {
  readonly name: string
  readonly why: Obstacle
}

export interface ImportPlan {
  readonly source: 'mantel' | 'takeout' | 'folders'
  readonly albums: readonly PlannedAlbum[]
  readonly files: readonly PlannedFile[]
  /** Names of items whose original was not in the zip when it was made, or is not there now. */
  readonly missing: readonly string[]
  readonly locked: readonly LockedFile[]
  /** Files that are no photos. */
  readonly ignored: number
  readonly hasZips: boolean
}

const photoName =
  /\.(?:jpe?g|jpe|jfif|png|gif|webp|avif|hei[cf]|hif|bmp|tiff?|jxl|dng|cr[23]|nef|arw|raf|orf|rw2|pef|srw|mp4|mov|m4v|mp|avi|mkv|webm|3gp|mts|m2ts|mpe?g|wmv)$/i
const stillName = /\.(?:heic|heif|hif|jpe?g|png|webp|avif|dng)$/i
const filmName = /\.(?:mov|mp4|m4v|mp)$/i
const maxAlbumsFileBytes = 256 * 2 ** 20
const maxSideCarBytes = 2 ** 20

/** Sorts out what is in zips. */
export async function planImport(
  all: readonly ZippedFile[],
  signal: AbortSignal,
): Promise<ImportPlan> {
  const files = all.filter(({ obstacle }) => obstacle === null)
  const own = await ownExport(files, signal)
  if (own !== null) return planOfExport(all, own)
  const locked = lockedAmong(all.filter(({ path }) => photoName.test(path)))
  const isTakeout = all.some(({ path }) => /^Takeout\/|\.supplemental-metadata/.test(path))
  const plan = isTakeout ? await planOfTakeout(files, signal) : planOfFolders(files)
  return { ...plan, locked }
}

function lockedAmong(files: readonly ZippedFile[]): LockedFile[] {
  return files.flatMap(({ path, obstacle }) =>
    obstacle === null ? [] : [{ name: nameOf(path), why: obstacle }],
  )
}

/** Text of a small file in a zip; null where it is too large. */
export async function readSideCar(file: ZippedFile, signal: AbortSignal): Promise<string | null> {
  return file.size > maxSideCarBytes ? null : (await file.read(signal)).text()
}

interface OwnExport {
  /** Folder of the export in the zip, with its slash. */
  readonly base: string
  readonly file: AlbumsFile
}

async function ownExport(
  files: readonly ZippedFile[],
  signal: AbortSignal,
): Promise<OwnExport | null> {
  const depth = ({ path }: ZippedFile): number => path.split('/').length
  const found = files
    .filter(({ path }) => path === albumsFileName || path.endsWith(`/${albumsFileName}`))
    .sort((a, b) => depth(a) - depth(b))[0]
  if (found === undefined || found.size > maxAlbumsFileBytes) return null
  const file = parseAlbumsFile(await (await found.read(signal)).text())
  const base = found.path.slice(0, -albumsFileName.length)
  return file === null ? null : { base, file }
}

function planOfExport(all: readonly ZippedFile[], { base, file }: OwnExport): ImportPlan {
  const byPath = new Map(all.map((each) => [each.path, each]))
  const locked = new Set<ZippedFile>()
  const albums: PlannedAlbum[] = []
  const planned: PlannedFile[] = []
  const missing: string[] = []
  for (const group of file.groups) {
    const items = new Map(group.items.map((item) => [item.id, item]))
    for (const { id, title, order, cover, items: ids } of group.albums) {
      const key = `${group.id}/${id}`
      albums.push({ key, title, order, cover })
      for (const [rank, itemId] of ids.entries()) {
        const item = items.get(itemId)
        if (item === undefined) continue
        const fileOf = (archived: ArchivedFile | null, name: string): ZippedFile | undefined => {
          const found = archived === null ? undefined : byPath.get(base + archived.path)
          if (found === undefined) missing.push(name)
          else if (found.obstacle !== null) locked.add(found)
          return found?.obstacle === null ? found : undefined
        }
        const original = fileOf(archivedFile(item, 'original'), item.name)
        const motion = archivedFile(item, 'motion')
        const film = motion === null ? undefined : fileOf(motion, motion.name ?? item.name)
        if (original !== undefined)
          planned.push({
            ...{ file: original, name: item.name, album: key, sideCar: null },
            ...{ archived: { item, group: group.name }, rank: order === 'hand' ? rank : null },
            film:
              film === undefined
                ? null
                : { file: film, name: nameOfFilm(motion, film), isSure: true },
          })
      }
    }
  }
  return {
    ...{ source: 'mantel', albums, files: planned, missing, ignored: 0, hasZips: false },
    locked: lockedAmong([...locked]),
  }
}

/** What is planned of the files that can be unpacked. */
type OpenPlan = Omit<ImportPlan, 'locked'>

async function planOfTakeout(files: readonly ZippedFile[], signal: AbortSignal): Promise<OpenPlan> {
  const albums: PlannedAlbum[] = []
  const planned: PlannedFile[] = []
  for (const [folder, inside] of foldersOf(files)) {
    const byName = new Map(inside.map((file) => [nameOf(file.path), file]))
    const names = new Set(byName.keys())
    const photos = inside.filter(({ path }) => photoName.test(path))
    const films = filmsOf(photos)
    const joined = new Set(films.values())
    if (photos.length === 0) continue
    const title = await albumTitleIn(inside, signal)
    if (title !== null) albums.push({ key: folder, title, order: null, cover: null })
    for (const file of photos) {
      if (joined.has(file)) continue
      const sideCar = byName.get(sideCarOf(nameOf(file.path), names) ?? '') ?? null
      const album = title === null ? null : folder
      planned.push({ ...planOf(file, album, films.get(file)), sideCar })
    }
  }
  // What somebody put into an album has its place there, not in the folder of its year.
  planned.sort((a, b) => Number(a.album === null) - Number(b.album === null))
  return { source: 'takeout', albums, files: planned, missing: [], ...othersIn(files) }
}

/** An album's own file is called `metadata.json` in the language of the account. */
async function albumTitleIn(
  inside: readonly ZippedFile[],
  signal: AbortSignal,
): Promise<string | null> {
  const few = inside.filter(({ path }) =>
    /^m[eé]t[ada][^.]*(?:\(\d+\))?\.json$/i.test(nameOf(path)),
  )
  for (const file of few) {
    const title = parseTakeoutAlbum((await readSideCar(file, signal)) ?? '')
    if (title !== null) return title
  }
  return null
}

function planOfFolders(files: readonly ZippedFile[]): OpenPlan {
  const photos = files.filter(({ path }) => photoName.test(path))
  const folders = [...foldersOf(photos).keys()]
  const root = commonFolder(folders)
  const albums = folders
    .filter((folder) => folder !== root)
    .map((folder) => ({ key: folder, title: nameOf(folder), order: null, cover: null }))
  const keys = new Set(albums.map(({ key }) => key))
  const films = filmsOf(photos)
  const joined = new Set(films.values())
  const planned = photos.flatMap((file) => {
    const folder = folderOf(file.path)
    if (joined.has(file)) return []
    return [planOf(file, keys.has(folder) ? folder : null, films.get(file))]
  })
  return { source: 'folders', albums, files: planned, missing: [], ...othersIn(files) }
}

function planOf(file: ZippedFile, album: string | null, film?: ZippedFile): PlannedFile {
  const seeming = film === undefined ? null : { file: film, name: nameOf(film.path), isSure: false }
  const name = nameOf(file.path)
  return { file, name, album, film: seeming, sideCar: null, archived: null, rank: null }
}

/** What looks like the film of a still by the names in one folder: `a.HEIC` and `a.MP4`, `b.MP.jpg` and `b.MP`. */
function filmsOf(photos: readonly ZippedFile[]): Map<ZippedFile, ZippedFile> {
  const stills = new Map<string, ZippedFile>()
  for (const file of photos) {
    const { path } = file
    const stem = stemOf(path)
    if (stillName.test(path) && !stills.has(stem)) stills.set(stem, file)
  }
  const films = new Map<ZippedFile, ZippedFile>()
  for (const file of photos) {
    const { path } = file
    if (!filmName.test(path)) continue
    const still = stills.get(stemOf(path)) ?? stills.get(folded(path))
    if (still !== undefined && !films.has(still)) films.set(still, file)
  }
  return films
}

/** Some programs write the names of the two in letters of different size. */
function stemOf(path: string): string {
  return folded(path.replace(/\.[^./]*$/, ''))
}

function folded(path: string): string {
  return path.normalize('NFC').toLowerCase()
}

function nameOfFilm(archived: ArchivedFile | null, { path }: ZippedFile): string {
  return archived?.name ?? nameOf(path)
}

function othersIn(files: readonly ZippedFile[]): Pick<ImportPlan, 'ignored' | 'hasZips'> {
  const others = files.filter(({ path }) => !photoName.test(path) && !path.endsWith('.json'))
  return { ignored: others.length, hasZips: others.some(({ path }) => /\.zip$/i.test(path)) }
}

function foldersOf(files: readonly ZippedFile[]): Map<string, ZippedFile[]> {
  return Map.groupBy(files, ({ path }) => folderOf(path))
}

/** The folder that everything is in, where all photos are in one or in folders below it. */
function commonFolder(folders: readonly string[]): string {
  const [first = '', ...others] = folders.map((folder) => folder.split('/'))
  const parts = first === '' ? [] : first
  const shared = parts.findIndex((part, n) => others.some((other) => other[n] !== part))
  return (shared < 0 ? parts : parts.slice(0, shared)).join('/')
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
