/**
 * Folders of the origin private file system, found once: every step on the way to one is a message to the browser's
 * own process, and an import goes that way several times for each photo.
 *
 * A folder that is known may have been removed meanwhile, by another tab too: whatever is not found in a known one is
 * looked for once more from the root.
 * Errors  those of the platform; NotFoundError where there is no such folder, or `work` found nothing
 * Source  File System Standard (WHATWG) §2
 */
import type { FilePath } from './tables.ts'

type Folder = FileSystemDirectoryHandle

export interface OpfsFolders {
  /** Does something in the folder that a path leads into; it may be done twice. */
  inFolderOf<R>(
    path: FilePath,
    options: { readonly create: boolean },
    work: (folder: Folder) => Promise<R>,
  ): Promise<R>
}

/** None is known yet. */
export function createOpfsFolders(root: () => Promise<Folder>): OpfsFolders {
  const known = new Map<string, Folder>()

  const find = async (folders: readonly string[], create: boolean): Promise<Folder> => {
    const key = folders.join('/')
    const here = known.get(key)
    if (here !== undefined) return here
    const name = folders.at(-1)
    const found =
      name === undefined
        ? await root()
        : await (await find(folders.slice(0, -1), create)).getDirectoryHandle(name, { create })
    known.set(key, found)
    return found
  }

  return {
    async inFolderOf(path, { create }, work) {
      const folders = path.slice(0, -1)
      const knewSome = known.size > 0
      try {
        return await work(await find(folders, create))
      } catch (error) {
        if (!isNotFound(error) || !knewSome) throw error
      }
      known.clear()
      return work(await find(folders, create))
    },
  }
}

/** Whether the platform says that there is no such file or folder. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'NotFoundError'
