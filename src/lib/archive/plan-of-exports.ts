/**
 * What Mantel's own exports among zips hold, as it would come into a group, with all that members said.
 *
 * Each export is planned by itself, the latest first: two may hold other photos under one path. Where somebody divided
 * one, what its own zip lacks is looked for in the zips that hold no export. A file of another length than the export
 * says is not the one it speaks of. Photos that somebody put beside those of an export come in with the album that
 * their folder is, as any photo of a zip.
 *
 * Source  albums-file.ts; docs/design.md §10 "Import of zips"
 */
import { mediaName } from '#lib/base/media-name.ts'
import {
  albumsFileName,
  archivedFile,
  parseAlbumsFile,
  type AlbumsFile,
  type ArchivedFile,
  type ArchivedItem,
} from './albums-file.ts'
import {
  folderOf,
  lockedAmong,
  nameOf,
  type ImportPlan,
  type PlannedAlbum,
  type PlannedFile,
} from './import-plan.ts'
import { filmsOf, othersIn, planOf } from './plan-of-photos.ts'
import { sideCarExtension } from './portable-name.ts'
import type { ZippedFile } from './zip-reader.ts'

type Zip = readonly ZippedFile[]

interface OwnExport {
  readonly zip: Zip
  /** Folder of the export in the zip, with its slash. */
  readonly base: string
  readonly file: AlbumsFile
}

const maxAlbumsFileBytes = 256 * 2 ** 20

/** Plans of all exports, and the zips without what is in these. */
export async function planOfExports(
  zips: readonly Zip[],
  signal: AbortSignal,
): Promise<{ readonly plans: readonly ImportPlan[]; readonly rest: readonly Zip[] }> {
  const found: OwnExport[] = []
  for (const zip of zips) found.push(...(await exportsIn(zip, signal)))
  found.sort((a, b) => b.file.exportedMs - a.file.exportedMs)
  const others = zips.filter((zip) => !found.some((own) => own.zip === zip))
  const planned = found.map((own) => planOfExport(own, others))
  const taken = new Set(planned.flatMap(({ files }) => [...files]))
  const had = new Set(planned.flatMap(({ plan }) => plan.files.flatMap(filesOf)))
  const plans = planned.map(({ plan, missing }) => ({
    ...plan,
    missing: missing.filter(({ key }) => !had.has(key)).map(({ name }) => name),
  }))
  return { plans, rest: zips.map((zip) => zip.filter((file) => !taken.has(file))) }
}

/** What one export lacks another of the same group may have. */
function filesOf({ archived, film }: PlannedFile): string[] {
  if (archived === null) return []
  const { id } = archived.item
  return [keyOf(id, 'original'), ...(film === null ? [] : [keyOf(id, 'motion')])]
}

function keyOf(item: string, role: ArchivedFile['role']): string {
  return `${item} ${role}`
}

async function exportsIn(zip: Zip, signal: AbortSignal): Promise<OwnExport[]> {
  const depth = ({ path }: ZippedFile): number => path.split('/').length
  const named = zip
    .filter(({ path, obstacle }) => nameOf(path) === albumsFileName && obstacle === null)
    .sort((a, b) => depth(a) - depth(b))
  const found: OwnExport[] = []
  for (const each of named) {
    const isInside = found.some(({ base }) => each.path.startsWith(base))
    if (isInside || each.size > maxAlbumsFileBytes) continue
    const file = parseAlbumsFile(await (await each.read(signal)).text())
    if (file !== null) found.push({ zip, file, base: each.path.slice(0, -albumsFileName.length) })
  }
  return found
}

interface PlannedExport {
  readonly plan: Omit<ImportPlan, 'missing'>
  readonly missing: readonly Missing[]
  /** All that it settles: its photos, and what lies in its folder. */
  readonly files: readonly ZippedFile[]
}

interface Missing {
  readonly key: string
  readonly name: string
}

function planOfExport(own: OwnExport, others: readonly Zip[]): PlannedExport {
  const shelf = createShelf(own, others)
  const { albums, planned } = albumsOf(own, shelf)
  const settled = new Set([...shelf.files, ...besides(own, shelf.files, others)])
  const inside = own.zip.filter(({ path }) => path.startsWith(own.base))
  const left = inside.filter((file) => !settled.has(file))
  const open = left.filter(({ obstacle }) => obstacle === null)
  const lockedLeft = left.filter(({ path }) => mediaName.test(path))
  return {
    plan: {
      ...{ source: 'mantel', albums, ...othersIn(open) },
      files: [...planned, ...strangersAmong(open, planned)],
      locked: lockedAmong([...shelf.locked, ...lockedLeft]),
    },
    missing: shelf.missing,
    files: [...settled, ...inside],
  }
}

