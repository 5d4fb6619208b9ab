/**
 * Folds the entries that count into documents.
 *
 * An entry waits while its past, its author or its epoch key is missing; it is quarantined, with a reason,
 * if what it carries can never be merged. Losing the document cache, or taking entries in any order with
 * restarts in between, changes nothing: the documents are rebuilt from the entries.
 *
 * A device that was removed goes on showing its own entries that do not count because nobody had them by then: they
 * are the person's, and nowhere else. Nothing is written upon them.
 *
 * Errors  hostile contents end in quarantine; StorageProblem from the store, after which the next run goes on
 * Source  docs/design.md §3, §6
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { DeviceId, DocId, EntryId } from '#lib/base/ids.ts'
import { inOneRun } from '#lib/base/one-run.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { unseal } from '#lib/crypto/seal.ts'
import type { EntryRecord, EntryStore } from '#lib/ports/entry-store.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { envelopeBytes, type Entry } from '#lib/wire/entry.ts'
import { parseBundle } from './bundle.ts'
import { readChange } from './change-rules.ts'
import { createShape } from './change-shape.ts'
import { isBearable } from './change-size.ts'
import type { Documents } from './documents.ts'
import type { GroupLog } from './group-log.ts'
import type { KeyRing } from './key-ring.ts'
import type { Author } from './writer.ts'

export interface Fold {
  /** Compares the cached documents with the stored entries and queues what they lack. */
  start(): Promise<void>
  /** Offers entries that have just been taken in. */
  offer(entries: readonly (Entry | EntryRecord)[]): void
  /** Rebuilds what holds something that does not count any more, and merges all that count and can be opened now. */
  run(): Promise<void>
  /** What counts may have changed: the next run looks at it. */
  recount(): void
  /** Whether a document waits for the next run, or for the end of this one, to show what counts and only that. */
  isRebuilding(doc: DocId): boolean
  /** Entries whose changes have been merged here, also those that count no longer or are being merged anew. */
  shown(): Iterable<EntryId>
  /** Merges an own entry with one change (of this hash) that is durable now. */
  own(entry: Entry, doc: DocId, change: Bytes, hash: string): Promise<void>
  /** Merges a saved document as a hint: shown, but not built upon before the audit. */
  readonly hint: (doc: DocId, saved: Bytes) => Promise<void>
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

interface Opened {
  readonly id: EntryId
  readonly doc: DocId
  readonly changes: readonly Bytes[]
  readonly hashes: readonly string[]
  /** Changes that these build upon. */
  readonly needs: readonly string[]
}

const batchEntries = 500

