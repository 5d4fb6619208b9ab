/**
 * What zips hold, as it would come into a group: Mantel's own exports with all that members said, Google Takeout with
 * its side-cars and albums, any other zip by its folders.
 *
 * What looks like the two files of a live photo by its names is one entry; whoever reads them looks closer.
 * Of files with one length and CRC the first is taken and the others show as copies of it.
 *
 * Errors  total; what is no photo is counted, and named where it looks like more (a zip in the zip); photos that cannot
 *         be unpacked stay out, and are named with the reason
 * Source  plan-import.ts makes it; docs/design.md §10 "Import of zips"
 */
import type { AlbumOrder } from '#lib/albums/album-arranging.ts'
import type { ArchivedItem } from './albums-file.ts'
import type { Obstacle } from './packed-file.ts'
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

/** `mixed`: zips of several kinds, chosen together. */
export type ZipSource = 'mantel' | 'takeout' | 'folders' | 'mixed'

export interface ImportPlan {
  readonly source: ZipSource
  readonly albums: readonly PlannedAlbum[]
  readonly files: readonly PlannedFile[]
  /** Names of items whose original was not in the zip when it was made, or is not there now. */
  readonly missing: readonly string[]
  readonly locked: readonly LockedFile[]
  /** Files that are no photos. */
  readonly ignored: number
  readonly hasZips: boolean
}

const maxSideCarBytes = 2 ** 20

/** Text of a small file in a zip; null where it is too large. */
export async function readSideCar(file: ZippedFile, signal: AbortSignal): Promise<string | null> {
  return file.size > maxSideCarBytes ? null : (await file.read(signal)).text()
}

/** Those that cannot be unpacked. */
export function lockedAmong(files: readonly ZippedFile[]): LockedFile[] {
  return files.flatMap(({ path, obstacle }) =>
    obstacle === null ? [] : [{ name: nameOf(path), why: obstacle }],
  )
}

/** Without the slash at its end; '' at the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
