/**
 * Folds the `talk` entries that count: what members say of themselves without being able to write documents, what
 * they say about items, and the new groups that they have made out of this one.
 *
 * Shape   kept in memory, opened anew at every start; entries wait while their past or their key is missing
 * Errors  what does not open or parse is quarantined; StorageProblem from the store, after which the next run goes on
 * Source  docs/design.md §6 "Comments and reactions"; groups/talk.ts
 */
import type { DeviceId, EntryId, MemberId } from '#lib/base/ids.ts'
import { unseal } from '#lib/crypto/seal.ts'
import { parseTalk, type ForkTalk, type MemberWords, type Talk } from '#lib/groups/talk.ts'
import type { EntryRecord, EntryStore } from '#lib/ports/entry-store.ts'
import { envelopeBytes, type Entry } from '#lib/wire/entry.ts'
import type { GroupLog } from './group-log.ts'
import { createItemTalks, type ItemTalks } from './item-talks.ts'
import type { KeyRing } from './key-ring.ts'
import { takeFrom } from './taken.ts'

export interface Talks {
  /** Offers entries that have just been taken in, or written. */
  offer(entries: readonly (Entry | EntryRecord)[]): void
  /** Opens all that count and can be opened now; true if anything was. */
  run(): Promise<boolean>
  /** Entries that have been opened here, also those that count no longer. */
  shown(): Iterable<EntryId>
  /** What members have said of themselves, the newest of each. */
  words(): ReadonlyMap<MemberId, MemberWords>
  /** New groups that members have made out of this one, and for which devices. */
  forks(): readonly ForkNews[]
  /** What they have said about items. */
  readonly onItems: Pick<ItemTalks, 'saidOf' | 'items'>
}

/** A `fork` talk that counts, and the device that says it. */
export interface ForkNews {
  readonly author: DeviceId
  readonly talk: ForkTalk
}

export interface TalksParts {
  readonly log: GroupLog
  readonly store: EntryStore
  readonly ring: KeyRing
}

const batchEntries = 500

/** The talk of one group. */
export function createTalks({ log, store, ring }: TalksParts): Talks {
  const pending = new Set<EntryId>()
  const opened = new Map<EntryId, Talk>()
  const onItems = createItemTalks(log)

  const ready = (id: EntryId): boolean => {
    const record = log.record(id)
    return record?.epoch !== undefined && ring.has(record.epoch) && log.graph.counts(id)
  }

  const open = async (entry: Entry): Promise<Talk | 'does-not-open' | 'malformed'> => {
    const { doc, epoch } = entry
    const key = doc && epoch ? ring.documentKey(epoch, doc) : null
    const plaintext = key && (await unseal(key, entry.body, envelopeBytes(entry)))
    if (plaintext === null) return 'does-not-open'
    return parseTalk(plaintext) ?? 'malformed'
  }

  const openAll = async (ids: readonly EntryId[]): Promise<void> => {
    const notes: Parameters<EntryStore['annotate']>[0][number][] = []
    const fresh: [EntryId, Talk][] = []
    for (const entry of await log.entries(ids)) {
      const talk = await open(entry)
      if (typeof talk === 'string') notes.push({ id: entry.id, quarantine: talk })
      else {
        fresh.push([entry.id, talk])
        notes.push({ id: entry.id, changes: [entry.id], quarantine: null })
      }
    }
    // Before anybody reads it: what was seen is kept (marks.ts).
    await store.annotate(notes)
    for (const [id, talk] of fresh) {
      opened.set(id, talk)
      onItems.add(id, talk)
    }
  }

  /** Later in the group's history, and where nobody can tell, by id: the same everywhere. */
  const isNewer = (id: EntryId, than: EntryId): boolean =>
    log.graph.depth(id) - log.graph.depth(than) > 0 ||
    (log.graph.depth(id) === log.graph.depth(than) && id > than)

  return {
    onItems,
    offer(entries) {
      for (const { id, kind } of entries) if (kind === 'talk' && !opened.has(id)) pending.add(id)
    },
    async run() {
      let any = false
      for (;;) {
        const ids = [...pending].filter(ready).slice(0, batchEntries)
        if (ids.length === 0) return any
        await takeFrom(pending, ids, openAll)
        any = true
      }
    },
    shown: () => opened.keys(),
    words() {
      const newest = new Map<MemberId, EntryId>()
      const devices = log.membership.state()?.devices
      for (const [id, { type }] of opened) {
        if (type !== 'self') continue
        const author = log.record(id)?.author
        const member = author && devices?.get(author)?.member
        if (member === undefined || !log.graph.counts(id)) continue
        const known = newest.get(member)
        if (known === undefined || isNewer(id, known)) newest.set(member, id)
      }
      const words = new Map<MemberId, MemberWords>()
      for (const [member, id] of newest) {
        const talk = opened.get(id)
        if (talk?.type === 'self') words.set(member, talk.fields)
      }
      return words
    },
    forks: () =>
      [...opened].flatMap(([id, talk]) => {
        const author = log.record(id)?.author
        const counts = author !== undefined && log.graph.counts(id)
        return counts && talk.type === 'fork' ? [{ author, talk }] : []
      }),
  }
}
