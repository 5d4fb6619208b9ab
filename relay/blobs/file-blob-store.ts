/**
 * Blobs as files: `<folder>/ab/<64 hex digits>`, `ab` being the first two digits.
 *
 * Order   written and hashed under a temporary name, fsync, rename, fsync of the folder; only then
 *         `put` returns. So after a power loss a blob is there whole or not at all, and whatever
 *         has a temporary name is rubbish, swept when the group is loaded.
 * Source  docs/design.md §8, §9
 */
import { createHash, randomBytes, type Hash } from 'node:crypto'
import type { Stats } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bytes } from '#lib/base/bytes.ts'
import { parseId, type BlobId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { syncFolder } from '#relay/sync-folder.ts'
import type { BlobProblem, BlobStore, ListedBlob, Stored } from './blob-store.ts'

const READ_BYTES = 1024 * 1024
/** Small enough for the chunks to be forgotten young, which the garbage collector thanks for. */
const WRITE_BYTES = 256 * 1024

/** Folders of one group's blobs; both on the same disk. */
export interface BlobFolders {
  readonly blobs: string
  /** For what is not complete yet. */
  readonly incoming: string
}

/** The store in those folders, which are made when first needed. */
export function createFileBlobStore(folders: BlobFolders): BlobStore {
  const pathOf = (id: BlobId) => join(folders.blobs, id.slice(0, 2), id)
  let usedBytes: Promise<number> | null = null
  const keep = async (id: BlobId, temporary: string): Promise<Stored> => {
    const { size } = await stat(temporary)
    const stored = await moveIntoPlace(temporary, pathOf(id))
    if (stored === 'stored') usedBytes = usedBytes?.then((used) => used + size) ?? null
    return stored
  }
  return {
    put: (id, source, maxBytes) =>
      withTemporary(folders.incoming, async (file, path) => {
        const digest = await writeAll(file, source, maxBytes)
        if (digest === null) return err({ kind: 'too-large' })
        return digest === id ? ok(await keep(id, path)) : err({ kind: 'mismatch' })
      }),
    adopt: async (id, path) => {
      const isSound = (await hashAndSync(path)) === id
      if (isSound) return ok(await keep(id, path))
      await rm(path, { force: true })
      return err({ kind: 'mismatch' })
    },
    size: async (id) => (await statOrNull(pathOf(id)))?.size ?? null,
    read: (id, start, end) => readRange(pathOf(id), start, end),
    list: (after, limit) => list(folders.blobs, after, limit),
    byteLength: () => (usedBytes ??= sumSizes(folders.blobs)),
  }
}

/** Runs with a fresh temporary file, which is gone afterwards unless it was moved away. */
async function withTemporary(
  folder: string,
  run: (file: FileHandle, path: string) => Promise<Result<Stored, BlobProblem>>,
): Promise<Result<Stored, BlobProblem>> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${randomBytes(12).toString('hex')}.part`)
  const file = await open(path, 'wx')
  try {
    return await run(file, path)
  } catch (cause) {
    if (isDiskFull(cause)) return err({ kind: 'full' })
    throw cause
  } finally {
    await file.close()
    await rm(path, { force: true })
  }
}

/** Writes and syncs; the digest in hexadecimal, or null past `maxBytes`. */
async function writeAll(
  file: FileHandle,
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<string | null> {
  const hash = createHash('sha256')
  let length = 0
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  for await (const chunk of source) {
    length += chunk.length
    if (length > maxBytes) return null
    hash.update(chunk)
    waiting.push(chunk)
    waitingBytes += chunk.length
    if (waitingBytes < WRITE_BYTES) continue
    await writeChunks(file, waiting)
    waiting = []
    waitingBytes = 0
  }
  await writeChunks(file, waiting)
  await file.sync()
  return hash.digest('hex')
}

/** All chunks at the file's end; the system may take fewer bytes at once than it is given. */
async function writeChunks(file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  if (length === 0) return
  const { bytesWritten } = await file.writev(chunks)
  if (bytesWritten < length) await file.appendFile(Buffer.concat(chunks).subarray(bytesWritten))
}

async function hashAndSync(path: string): Promise<string> {
  const file = await open(path, 'r+')
  try {
    const hash = createHash('sha256')
    await hashFile(file, hash)
    await file.sync()
    return hash.digest('hex')
  } finally {
    await file.close()
  }
}

async function hashFile(file: FileHandle, hash: Hash): Promise<void> {
  const buffer = Buffer.allocUnsafe(READ_BYTES)
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES, null)
    if (bytesRead === 0) return
    hash.update(buffer.subarray(0, bytesRead))
  }
}

async function moveIntoPlace(temporary: string, path: string): Promise<Stored> {
  if ((await statOrNull(path)) !== null) {
    await rm(temporary, { force: true })
    return 'known'
  }
  const folder = join(path, '..')
  if ((await mkdir(folder, { recursive: true })) !== undefined) await syncFolder(join(folder, '..'))
  await rename(temporary, path)
  await syncFolder(folder)
  return 'stored'
}

async function* readRange(path: string, start: number, end: number): AsyncIterable<Bytes> {
  const file = await open(path, 'r')
  try {
    for (let at = start; at < end;) {
      const wanted = Math.min(READ_BYTES, end - at)
      const { bytesRead, buffer } = await file.read(new Uint8Array(wanted), 0, wanted, at)
      if (bytesRead === 0) throw new Error('a blob is shorter than it was')
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
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
  return codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR'
}

function isDiskFull(cause: unknown): boolean {
  return codeOf(cause) === 'ENOSPC' || codeOf(cause) === 'EDQUOT'
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined
}
