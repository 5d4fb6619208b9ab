/**
 * Opens documents from the cache. What it has of one of which there was no entry at the start is a hint (snapshots.ts)
 * that nobody has audited: the device died before the feed came. It is dropped.
 */
import type { DocId } from '#lib/base/ids.ts'
import type { Documents } from './documents.ts'

export interface DocumentOpening {
  open(doc: DocId): Promise<void>
  /** What the cache has of it is compared with entries now. */
  openToCompare(doc: DocId): Promise<void>
}

export function createDocumentOpening(
  documents: Pick<Documents, 'open' | 'drop'>,
): DocumentOpening {
  /** Compared with their entries, or begun without any. */
  const begun = new Set<DocId>()
  return {
    async open(doc) {
      if (begun.has(doc)) return documents.open(doc)
      begun.add(doc)
      await documents.drop(doc)
    },
    openToCompare(doc) {
      begun.add(doc)
      return documents.open(doc)
    },
  }
}
