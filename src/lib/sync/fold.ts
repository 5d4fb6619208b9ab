/**
 * Folds the entries that count into documents.
 *
 * An entry waits while its past, its author or its epoch key is missing; it is quarantined, with a reason,
 * if what it carries cannot be merged. Losing the document cache, or taking entries in any order with
 * restarts in between, changes nothing: the documents are rebuilt from the entries. Once Automerge's module has ended
 * (automerge.ts) nothing is folded until the next start, and nothing that comes is judged.
 *
 * Errors  hostile contents end in quarantine, after further tries where they may be sound (second-tries.ts);
 *         StorageProblem from the store, after which the next run goes on
 * Source  docs/design.md §3, §6
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { DocId, EntryId } from '#lib/base/ids.ts'
import { inOneRun } from '#lib/base/one-run.ts'
import type { EntryRecord, EntryStore } from '#lib/ports/entry-store.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import type { Entry } from '#lib/wire/entry.ts'
import { hasModuleEnded } from './automerge.ts'
import { createBundleOpening, type OpenedBundle } from './bundle-opening.ts'
import { createHintBudget } from './document-size.ts'
import { createDocumentOpening } from './document-opening.ts'
import type { Documents } from './documents.ts'
import { createShowing } from './entry-showing.ts'
import type { GroupLog } from './group-log.ts'
import type { KeyRing } from './key-ring.ts'
import { createSecondTries, interrupted } from './second-tries.ts'
import type { Author } from './writer.ts'

export interface Fold {
  /** Compares the cached documents with the stored entries and queues what they lack. */
  start(): Promise<void>
  /** Offers entries that have just been taken in. */
  offer(entries: readonly (Entry | EntryRecord)[]): void
  /** Rebuilds what holds something that does not count any more, and merges all that count and can be opened now. */
  run(): Promise<void>
  /** Tries once more, each by itself, what was put aside before this start and may be sound; a full disk puts it off. */
  tryAgain(): Promise<void>
  /** What counts may have changed: the next run looks at it. */
  recount(): void
  /** Whether a document waits for the next run, or for the end of this one, to show what counts and only that. */
  isRebuilding(doc: DocId): boolean
  /** Entries whose changes have been merged here, also those that count no longer or are being merged anew. */
  shown(): Iterable<EntryId>
  /** Loads what the cache has of a document, as far as it comes from entries. */
  readonly open: (doc: DocId) => Promise<void>
  /** Merges an own entry with one change (of this hash) that is durable now. */
  own(entry: Entry, doc: DocId, change: Bytes, hash: string): Promise<void>
  /** Merges a saved document as a hint: shown, but not built upon before the audit. False where it is none to bear. */
  readonly hint: (doc: DocId, saved: Bytes) => Promise<boolean>
  isHint(doc: DocId): boolean
  /** The whole feed is here: a document that holds more than its entries (a lying snapshot) is rebuilt. */
  readonly audit: () => Promise<void>
  waiting(): number
}

export interface FoldParts {
  readonly log: GroupLog
  readonly store: EntryStore
  readonly documents: Documents
  readonly ring: KeyRing
  readonly author: () => Author | null
}

const batchEntries = 500

