/** Renditions for screens: fetched where needed, opened by their key from the index. */
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { renditionInBin } from './bin-acts.ts'
import { openRendition } from '#lib/storage/media-reader.ts'
import { lendFromOrigin } from './borrowing.ts'
import type { EngineGroups } from './engine-groups.ts'

export interface DownloadedMedia {
  /** Makes sure that the ciphertext is here. */
  fetch(group: GroupId, blob: BlobId): Promise<boolean>
  /** The opened rendition, or null where it cannot be had now; `waitMs` bounds how long it is asked for. */
  open(group: GroupId, blob: BlobId, waitMs?: number): Promise<Blob | null>
}

/** A photo may still be on its way from another phone: worth asking again for a while. */
const patienceMs = 20_000
const inertMime = 'application/octet-stream'

/** The media of all open groups. */
export function createDownloadedMedia(groups: EngineGroups): DownloadedMedia {
  const fetch = async (group: GroupId, blob: BlobId, waitMs = patienceMs): Promise<boolean> => {
    const session = groups.session(group)
    if (session === null) return false
    try {
      if (await lendFromOrigin(groups, session, blob)) return true
      return await session.connections.downloads.fetch(blob, waitMs)
    } catch (cause) {
      // A full disk says so by itself.
      if (cause instanceof StorageProblem) return false
      throw cause
    }
  }

  return {
    fetch: (group, blob) => fetch(group, blob),
    async open(group, blob, waitMs) {
      const session = groups.session(group)
      if (session === null) return null
      const rendition = (await session.store.index.rendition(blob)) ?? renditionInBin(session, blob)
      if (rendition === null || !(await fetch(group, blob, waitMs))) return null
      const stored = await session.store.blobs.get(blob)
      const opened = stored === null ? null : await openRendition(stored, rendition)
      if (opened === null) return null
      // Piece by piece into the browser's own keeping: a long film is never in memory as a whole.
      const plaintext = await new Response(opened).blob().catch(() => null)
      if (plaintext === null) return null
      const shown =
        /^(image|video)\/[\w.+-]+$/.test(rendition.mime) && !rendition.mime.includes('svg')
      return new Blob([plaintext], { type: shown ? rendition.mime : inertMime })
    },
  }
}
