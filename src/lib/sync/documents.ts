/**
 * The group's documents in memory: folds of the entries that count, held by automerge-repo's Repo and
 * cached through our own storage. Losing the cache loses nothing; nothing reaches it that is not in an entry.
 *
 * Own changes are *drafted* on a clone and merged only once their entry is durable (a clone of 10,000 items
 * takes about 5 ms), so a full disk or a kill between the two leaves no orphan for others to trip over.
 *
 * Shape   documents by DocId (16 bytes) = automerge-repo's document id (base58check of the same bytes)
 * Errors  `merge` bisects a batch that throws and names the bad ones; a cache that does not load is dropped
 * Source  docs/design.md §3, §14; automerge-repo Repo, DocHandle
 */
import {
  Repo,
  stringifyAutomergeUrl,
  type BinaryDocumentId,
  type DocHandle,
} from '@automerge/automerge-repo/slim'
import { concatBytes, plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { idToBytes, type DocId } from '#lib/base/ids.ts'
import type { DocumentCache } from '#lib/ports/document-cache.ts'
import { Automerge, hasModuleEnded } from './automerge.ts'
import { firstChange, firstChangeHash } from './first-change.ts'

/** What changed in a document: the first two path segments of every patch, e.g. `['items', id]`. */
export type ChangedPaths = readonly (readonly [string, string])[]

/** Changes a draft in place; typed by the domain whose document it is. */
export type Edit = (draft: never) => void

export interface Documents {
  /** Loads a document from the cache if it is there. */
  open(doc: DocId): Promise<void>
  /** The present state; null while nothing of it is known. Never modify it. */
  read(doc: DocId): Readonly<Record<string, unknown>> | null
  has(doc: DocId, changeHash: string): boolean
  heads(doc: DocId): readonly string[]
  /** Of changes that came with entries: without the first (first-change.ts). */
  changeCount(doc: DocId): number
  /** How deep a map or list is: 1 in the root; null where it is not there. */
  depthOf(doc: DocId, object: string): number | null
  /**
   * Merges changes (already checked); returns positions of those that Automerge refuses, or of all that were left when
   * its module ended: nobody knows at which of them.
   */
  merge(doc: DocId, changes: readonly Bytes[]): number[]
  /** Merges a whole document as `save` gave it, much quicker where nothing of it is here; false where it is none. */
  mergeSaved(doc: DocId, saved: Bytes): boolean
  /**
   * The change that `edit` makes on a copy, or null if it changes nothing. Merge it once it is durable. Throws where
   * the document is not here, unless the edit begins it by saying its version, `v`.
   */
  draft(doc: DocId, actor: string, edit: Edit): Bytes | null
  /** The whole document as one snapshot. */
  save(doc: DocId): Bytes | null
  /** Forgets a document and its cache, for a rebuild. */
  drop(doc: DocId): Promise<void>
  /** Writes what is not yet cached. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** A cache may be late: what it lacks is folded again from the entries. Packing 10,000 items takes a second. */
const savePauseMs = 3000

type Handle = DocHandle<Record<string, unknown>>

/** Creates the documents of one group over a cache. */
export function createDocuments(
  cache: DocumentCache,
  onChange: (doc: DocId, paths: ChangedPaths) => void,
): Documents {
  const repo = new Repo({
    storage: quietCache(cache),
    network: [],
    sharePolicy: () => Promise.resolve(false),
    saveDebounceRate: savePauseMs,
  })
  const handles = new Map<DocId, Handle>()
  const opening = new Map<DocId, Promise<void>>()
  const dropping = new Map<DocId, Promise<void>>()

  const adopt = (doc: DocId, handle: Handle): void => {
    handles.set(doc, handle)
    handle.on('change', ({ patches }) => {
      onChange(
        doc,
        patches.map(({ path }) => [String(path[0] ?? ''), String(path[1] ?? '')]),
      )
    })
  }

  const load = async (doc: DocId): Promise<void> => {
    const url = urlOf(doc)
    const cached = await cache.loadRange([documentIdOf(url)])
    if (cached.length === 0 || handles.has(doc)) return
    try {
      const found = await repo.find<Record<string, unknown>>(url)
      if (!handles.has(doc)) adopt(doc, found)
    } catch {
      await cache.removeRange([documentIdOf(url)])
    }
  }

  const mergeAll = (doc: DocId, changes: readonly Bytes[]): void => {
    const handle = handles.get(doc)
    const joined = concatBytes(...changes)
    if (handle !== undefined) return mergeInto(handle, joined)
    const started = Automerge.loadIncremental(begin(), joined)
    if (countOf(started) > 0) create(doc, started)
  }

  /** Not by `repo.import(saved)`, which takes five times as long to load 10,000 items. */
  const create = (doc: DocId, content: Automerge.Doc<Record<string, unknown>>): void => {
    const docId = documentIdOf(urlOf(doc))
    const created = repo.import<Record<string, unknown>>(new Uint8Array(), { docId })
    created.update(() => content)
    adopt(doc, created)
    onChange(
      doc,
      Object.keys(content).flatMap((key) => childPaths(key, content[key])),
    )
  }

  const merge = (doc: DocId, changes: readonly Bytes[], offset = 0): number[] => {
    if (changes.length === 0) return []
    try {
      mergeAll(doc, changes)
      return []
    } catch {
      if (changes.length === 1 || hasModuleEnded()) return changes.map((_, at) => offset + at)
      const half = changes.length >> 1
      return [
        ...merge(doc, changes.slice(0, half), offset),
        ...merge(doc, changes.slice(half), offset + half),
      ]
    }
  }

  const dropNow = async (doc: DocId): Promise<void> => {
    await opening.get(doc)
    const handle = handles.get(doc)
    handles.delete(doc)
    if (handle !== undefined) {
      handle.removeAllListeners('change')
      await repo.removeFromCache(handle.documentId)
    }
    await cache.removeRange([documentIdOf(urlOf(doc))])
  }

  return {
    async open(doc) {
      // What is being dropped is still in the cache, and must not come back from there.
      await dropping.get(doc)
      if (handles.has(doc)) return
      const running = opening.get(doc) ?? load(doc).finally(() => opening.delete(doc))
      opening.set(doc, running)
      await running
    },
    read: (doc) => handles.get(doc)?.doc() ?? null,
    has: (doc, hash) => {
      const handle = handles.get(doc)
      return handle !== undefined && Automerge.hasHeads(handle.doc(), [hash])
    },
    heads: (doc) => {
      const handle = handles.get(doc)
      return handle === undefined ? [] : Automerge.getHeads(handle.doc())
    },
    changeCount: (doc) => {
      const handle = handles.get(doc)
      return handle === undefined ? 0 : countOf(handle.doc())
    },
    depthOf: (doc, object) => {
      const handle = handles.get(doc)
      return handle === undefined ? null : depthIn(handle, object)
    },
    merge: (doc, changes) => merge(doc, changes),
    mergeSaved(doc, saved) {
      if (handles.has(doc)) return merge(doc, [saved]).length === 0
      try {
        const content = Automerge.load<Record<string, unknown>>(saved)
        const isWhole = Automerge.hasHeads(content, [firstChangeHash])
        if (isWhole) create(doc, content)
        return isWhole
      } catch {
        return false
      }
    },
    draft(doc, actor, edit) {
      const handle = handles.get(doc)
      const copy = Automerge.clone(handle?.doc() ?? begin(), { actor })
      try {
        const edited = Automerge.change(copy, { time: 0 }, (draft) => {
          edit(draft as never)
        })
        if (handle === undefined && !('v' in edited)) throw new Error('the document is not here')
        if (Automerge.getHeads(edited).join() === Automerge.getHeads(copy).join()) return null
        const change = Automerge.getLastLocalChange(edited)
        return change === undefined ? null : plainBytes(change)
      } finally {
        Automerge.free(copy)
      }
    },
    save: (doc) => {
      const handle = handles.get(doc)
      return handle === undefined ? null : plainBytes(Automerge.save(handle.doc()))
    },
    drop(doc) {
      const running = dropping.get(doc) ?? dropNow(doc).finally(() => dropping.delete(doc))
      dropping.set(doc, running)
      return running
    },
    async flush() {
      await repo.flush([...handles.values()].filter((h) => h.isReady()).map((h) => h.documentId))
    },
    async close() {
      // What the cache lacks then is folded again.
      if (!hasModuleEnded()) await this.flush()
      for (const handle of handles.values()) handle.removeAllListeners('change')
      handles.clear()
    },
  }
}

function begin(): Automerge.Doc<Record<string, unknown>> {
  return Automerge.load<Record<string, unknown>>(firstChange)
}

/**
 * In place; a copy from before is put back where Automerge throws in the middle. Copies are freed at once: wasm's memory
 * only grows, and the browser collects them late because it does not see how large they are.
 */
function mergeInto(handle: Handle, changes: Bytes): void {
  const before = Automerge.clone(handle.doc())
  let merged: Automerge.Doc<Record<string, unknown>>
  try {
    merged = Automerge.loadIncremental(handle.doc(), changes)
  } catch (error) {
    handle.update(() => before)
    throw error
  }
  handle.update(() => merged)
  Automerge.free(before)
}

function countOf(content: Automerge.Doc<Record<string, unknown>>): number {
  return Automerge.stats(content).numChanges - 1
}

function depthIn(handle: Handle, object: string): number | null {
  try {
    return Automerge.getBackend(handle.doc()).objInfo(object).path?.length ?? null
  } catch {
    return null
  }
}

/** Everything of a container changed (an empty second segment), and each of its children. */
function childPaths(key: string, value: unknown): (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [[key, '']]
  return [[key, ''], ...Object.keys(value).map((child) => [key, child] as const)]
}

/** A cache that cannot be written is no reason to fail: the entries are the truth. */
function quietCache(cache: DocumentCache): DocumentCache {
  const quietly = (work: Promise<void>): Promise<void> => work.catch(() => undefined)
  return {
    load: (key) => cache.load(key),
    loadRange: (prefix) => cache.loadRange(prefix),
    save: (key, data) => quietly(cache.save(key, data)),
    remove: (key) => quietly(cache.remove(key)),
    removeRange: (prefix) => quietly(cache.removeRange(prefix)),
  }
}

function urlOf(doc: DocId): ReturnType<typeof stringifyAutomergeUrl> {
  return stringifyAutomergeUrl(idToBytes(doc) as unknown as BinaryDocumentId)
}

function documentIdOf(url: ReturnType<typeof stringifyAutomergeUrl>): Handle['documentId'] {
  return url.slice('automerge:'.length) as Handle['documentId']
}
