/** Renditions for screens: fetched where needed, opened by their key from the index. */
import { transfer } from 'comlink'
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import { whichOpens } from '#lib/crypto/which-opens.ts'
import type { Rendition } from '#lib/ports/index-store.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { shownType } from '#lib/wire/shown-types.ts'
import type { EngineApi } from './api.ts'
import { renditionsInBin } from './bin-acts.ts'
import {
  openPart,
  openRendition,
  sourceOf,
  streamRendition,
  type MediaFacts,
} from '#lib/storage/media-reader.ts'
import type { PartRange } from '#lib/sync/blob-parts.ts'
import { lendFromOrigin } from './borrowing.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { GroupSession } from './group-session.ts'
import type { PlainFile } from './seal-rendition.ts'

export interface DownloadedMedia {
  /** Of the opened rendition; null where it is not known, or several things are said of it and it is out of reach. */
  facts(group: GroupId, blob: BlobId): Promise<MediaFacts | null>
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
    async facts(group, blob) {
      const session = groups.session(group)
      const rendition = session && (await trueOf(await claimsOf(session, blob), session, 0))
      return rendition && { size: rendition.size, mime: rendition.mime }
    },
    fetch: (group, blob) => fetch(group, blob),
    async open(group, blob, waitMs) {
      const session = groups.session(group)
      if (session === null) return null
      const claims = await claimsOf(session, blob)
      if (claims.length === 0 || !(await fetch(group, blob, waitMs))) return null
      const stored = await session.store.blobs.get(blob)
      if (stored === null) return null
      // What shows may be said of another's blob that lies in the bin.
      const opened =
        (await openAs(claims, stored)) ?? (await openAs(renditionsInBin(session, blob), stored))
      // Piece by piece into the browser's own keeping: a long film is never in memory as a whole.
      const plaintext = opened && (await new Response(opened.stream).blob().catch(() => null))
      if (opened === null || plaintext === null) return null
      return new Blob([plaintext], { type: shownType(opened.rendition.mime) })
    },
    async openFile(group, blob) {
      const session = groups.session(group)
      const claims = session && (await claimsOf(session, blob))
      if (session === null || !claims?.length || !(await fetch(group, blob))) return null
      const stored = await session.store.blobs.get(blob)
      const rendition = stored && (await whichOpens(claims, sourceOf(stored)))
      if (stored === null || rendition === null) return null
      return { size: rendition.size, stream: () => streamRendition(stored, rendition) }
    },
    async openPart(group, blob, range) {
      const session = groups.session(group)
      const claims = session && (await claimsOf(session, blob))
      if (session === null || !claims?.length) return null
      await lendFromOrigin(groups, session, blob).catch(fullDisk)
      const rendition = await trueOf(claims, session, patienceMs)
      if (rendition === null || range.to > rendition.size) return null
      const stored = await session.store.blobs.get(blob)
      if (stored !== null) return openPart(stored, rendition, range)
      return session.connections.parts.open(rendition, range, patienceMs)
    },
    async keepWatched(group, blob) {
      const session = groups.session(group)
      const rendition = session && (await trueOf(await claimsOf(session, blob), session, 0))
      if (rendition !== null && rendition.size <= keptFilmBytes) await fetch(group, blob)
    },
  }
}

/** What is said of a blob: as a rule one thing, but any member can name any blob with a key that is not its own. */
async function claimsOf(session: GroupSession, blob: BlobId): Promise<readonly Rendition[]> {
  const shown = await session.store.index.renditions(blob)
  return shown.length > 0 ? shown : renditionsInBin(session, blob)
}

/** Which of these is true, seen from the blob itself where it is; null where none is, or it is out of reach. */
async function trueOf(
  claims: readonly Rendition[],
  { store, connections }: GroupSession,
  patienceMs: number,
): Promise<Rendition | null> {
  const [first, ...others] = claims
  if (first === undefined || others.length === 0) return first ?? null
  const stored = await store.blobs.get(first.blob)
  return stored === null
    ? connections.parts.whichOpens(claims, patienceMs)
    : whichOpens(claims, sourceOf(stored))
}

async function openAs(claims: readonly Rendition[], stored: Blob) {
  const rendition = await whichOpens(claims, sourceOf(stored))
  const stream = rendition && (await openRendition(stored, rendition))
  return stream && { rendition, stream }
}

/** It says so by itself. */
function fullDisk(cause: unknown): void {
  if (!(cause instanceof StorageProblem)) throw cause
}

/** What the page asks of it, once the groups are open. */
export function mediaApi(
  media: DownloadedMedia,
  started: Promise<void>,
): Pick<EngineApi, 'mediaFacts' | 'openMedia' | 'fetchBlob' | 'openPart' | 'keepWatched'> {
  return {
    mediaFacts: ({ group, blob }) => started.then(() => media.facts(group, blob)),
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
