/**
 * Blobs as files (blob-folder.ts): those that are here, and those set aside, in a folder of the same shape.
 *
 * Order   written and hashed under a temporary name, fsync, rename, fsync of the folder; only then
 *         `put` returns. So after a power loss a blob is there whole or not at all, and whatever
 *         has a temporary name is rubbish, swept when the group is loaded.
 * Source  docs/design.md §8, §9
 */
import { createHash, randomBytes, type Hash } from 'node:crypto'
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bytes } from '#lib/base/bytes.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { createBlobFolder } from './blob-folder.ts'
import type { BlobProblem, BlobStore, Stored } from './blob-store.ts'

const READ_BYTES = 1024 * 1024
/** Small enough for the chunks to be forgotten young, which the garbage collector thanks for. */
const WRITE_BYTES = 256 * 1024

/** Folders of one group's blobs; all on the same disk. */
export interface BlobFolders {
  readonly blobs: string
  readonly aside: string
  /** For what is not complete yet. */
  readonly incoming: string
}

/** The store in those folders, which are made when first needed. */
export function createFileBlobStore(folders: BlobFolders): BlobStore {
  const here = createBlobFolder(folders.blobs)
  const aside = createBlobFolder(folders.aside)
  return {
    put: (id, source, maxBytes) =>
      withTemporary(folders.incoming, async (file, path) => {
        const digest = await writeAll(file, source, maxBytes)
        if (digest === null) return err({ kind: 'too-large' })
        return digest === id ? ok(await here.take(id, path)) : err({ kind: 'mismatch' })
      }),
    adopt: async (id, path) => {
      const isSound = (await hashAndSync(path)) === id
      if (isSound) return ok(await here.take(id, path))
      await rm(path, { force: true })
      return err({ kind: 'mismatch' })
    },
    size: here.size,
    read: (id, start, end) => readRange(here.pathOf(id), start, end),
    list: here.list,
    byteLength: here.byteLength,
    setAside: (id) => here.give(id, aside),
    bringBack: (id) => aside.give(id, here),
    removeAside: aside.remove,
    listAside: (after, limit) => aside.list(after, limit),
    asideByteLength: aside.byteLength,
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

function isDiskFull(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'ENOSPC' || code === 'EDQUOT'
}