function albumsOf({ file }: OwnExport, shelf: Shelf) {
  const albums: PlannedAlbum[] = []
  const planned: PlannedFile[] = []
  for (const group of file.groups) {
    const items = new Map(group.items.map((item) => [item.id, item]))
    for (const { id, title, order, cover, items: ids } of group.albums) {
      const album = `${group.id}/${id}`
      albums.push({ key: album, title, order, cover })
      for (const [at, itemId] of ids.entries()) {
        const item = items.get(itemId)
        const files = item === undefined ? null : shelf.take(item)
        if (item === undefined || files === null) continue
        const archived = { item, group: group.name }
        const rank = order === 'hand' ? at : null
        planned.push({ ...files, album, rank, name: item.name, archived, sideCar: null })
      }
    }
  }
  return { albums, planned }
}

interface Shelf {
  readonly files: Set<ZippedFile>
  readonly locked: Set<ZippedFile>
  readonly missing: Missing[]
  /** The files of an item; null where its original cannot be had. */
  take(item: ArchivedItem): Pick<PlannedFile, 'file' | 'film'> | null
}

/** Finds the files that the export names. */
function createShelf({ zip, base }: OwnExport, others: readonly Zip[]): Shelf {
  const [inOwn, elsewhere] = [byPath([zip]), byPath(others)]
  const [files, locked] = [new Set<ZippedFile>(), new Set<ZippedFile>()]
  const missing: Missing[] = []
  const find = (archived: ArchivedFile | null): ZippedFile | null => {
    if (archived === null) return null
    const path = base + archived.path
    const there = [inOwn, elsewhere].flatMap((paths) => paths.get(path) ?? [])
    return there.find((file) => isOf(archived, file)) ?? null
  }
  const take = (archived: ArchivedFile | null, lacking: Missing): ZippedFile | null => {
    const found = find(archived)
    if (found === null) missing.push(lacking)
    else if (found.obstacle !== null) locked.add(found)
    if (found !== null) files.add(found)
    return found?.obstacle === null ? found : null
  }
  return {
    ...{ files, locked, missing },
    take(item) {
      const { id, name } = item
      const file = take(archivedFile(item, 'original'), { key: keyOf(id, 'original'), name })
      const motion = archivedFile(item, 'motion')
      const filmName = motion?.name ?? name
      const film =
        motion === null ? null : take(motion, { key: keyOf(id, 'motion'), name: filmName })
      if (file === null) return null
      if (film === null) return { file, film }
      return { file, film: { file: film, name: motion?.name ?? nameOf(film.path), isSure: true } }
    },
  }
}

function byPath(zips: readonly Zip[]): Map<string, ZippedFile[]> {
  return Map.groupBy(zips.flat(), ({ path }) => path)
}

/** Where the export knows no length it says 0. */
function isOf({ bytes }: ArchivedFile, { size }: ZippedFile): boolean {
  return bytes === 0 || bytes === size
}

/** What an export puts beside its photos, in its own zip and in those that hold a part of it. */
function besides(
  { zip, base }: OwnExport,
  photos: ReadonlySet<ZippedFile>,
  others: readonly Zip[],
) {
  const parts = [zip, ...others.filter((other) => other.some((file) => photos.has(file)))]
  const known = new Set([albumsFileName, 'index.html', 'not-included.txt'].map((at) => base + at))
  for (const { path } of photos) known.add(path + sideCarExtension)
  return parts.flat().filter(({ path }) => known.has(path) || path.startsWith(`${base}thumbnails/`))
}

/** Photos that the export does not name. */
function strangersAmong(left: readonly ZippedFile[], planned: readonly PlannedFile[]) {
  const photos = left.filter(({ path }) => mediaName.test(path))
  const albums = new Map(planned.map(({ file, album }) => [folderOf(file.path), album]))
  const films = filmsOf(photos)
  const joined = new Set(films.values())
  return photos
    .filter((file) => !joined.has(file))
    .map((file) => planOf(file, albums.get(folderOf(file.path)) ?? null, films.get(file)))
}
