/** Renditions for screens: fetched where needed, opened by their key from the index. */
import { transfer } from 'comlink'
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import type { EngineApi } from './api.ts'
import { renditionInBin } from './bin-acts.ts'
import { openPart, openRendition, streamRendition } from '#lib/storage/media-reader.ts'
import type { PartRange } from '#lib/sync/blob-parts.ts'
import { lendFromOrigin } from './borrowing.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { GroupSession } from './group-session.ts'
import type { PlainFile } from './seal-rendition.ts'

export interface DownloadedMedia {
  /** Bytes of the opened rendition; null where it is not known. */
  size(group: GroupId, blob: BlobId): Promise<number | null>
  /** Makes sure that the ciphertext is here. */
  fetch(group: GroupId, blob: BlobId): Promise<boolean>
  /** The opened rendition, or null where it cannot be had now; `waitMs` bounds how long it is asked for. */
  open(group: GroupId, blob: BlobId, waitMs?: number): Promise<Blob | null>
  /** The same, opened while it is read; reading fails where its ciphertext was changed. */
  openFile(group: GroupId, blob: BlobId): Promise<PlainFile | null>
  /** Plaintext of this range, from here or from where it is; null where it cannot be had now. */
  openPart(group: GroupId, blob: BlobId, range: PartRange): Promise<Bytes | null>
  /** Fetches a film that was played by parts, unless it is too long to be kept for that. */
  keepWatched(group: GroupId, blob: BlobId): Promise<void>
}

/** A photo may still be on its way from another phone: worth asking again for a while. */
const patienceMs = 20_000
/** A clip of a phone; whoever wants to keep longer ones chooses so, or downloads them. */
const keptFilmBytes = 32 << 20
const inertMime = 'application/octet-stream'

/** The media of all open groups. */
export function createDownloadedMedia(groups: EngineGroups): DownloadedMedia {
  const renditionOf = async (session: GroupSession, blob: BlobId) =>
    (await session.store.index.rendition(blob)) ?? renditionInBin(session, blob)

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
    async size(group, blob) {
      const session = groups.session(group)
      return (session && (await renditionOf(session, blob)))?.size ?? null
    },
    fetch: (group, blob) => fetch(group, blob),
    async open(group, blob, waitMs) {
      const session = groups.session(group)
      if (session === null) return null
      const rendition = await renditionOf(session, blob)
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
    async openFile(group, blob) {
      const session = groups.session(group)
      const rendition = session && (await renditionOf(session, blob))
      if (session === null || rendition === null || !(await fetch(group, blob))) return null
      const stored = await session.store.blobs.get(blob)
      return stored && { size: rendition.size, stream: () => streamRendition(stored, rendition) }
    },
    async openPart(group, blob, range) {
      const session = groups.session(group)
      const rendition = session && (await renditionOf(session, blob))
      if (session === null || rendition === null || range.to > rendition.size) return null
      await lendFromOrigin(groups, session, blob).catch(fullDisk)
      const stored = await session.store.blobs.get(blob)
      if (stored !== null) return openPart(stored, rendition, range)
      return session.connections.parts.open(rendition, range, patienceMs)
    },
    async keepWatched(group, blob) {
      const session = groups.session(group)
      const rendition = session && (await renditionOf(session, blob))
      if (rendition !== null && rendition.size <= keptFilmBytes) await fetch(group, blob)
    },
  }
}

/** It says so by itself. */
function fullDisk(cause: unknown): void {
  if (!(cause instanceof StorageProblem)) throw cause
}

/** What the page asks of it, once the groups are open. */
export function mediaApi(
  media: DownloadedMedia,
  started: Promise<void>,
): Pick<EngineApi, 'mediaSize' | 'openMedia' | 'fetchBlob' | 'openPart' | 'keepWatched'> {
  return {
    mediaSize: ({ group, blob }) => started.then(() => media.size(group, blob)),
    openMedia: ({ group, blob }) => started.then(() => media.open(group, blob)),
    fetchBlob: ({ group, blob }) => started.then(() => media.fetch(group, blob)),
    openPart: ({ group, blob, ...range }) =>
      started.then(async () => {
        const part = await media.openPart(group, blob, range)
        // Handed to the page, not copied: a long film would leave a copy of each part for the collector.
        return part && transfer(part, [part.buffer])
      }),
    keepWatched: ({ group, blob }) => started.then(() => media.keepWatched(group, blob)),
  }
}
