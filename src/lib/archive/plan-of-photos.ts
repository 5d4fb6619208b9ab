/**
 * What zips hold that Mantel did not make: Google Takeout, or photos in folders.
 *
 * Several zips chosen together are one: Takeout puts a photo into one part and its side-car into another, and whoever
 * divides a library divides its folders. A side-car in the photo's own zip goes before one in another.
 *
 * Source  takeout.ts; docs/design.md §10 "Import of zips"
 */
import { mediaName } from '#lib/base/media-name.ts'
import {
  folderOf,
  lockedAmong,
  nameOf,
  readSideCar,
  type ImportPlan,
  type PlannedAlbum,
  type PlannedFile,
} from './import-plan.ts'
import { parseTakeoutAlbum, sideCarOf } from './takeout.ts'
import type { ZippedFile } from './zip-reader.ts'

const stillName = /\.(?:heic|heif|hif|jpe?g|png|webp|avif|dng)$/i
const filmName = /\.(?:mov|mp4|m4v|mp)$/i

/** What is planned of the files that can be unpacked. */
type OpenPlan = Omit<ImportPlan, 'locked'>
type Zips = readonly (readonly ZippedFile[])[]

/** Plans zips that belong together, none of which is Mantel's own. */
export async function planOfPhotos(zips: Zips, signal: AbortSignal): Promise<ImportPlan> {
  const all = zips.flat()
  const open = zips.map((files) => files.filter(({ obstacle }) => obstacle === null))
  const isTakeout = all.some(({ path }) => /^Takeout\/|\.supplemental-metadata/.test(path))
  const plan = isTakeout ? await planOfTakeout(open, signal) : planOfFolders(open.flat())
  return { ...plan, locked: lockedAmong(all.filter(({ path }) => mediaName.test(path))) }
}

async function planOfTakeout(zips: Zips, signal: AbortSignal): Promise<OpenPlan> {
  const files = zips.flat()
  const sideCarFor = createSideCars(zips)
  const albums: PlannedAlbum[] = []
  const planned: PlannedFile[] = []
  for (const [folder, inside] of foldersOf(files)) {
    const photos = inside.filter(({ path }) => mediaName.test(path))
    const films = filmsOf(photos)
    const joined = new Set(films.values())
    if (photos.length === 0) continue
    const title = await albumTitleIn(inside, signal)
    if (title !== null) albums.push({ key: folder, title, order: null, cover: null })
    for (const file of photos) {
      if (joined.has(file)) continue
      const album = title === null ? null : folder
      planned.push({ ...planOf(file, album, films.get(file)), sideCar: sideCarFor(file) })
    }
  }
  // What somebody put into an album has its place there, not in the folder of its year.
  planned.sort((a, b) => Number(a.album === null) - Number(b.album === null))
  return { source: 'takeout', albums, files: planned, missing: [], ...othersIn(files) }
}

/** Finds side-cars: two people's exports hold files of one path that have nothing to do with each other. */
function createSideCars(zips: Zips): (photo: ZippedFile) => ZippedFile | null {
  const named = (files: readonly ZippedFile[]): Map<string, Map<string, ZippedFile>> => {
    const folders = [...foldersOf(files.filter(({ path }) => path.endsWith('.json')))]
    return new Map(
      folders.map(([at, inside]) => [at, new Map(inside.map((each) => [nameOf(each.path), each]))]),
    )
  }
  const own = new Map(zips.flatMap((files) => mapTo(files, named(files))))
  const anywhere = named(zips.flat())
  return (photo) => {
    for (const folders of [own.get(photo), anywhere]) {
      const inside = folders?.get(folderOf(photo.path)) ?? new Map<string, ZippedFile>()
      const name = sideCarOf(nameOf(photo.path), inside)
      if (name !== null) return inside.get(name) ?? null
    }
    return null
  }
}

function mapTo<T>(files: readonly ZippedFile[], value: T): (readonly [ZippedFile, T])[] {
  return files.map((file) => [file, value])
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
  const photos = files.filter(({ path }) => mediaName.test(path))
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

/** A photo of which nothing is known but its file. */
export function planOf(file: ZippedFile, album: string | null, film?: ZippedFile): PlannedFile {
  const seeming = film === undefined ? null : { file: film, name: nameOf(film.path), isSure: false }
  const name = nameOf(file.path)
  return { file, name, album, film: seeming, sideCar: null, archived: null, rank: null }
}

/** What looks like the film of a still by the names in one folder: `a.HEIC` and `a.MP4`, `b.MP.jpg` and `b.MP`. */
export function filmsOf(photos: readonly ZippedFile[]): Map<ZippedFile, ZippedFile> {
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

/** What is no photo. */
export function othersIn(files: readonly ZippedFile[]): Pick<ImportPlan, 'ignored' | 'hasZips'> {
  const others = files.filter(({ path }) => !mediaName.test(path) && !path.endsWith('.json'))
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
