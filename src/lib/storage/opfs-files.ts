/**
 * Files in the origin private file system. Dedicated workers write through sync access handles, which can
 * flush; windows through `createWritable`. Reading works everywhere, service workers included.
 *
 * Nothing here needs a rename: whoever asks for a file names it anew, and a row in the group's database
 * makes it count once it is whole (schema.ts).
 * Errors  StorageProblem; what was written of a failed file is removed
 * Source  File System Standard (WHATWG) §2; docs/design.md §8
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { PiecewiseFile } from '#lib/ports/blob-store.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { createOpfsFolders, isNotFound, type OpfsFolders } from './opfs-folders.ts'
import { toStorageProblem } from './platform-problem.ts'
import type { FilePath, FileTree, RestOfFile } from './tables.ts'

const pieceBytes = 4 << 20

/** In the types of workers only; the property is looked for before it is used. */
interface SyncHandle {
  read(into: Bytes, options: { at: number }): number
  write(bytes: Bytes, options: { at: number }): number
  flush(): void
  truncate(size: number): void
  getSize(): number
  close(): void
}
interface SyncFile {
  createSyncAccessHandle(options?: { mode: 'read-only' }): Promise<SyncHandle>
}

export function createOpfsFiles(
  root: () => Promise<FileSystemDirectoryHandle> = () => originRoot(),
): FileTree {
  const folders = createOpfsFolders(root)
  return {
    write: (path, contents) => translated(() => write(folders, path, contents)),
    append: (path, rest) => translated(() => append(folders, path, rest)),
    read: (path) => translated(() => read(folders, path)),
    readWhole: (path, mostBytes) => translated(() => readWhole(folders, path, mostBytes)),
    remove: (path) => translated(() => remove(folders, path)),
  }
}

/** Private windows of some browsers have no such files at all. */
function originRoot({
  storage,
}: { readonly storage?: Partial<StorageManager> } = navigator): Promise<FileSystemDirectoryHandle> {
  if (storage?.getDirectory === undefined) throw new StorageProblem('unavailable')
  return storage.getDirectory()
}

type Contents = Bytes | Blob | PiecewiseFile

async function write(folders: OpfsFolders, path: FilePath, contents: Contents): Promise<void> {
  const file = await folders.inFolderOf(path, { create: true }, (folder) =>
    folder.getFileHandle(nameOf(path), { create: true }),
  )
  try {
    const size = hasSyncHandles(file)
      ? await writeFlushed(file, contents)
      : await writeStreamed(file, contents)
    if (size !== sizeOf(contents)) throw new StorageProblem('broken')
  } catch (error) {
    await remove(folders, path)
    throw error
  }
}

const opening = new Set<SyncFile>()

/** Keeps the file meanwhile: Chromium never answers where it is collected as garbage before (156 does so). */
async function openHandle(file: SyncFile, options?: { mode: 'read-only' }): Promise<SyncHandle> {
  opening.add(file)
  try {
    return await file.createSyncAccessHandle(options)
  } finally {
    opening.delete(file)
  }
}

/** Answers how long the file has become. */
async function writeFlushed(file: SyncFile, contents: Contents): Promise<number> {
  const handle = await openHandle(file)
  try {
    let at = 0
    for await (const piece of pieces(contents)) {
      if (handle.write(piece, { at }) !== piece.length) throw new StorageProblem('full')
      at += piece.length
    }
    handle.flush()
    return handle.getSize()
  } finally {
    handle.close()
  }
}

async function writeStreamed(file: FileSystemFileHandle, contents: Contents): Promise<number> {
  // Safari before 26 writes in workers only.
  if (!('createWritable' in file)) throw new StorageProblem('unavailable')
  const stream = await file.createWritable()
  try {
    for await (const piece of pieces(contents)) await stream.write(piece)
  } catch (error) {
    await stream.abort().catch(() => undefined)
    throw error
  }
  await stream.close()
  return (await file.getFile()).size
}

async function append(folders: OpfsFolders, path: FilePath, rest: RestOfFile): Promise<void> {
  const file = await folders.inFolderOf(path, { create: true }, (folder) =>
    folder.getFileHandle(nameOf(path), { create: true }),
  )
  await (hasSyncHandles(file) ? appendFlushed(file, rest) : appendStreamed(file, rest))
}

