/**
 * Whether what somebody adds is kept already: an item may show, with its thumbnail, whose files never arrived anywhere
 * and never will. So another item of the same content is a reason to drop a file only where that item's own file is on
 * this device, or a place says at that moment that it holds it. Without signal what is not here counts as not kept.
 *
 * Errors  StorageProblem
 * Source  docs/design.md §6
 */
import type { AlbumItem } from '#lib/albums/album-document.ts'
import { filmContent } from '#lib/albums/item-core.ts'
import type { BlobId, ContentHash, ItemId } from '#lib/base/ids.ts'
import { inBatches } from '#lib/base/in-batches.ts'
import { secondMs, type Clock } from '#lib/base/time.ts'
import type { BlobStore } from '#lib/ports/blob-store.ts'
import type { Connections } from '#lib/sync/connections.ts'
import type { IndexProjection } from './index-projection.ts'

export interface KeptTwins {
  /** Whether a file with this content is kept for an item of the group, in no bin and other than this one. */
  has(content: ContentHash, besides?: ItemId): Promise<boolean>
}

export interface KeptTwinsParts {
  readonly projection: Pick<IndexProjection, 'allWithContent'>
  readonly blobs: Pick<BlobStore, 'missing'>
  readonly holders: Connections['holders']
  readonly clock: Clock
}

/** So long nobody is asked after nobody answered: each question may take seconds, and an import asks for many files. */
const silenceMs = 30 * secondMs

/** What is kept of the files of one group. */
export function createKeptTwins({ projection, blobs, holders, clock }: KeptTwinsParts): KeptTwins {
  let askAgainMs = 0

  const askPlaces = inBatches(async (all: readonly (readonly BlobId[])[]): Promise<boolean[]> => {
    if (clock() < askAgainMs) return all.map(() => false)
    const answer = await holders([...new Set(all.flat())])
    if (answer === null) askAgainMs = clock() + silenceMs
    return all.map((ids) => ids.some((id) => (answer?.get(id) ?? 0) > 0))
  })

  return {
    async has(content, besides) {
      const twins = projection.allWithContent(content).filter(({ id }) => id !== besides)
      const files = twins.flatMap((twin) => fileWith(twin, content) ?? [])
      if (files.length === 0) return false
      const missing = await blobs.missing(files)
      return missing.length < files.length || askPlaces(missing)
    },
  }
}

/** The file of an item that has this content. */
function fileWith({ core }: AlbumItem, content: ContentHash): BlobId | null {
  const { original, motion } = core.renditions
  if (core.content === content) return original?.blob ?? null
  return filmContent(core) === content ? (motion?.blob ?? null) : null
}
