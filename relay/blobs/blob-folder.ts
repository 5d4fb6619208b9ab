/**
 * A folder of blobs as files: `<folder>/ab/<64 hex digits>`, `ab` being the first two digits.
 *
 * Units   bytes; the sum of all lengths is counted once and then kept up to date
 * Errors  those of the disk throw; a file that is not there is null or false
 */
import type { Stats } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseId, type BlobId } from '#lib/base/ids.ts'
import { syncFolder } from '#relay/sync-folder.ts'
import type { ListedBlob, Stored } from './blob-store.ts'

export interface BlobFolder {
  pathOf(id: BlobId): string
  size(id: BlobId): Promise<number | null>
  /** Moves a finished file of the same disk in, durable on return; it is removed where it is known. */
  take(id: BlobId, file: string): Promise<Stored>
  /**
   * Moves a blob to another folder of the same disk; false where it is not here. After a power loss it may be in the
   * one or the other, and whole.
   */
  give(id: BlobId, to: BlobFolder): Promise<boolean>
  /** As `take`, without waiting for the disk. */
  takeSoon(id: BlobId, file: string): Promise<Stored>
  remove(id: BlobId): Promise<void>
  list(after: BlobId | null, limit: number): Promise<readonly ListedBlob[]>
  byteLength(): Promise<number>
}

/** The blobs below that path, which is made when first needed. */
export function createBlobFolder(folder: string): BlobFolder {
  const pathOf = (id: BlobId) => join(folder, id.slice(0, 2), id)
  let usedBytes: Promise<number> | null = null
  const count = (bytes: number) => {
    usedBytes = usedBytes?.then((used) => used + bytes) ?? null
  }
  const move = async (id: BlobId, file: string, isDurable: boolean): Promise<Stored> => {
    const { size } = await stat(file)
    const stored = await moveIntoPlace(file, pathOf(id), isDurable)
    if (stored === 'stored') count(size)
    return stored
  }
  const size = async (id: BlobId) => (await statOrNull(pathOf(id)))?.size ?? null
  return {
    pathOf,
    size,
    take: (id, file) => move(id, file, true),
    takeSoon: (id, file) => move(id, file, false),
    give: async (id, to) => {
      const bytes = await size(id)
      if (bytes === null) return false
      await to.takeSoon(id, pathOf(id))
      count(-bytes)
      return true
    },
    remove: async (id) => {
      const bytes = await size(id)
      await rm(pathOf(id), { force: true })
      count(-(bytes ?? 0))
    },
    list: (after, limit) => list(folder, after, limit),
    byteLength: () => (usedBytes ??= sumSizes(folder)),
  }
}

async function moveIntoPlace(file: string, path: string, isDurable: boolean): Promise<Stored> {
  if ((await statOrNull(path)) !== null) {
    await rm(file, { force: true })
    return 'known'
  }
  const folder = join(path, '..')
  const isNew = (await mkdir(folder, { recursive: true })) !== undefined
  if (isNew && isDurable) await syncFolder(join(folder, '..'))
  await rename(file, path)
  if (isDurable) await syncFolder(folder)
  return 'stored'
}

async function list(folder: string, after: BlobId | null, limit: number) {
  const prefixes = (await namesIn(folder)).filter(
    (prefix) => after === null || prefix >= after.slice(0, 2),
  )
  const listed: ListedBlob[] = []
  for (const prefix of prefixes) {
    for (const name of await namesIn(join(folder, prefix))) {
      const id = parseId('BlobId', name)
      if (id === null || (after !== null && id <= after)) continue
      const size = (await statOrNull(join(folder, prefix, name)))?.size
      if (size !== undefined) listed.push({ id, size })
      if (listed.length >= limit) return listed
    }
  }
  return listed
}

async function sumSizes(folder: string): Promise<number> {
  let sum = 0
  for (const prefix of await namesIn(folder)) {
    const names = await namesIn(join(folder, prefix))
    const stats = await Promise.all(names.map((name) => statOrNull(join(folder, prefix, name))))
    sum += stats.reduce((total, each) => total + (each?.size ?? 0), 0)
  }
  return sum
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (cause) {
    if (isMissing(cause)) return []
    throw cause
  }
}

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await stat(path)
  } catch (cause) {
    if (isMissing(cause)) return null
    throw cause
  }
}

function isMissing(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'ENOENT' || code === 'ENOTDIR'
}