async function appendFlushed(file: SyncFile, rest: RestOfFile): Promise<void> {
  const handle = await openHandle(file)
  try {
    if (handle.getSize() > rest.size) handle.truncate(0)
    let at = handle.getSize()
    for await (const piece of rest.pieces(readBack(handle, at), at)) {
      if (handle.write(piece, { at }) !== piece.length) throw new StorageProblem('full')
      at += piece.length
    }
    handle.flush()
  } finally {
    handle.close()
  }
}

async function* readBack(handle: SyncHandle, size: number): AsyncGenerator<Bytes> {
  for (let at = 0; at < size; at += pieceBytes) {
    const piece = new Uint8Array(Math.min(pieceBytes, size - at))
    if (handle.read(piece, { at }) !== piece.length) throw new StorageProblem('broken')
    yield await Promise.resolve(piece)
  }
}

async function appendStreamed(file: FileSystemFileHandle, rest: RestOfFile): Promise<void> {
  if (!('createWritable' in file)) throw new StorageProblem('unavailable')
  const before = await file.getFile()
  const from = before.size > rest.size ? 0 : before.size
  const stream = await file.createWritable({ keepExistingData: from > 0 })
  try {
    await stream.seek(from)
    for await (const piece of rest.pieces(pieces(before.slice(0, from)), from))
      await stream.write(piece)
  } finally {
    await stream.close()
  }
}

async function* pieces(contents: Contents): AsyncGenerator<Bytes> {
  if ('pieces' in contents) {
    yield* contents.pieces()
    return
  }
  const size = sizeOf(contents)
  for (let at = 0; at < size; at += pieceBytes) {
    const end = Math.min(size, at + pieceBytes)
    yield contents instanceof Blob
      ? new Uint8Array(await contents.slice(at, end).arrayBuffer())
      : contents.subarray(at, end)
  }
}

async function read(folders: OpfsFolders, path: FilePath): Promise<Blob | null> {
  try {
    return await folders.inFolderOf(path, { create: false }, async (folder) =>
      (await folder.getFileHandle(nameOf(path))).getFile(),
    )
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

/** A handle reads straight from the disk; a Blob has its bytes passed on by the browser's own process, in small pieces. */
async function readWhole(
  folders: OpfsFolders,
  path: FilePath,
  mostBytes: number,
): Promise<Bytes | null> {
  const bytes = await readByHandle(folders, path, mostBytes)
  if (bytes !== null) return bytes
  const file = await read(folders, path)
  return file === null || file.size > mostBytes ? null : new Uint8Array(await file.arrayBuffer())
}

/** Null where that does not work: the browser has no such handles here, or somebody else has one to this file. */
async function readByHandle(
  folders: OpfsFolders,
  path: FilePath,
  mostBytes: number,
): Promise<Bytes | null> {
  const handle = await folders
    .inFolderOf(path, { create: false }, async (folder) => {
      const file = await folder.getFileHandle(nameOf(path))
      return hasSyncHandles(file) ? await openHandle(file, { mode: 'read-only' }) : null
    })
    .catch(() => null)
  if (handle === null) return null
  try {
    const bytes = new Uint8Array(Math.min(handle.getSize(), mostBytes + 1))
    return bytes.length <= mostBytes && handle.read(bytes, { at: 0 }) === bytes.length
      ? bytes
      : null
  } finally {
    handle.close()
  }
}

async function remove(folders: OpfsFolders, path: FilePath): Promise<void> {
  try {
    await folders.inFolderOf(path, { create: false }, (folder) =>
      folder.removeEntry(nameOf(path), { recursive: true }),
    )
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw toStorageProblem(error)
  }
}

function hasSyncHandles(file: FileSystemFileHandle): file is FileSystemFileHandle & SyncFile {
  return 'createSyncAccessHandle' in file
}

function nameOf(path: FilePath): string {
  const name = path.at(-1)
  if (name === undefined) throw new Error('a file path is empty')
  return name
}

const sizeOf = (contents: Contents): number =>
  'size' in contents ? contents.size : contents.length