/** The fold of one group. */
export function createFold({ log, store, documents, ring, author }: FoldParts): Fold {
  const pending = new Map<EntryId, Entry | null>()
  const applied = new Map<EntryId, DocId>()
  const hints = new Set<DocId>()
  const stale = new Set<DocId>()
  const rebuilding = new Set<DocId>()
  /** Shown before the rebuild that is under way. */
  const shownBefore = new Set<EntryId>()
  /** Entries that build upon a change which no entry before them brought, by its hash. No app of ours writes such. */
  const orphans = new Map<string, EntryId[]>()

  const isOut = (device: DeviceId): boolean => {
    const state = log.membership.state()
    return state !== null && !state.devices.has(device) && state.everAdmitted.has(device)
  }

  const shows = (id: EntryId): boolean => {
    if (log.graph.counts(id)) return true
    const device = author()?.device
    return device !== undefined && log.record(id)?.author === device && isOut(device)
  }

  const ready = (id: EntryId): boolean => {
    const record = log.record(id)
    return record?.epoch !== undefined && ring.has(record.epoch) && shows(id)
  }

  const open = async (entry: Entry): Promise<Result<Opened, { kind: string }>> => {
    const { doc, epoch, id } = entry
    const key = doc && epoch ? ring.documentKey(epoch, doc) : null
    if (doc === undefined || key === null) return err({ kind: 'no-key' })
    const plaintext = await unseal(key, entry.body, envelopeBytes(entry))
    const changes = plaintext === null ? null : parseBundle(plaintext)
    if (changes === null) return err({ kind: plaintext === null ? 'does-not-open' : 'malformed' })
    if (!isBearable(changes)) return err({ kind: 'too-much' })
    const hashes: string[] = []
    const needs: string[] = []
    await documents.open(doc)
    const shape = createShape((object) => documents.depthOf(doc, object))
    for (const change of changes) {
      const facts = readChange(change, entry.author, doc, shape)
      if (!facts.ok) return facts
      hashes.push(facts.value.hash)
      needs.push(...facts.value.needs)
    }
    return ok({ id, doc, changes, hashes, needs })
  }

  /** Notes that an entry is in its document, or what it waits for there. */
  const settle = ({ id, doc, hashes, needs }: Opened, isIn: boolean): void => {
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

  const mergeDocument = async (doc: DocId, opened: readonly Opened[]): Promise<void> => {
    await documents.open(doc)
    const missing = opened.filter(({ hashes }) => !hashes.every((hash) => documents.has(doc, hash)))
    const positions = missing.flatMap((one, at) => one.changes.map(() => at))
    // Before anybody sees it: what was seen is kept (marks.ts), also by a device that dies in the next moment.
    await store.annotate(
      opened.map(({ id, hashes }) => ({ id, changes: hashes, quarantine: null })),
    )
    const changes = missing.flatMap((one) => one.changes)
    const countBefore = documents.changeCount(doc)
    const refused = documents.merge(doc, changes)
    const allIn = documents.changeCount(doc) === countBefore + changes.length
    const bad = new Set(refused.map((position) => missing[positions[position] ?? -1]?.id))
    for (const one of opened) if (!bad.has(one.id)) settle(one, allIn)
    const refusal = { changes: [], quarantine: 'refused-by-document' }
    const notes = opened.filter(({ id }) => bad.has(id)).map(({ id }) => ({ id, ...refusal }))
    if (notes.length > 0) await store.annotate(notes)
    for (const { id } of notes) pending.delete(id)
  }

  const mergeBatch = async (ids: readonly EntryId[]): Promise<void> => {
    const unread = ids.filter((id) => !pending.get(id))
    const read = new Map((await log.entries(unread)).map((entry) => [entry.id, entry]))
    const byDoc = new Map<DocId, Opened[]>()
    for (const id of ids) {
      const entry = pending.get(id) ?? read.get(id)
      const opened = entry === undefined ? null : await open(entry)
      if (opened?.ok !== true) {
        if (opened !== null) await store.annotate([{ id, quarantine: opened.error.kind }])
        pending.delete(id)
        continue
      }
      const list = byDoc.get(opened.value.doc) ?? []
      byDoc.set(opened.value.doc, list)
      list.push(opened.value)
    }
    for (const [doc, list] of byDoc) await mergeDocument(doc, list)
  }

  const run = inOneRun(async () => {
    for (;;) {
      for (const doc of stale) await rebuild(doc)
      const ids = [...pending.keys()].filter(ready).slice(0, batchEntries)
      if (ids.length === 0) break
      await mergeBatch(ids).catch((cause: unknown) => {
        // On a full disk they wait for the next run; what fails in another way would fail in each.
        if (!(cause instanceof StorageProblem)) for (const id of ids) pending.delete(id)
        throw cause
      })
    }
    rebuilding.clear()
    shownBefore.clear()
  })

  const rebuild = async (doc: DocId): Promise<void> => {
    stale.delete(doc)
    rebuilding.add(doc)
    await documents.drop(doc)
    for (const record of log.records()) {
      if (record.doc !== doc || record.kind !== 'bundle') continue
      if (applied.delete(record.id)) shownBefore.add(record.id)
      if (record.quarantine === null) pending.set(record.id, pending.get(record.id) ?? null)
    }
  }

  /** Which of these changes a document holds. Asked once each: Automerge takes its time to answer. */
  const heldOf = (doc: DocId, known: ReadonlySet<string>): Set<string> =>
    new Set([...known].filter((hash) => documents.has(doc, hash)))

  const startDocument = async (doc: DocId, records: readonly EntryRecord[]): Promise<void> => {
    await documents.open(doc)
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
    run,
    async start() {
      const byDoc = new Map<DocId, EntryRecord[]>()
      for (const record of log.records()) {
        if (record.kind !== 'bundle' || record.doc === undefined || record.quarantine !== null)
          continue
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
    shown: () => [...applied.keys(), ...shownBefore],
    recount() {
      for (const [id, doc] of applied) if (!shows(id)) stale.add(doc)
    },
    isRebuilding: (doc) => stale.has(doc) || rebuilding.has(doc),
    async own(entry, doc, change, hash) {
      // Into what is here, it goes at once; what is rebuilt meanwhile gets it with all others.
      if (documents.changeCount(doc) > 0) documents.merge(doc, [change])
      if (!documents.has(doc, hash)) {
        pending.set(entry.id, entry)
        await run()
        return
      }
      applied.set(entry.id, doc)
      // It is done and durable, and must not look as if it had failed: a start without the note reads it again.
      await store.annotate([{ id: entry.id, changes: [hash] }]).catch(ignoreFullDisk)
    },
    async hint(doc, saved) {
      await documents.open(doc)
      hints.add(doc)
      documents.mergeSaved(doc, saved)
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