/** The fold of one group. */
export function createFold({ log, store, documents, ring, author }: FoldParts): Fold {
  const pending = new Map<EntryId, Entry | null>()
  const applied = new Map<EntryId, DocId>()
  const hints = new Set<DocId>()
  const budget = createHintBudget()
  const stale = new Set<DocId>()
  const rebuilding = new Set<DocId>()
  /** Shown before the rebuild that is under way. */
  const shownBefore = new Set<EntryId>()
  /** Entries that build upon a change which no entry before them brought, by its hash. No app of ours writes such. */
  const orphans = new Map<string, EntryId[]>()
  const opening = createDocumentOpening(documents)
  const open = createBundleOpening({ documents, opening, ring })
  const shows = createShowing(log, author)
  const tries = createSecondTries()
  /** What the run is to try once more. */
  let again: EntryId | null = null

  const ready = (id: EntryId): boolean => {
    const record = log.record(id)
    return record?.epoch !== undefined && ring.has(record.epoch) && shows(id)
  }

  /** Notes that an entry is in its document, or what it waits for there. */
  const settle = ({ id, doc, hashes, needs }: OpenedBundle, isIn: boolean): void => {
    pending.delete(id)
    if (!isIn && !hashes.every((hash) => documents.has(doc, hash))) {
      const needed = needs.find((hash) => !hashes.includes(hash) && !documents.has(doc, hash)) ?? ''
      orphans.set(needed, [...(orphans.get(needed) ?? []), id])
      return
    }
    applied.set(id, doc)
    for (const hash of hashes) {
      for (const orphan of orphans.get(hash) ?? []) pending.set(orphan, null)
      orphans.delete(hash)
    }
  }

  /** What could not be merged: some of it may be, at another start. */
  const putAside = async (ids: readonly EntryId[], why: string): Promise<void> => {
    if (ids.length === 0) return
    await store.annotate(ids.map((id) => ({ id, changes: [], quarantine: tries.failed(id, why) })))
    for (const id of ids) pending.delete(id)
  }

  const mergeDocument = async (doc: DocId, opened: readonly OpenedBundle[]): Promise<void> => {
    await opening.open(doc)
    const missing = opened.filter(({ hashes }) => !hashes.every((hash) => documents.has(doc, hash)))
    const positions = missing.flatMap((one, at) => one.changes.map(() => at))
    // Before anybody sees it: what was seen is kept (marks.ts), also by a device that dies in the next moment. Of what
    // is tried once more, whoever dies of it is to find that note.
    await store.annotate(
      opened.map(({ id, hashes }) => ({
        ...{ id, changes: hashes },
        ...(tries.has(id) ? {} : { quarantine: null }),
      })),
    )
    const changes = missing.flatMap((one) => one.changes)
    const countBefore = documents.changeCount(doc)
    const refused = documents.merge(doc, changes)
    const bad = new Set(refused.flatMap((position) => missing[positions[position] ?? -1]?.id ?? []))
    if (hasModuleEnded()) {
      await putAside([...bad], interrupted)
      return
    }
    const allIn = documents.changeCount(doc) === countBefore + changes.length
    for (const one of opened) if (!bad.has(one.id)) settle(one, allIn)
    await putAside([...bad], 'refused-by-document')
    const sound = opened.filter(({ id }) => !bad.has(id) && tries.has(id))
    if (sound.length > 0) await store.annotate(sound.map(({ id }) => ({ id, quarantine: null })))
    for (const { id } of sound) tries.passed(id)
  }

  const mergeBatch = async (ids: readonly EntryId[]): Promise<void> => {
    const unread = ids.filter((id) => !pending.get(id))
    const read = new Map((await log.entries(unread)).map((entry) => [entry.id, entry]))
    const byDoc = new Map<DocId, OpenedBundle[]>()
    for (const id of ids) {
      const entry = pending.get(id) ?? read.get(id)
      const opened = entry === undefined ? null : await open(entry)
      if (opened?.ok !== true) {
        if (opened !== null) await putAside([id], opened.error.kind)
        pending.delete(id)
        // The others are not to blame.
        if (hasModuleEnded()) return
        continue
      }
      const list = byDoc.get(opened.value.doc) ?? []
      byDoc.set(opened.value.doc, list)
      list.push(opened.value)
    }
    for (const [doc, list] of byDoc) await mergeDocument(doc, list)
  }

  const mergeOrKeep = (ids: readonly EntryId[]): Promise<void> =>
    mergeBatch(ids).catch((cause: unknown) => {
      // The next start reads them again.
      if (hasModuleEnded() && !(cause instanceof StorageProblem)) return
      // On a full disk they wait for the next run; what fails in another way would fail in each.
      if (!(cause instanceof StorageProblem)) for (const id of ids) pending.delete(id)
      throw cause
    })

  const mergeAgain = async (id: EntryId): Promise<void> => {
    await store.annotate([{ id, quarantine: tries.begin(id) }])
    pending.set(id, null)
    await mergeOrKeep([id])
  }

  const run = inOneRun(async () => {
    while (!hasModuleEnded()) {
      for (const doc of stale) await rebuild(doc)
      const ids = [...pending.keys()].filter(ready).slice(0, batchEntries)
      const next = again
      if (ids.length === 0 && next === null) {
        rebuilding.clear()
        shownBefore.clear()
        return
      }
      if (ids.length === 0) again = null
      await (ids.length === 0 && next !== null ? mergeAgain(next) : mergeOrKeep(ids))
    }
  })

  const rebuild = async (doc: DocId): Promise<void> => {
    stale.delete(doc)
    rebuilding.add(doc)
    await documents.drop(doc)
    for (const record of log.records()) {
      if (record.doc !== doc || record.kind !== 'bundle') continue
      const wasIn = applied.delete(record.id)
      if (wasIn) shownBefore.add(record.id)
      if (wasIn || record.quarantine === null)
        pending.set(record.id, pending.get(record.id) ?? null)
    }
  }

  /** Which of these changes a document holds. Asked once each: Automerge takes its time to answer. */
  const heldOf = (doc: DocId, known: ReadonlySet<string>): Set<string> =>
    new Set([...known].filter((hash) => documents.has(doc, hash)))

  const startDocument = async (doc: DocId, records: readonly EntryRecord[]): Promise<void> => {
    await opening.openToCompare(doc)
    const held = heldOf(doc, new Set(records.flatMap(({ changes }) => changes)))
    const isMerged = ({ changes }: EntryRecord): boolean =>
      changes.length > 0 && changes.every((hash) => held.has(hash))
    const sound =
      held.size === documents.changeCount(doc) &&
      records.every((record) => !isMerged(record) || shows(record.id))
    if (!sound) await documents.drop(doc)
    for (const record of records) {
      if (sound && isMerged(record)) applied.set(record.id, doc)
      else pending.set(record.id, null)
    }
  }

  return {
    ...{ run, open: opening.open },
    async start() {
      const byDoc = new Map<DocId, EntryRecord[]>()
      for (const record of log.records()) {
        if (record.kind !== 'bundle' || record.doc === undefined) continue
        if (record.quarantine !== null) {
          tries.recall(record.id, record.quarantine)
          continue
        }
        const records = byDoc.get(record.doc) ?? []
        byDoc.set(record.doc, records)
        records.push(record)
      }
      for (const [doc, records] of byDoc) await startDocument(doc, records)
    },
    offer(entries) {
      for (const entry of entries)
        if (entry.kind === 'bundle' && !applied.has(entry.id))
          pending.set(entry.id, 'bytes' in entry ? entry : null)
    },
    async tryAgain() {
      for (const id of tries.waiting().filter(ready)) {
        again = id
        await run().catch(ignoreFullDisk)
      }
    },
    shown: () => [...applied.keys(), ...shownBefore],
    recount() {
      for (const [id, doc] of applied) if (!shows(id)) stale.add(doc)
    },
    isRebuilding: (doc) => stale.has(doc) || rebuilding.has(doc),
    async own(entry, doc, change, hash) {
      // Into what is here, it goes at once; what is rebuilt meanwhile gets it with all others.
      if (!hasModuleEnded() && documents.changeCount(doc) > 0) documents.merge(doc, [change])
      if (hasModuleEnded() || !documents.has(doc, hash)) {
        pending.set(entry.id, entry)
        await run()
        return
      }
      applied.set(entry.id, doc)
      // It is done and durable, and must not look as if it had failed: a start without the note reads it again.
      await store.annotate([{ id: entry.id, changes: [hash] }]).catch(ignoreFullDisk)
    },
    async hint(doc, saved) {
      if (!(await budget.takes(saved))) return false
      await opening.open(doc)
      hints.add(doc)
      return documents.mergeSaved(doc, saved)
    },
    isHint: (doc) => hints.has(doc),
    async audit() {
      for (const doc of hints) {
        const known = new Set<string>()
        for (const record of log.records())
          if (record.doc === doc && applied.has(record.id))
            for (const hash of (await store.record(record.id))?.changes ?? []) known.add(hash)
        // Not by heads: an entry that counts may be built upon a change that only the hint holds.
        if (heldOf(doc, known).size !== documents.changeCount(doc)) stale.add(doc)
      }
      hints.clear()
      await run()
    },
    waiting: () => pending.size,
  }
}

function ignoreFullDisk(cause: unknown): void {
  if (!(cause instanceof StorageProblem)) throw cause
}
