/**
 * A group on this device: its entries, keys, membership and documents, without any network.
 *
 * Everything that happens offline happens here; `feed-client.ts` brings others' entries and takes ours.
 *
 * Errors  `WriteProblem` and StorageProblem; hostile entries never throw
 * Source  docs/design.md §3, §5
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type {
  DeviceId,
  DocId,
  EntryId,
  GroupId,
  ItemId,
  KeyId,
  MemberId,
  RelayId,
} from '#lib/base/ids.ts'
import type { Result } from '#lib/base/result.ts'
import type { GroupContent, GroupDocument } from '#lib/groups/group-document.ts'
import type { MembershipState } from '#lib/membership/evaluate.ts'
import type { Operation } from '#lib/membership/operation.ts'
import type { EntryStore, Cursor } from '#lib/ports/entry-store.ts'
import type { DocumentCache } from '#lib/ports/document-cache.ts'
import type { GroupSecrets, KeyStore } from '#lib/ports/key-store.ts'
import type { Entry } from '#lib/wire/entry.ts'
import { hasModuleEnded } from './automerge.ts'
import { createEditor } from './editor.ts'
import { createDocuments, type ChangedPaths, type Documents, type Edit } from './documents.ts'
import { createFold } from './fold.ts'
import { createGroupLog, type GroupLog } from './group-log.ts'
import { createKeyRing, type KeyRing } from './key-ring.ts'
import { keepShown } from './marks.ts'
import { createOwnKeys, type OwnKeys } from './own-keys.ts'
import { createReleases, type Releases } from './releases.ts'
import { createReplicaIntake } from './replica-intake.ts'
import { createSelf } from './self.ts'
import { createTalks, type ForkNews, type Talks } from './talks.ts'
import { createWriter, type Along, type WriteProblem } from './writer.ts'

export type ReplicaEvent =
  | { readonly kind: 'membership' }
  | { readonly kind: 'document'; readonly doc: DocId; readonly paths: ChangedPaths }
  /** Somebody said something. */
  | { readonly kind: 'talk' }
  /** Blobs are needed no longer, or again. */
  | { readonly kind: 'release' }
  /** An own entry is stored: relays and other tabs should hear of it. */
  | { readonly kind: 'written'; readonly entry: EntryId }
  /** Entries from elsewhere are stored. */
  | { readonly kind: 'received'; readonly entries: readonly EntryId[] }

export interface Me {
  readonly device: DeviceId
  readonly member: MemberId
}

export interface Replica {
  readonly group: GroupId
  readonly store: EntryStore
  readonly log: GroupLog
  readonly documents: Documents
  readonly ring: KeyRing
  readonly releases: Pick<Releases, 'isReleased' | 'named' | 'release' | 'keep'>
  /** Changes that wait for something before they can be merged. */
  waitingChanges(): number
  state(): MembershipState | null
  /** This device in the group; null while visiting. */
  me(): Me | null
  secrets(): GroupSecrets
  /** Changes the secrets, e.g. on joining (own-keys.ts). */
  readonly keep: OwnKeys['keep']
  /** Verified, stored with the cursor, folded. Returns how many were dropped as forged or malformed. */
  receive(
    entries: readonly Bytes[],
    cursor?: { relay: RelayId; cursor: Cursor },
  ): Promise<{ rejected: number }>
  adopt(ids: readonly EntryId[]): Promise<void>
  /** A fresh id for an item that this device adds to an album, or the one that continues an item of another group. */
  readonly newItemId: (album: DocId, continued?: ItemId) => ItemId
  /** One change of a document, durable when this resolves; null where the edit changes nothing. */
  change(doc: DocId, edit: Edit, along?: Along): Promise<Result<Entry | null, WriteProblem>>
  /** The group's document, with what members said of themselves by talk. */
  groupContent(): GroupContent
  /** New groups that members have made out of this one. */
  forkNews(): readonly ForkNews[]
  /** What members said about items: comments and reactions. */
  readonly talkOnItems: Talks['onItems']
  /** Says something of oneself in the group's document, or by talk where one may not write it (or has before). */
  sayOfMyself(edit: (draft: GroupDocument) => void): Promise<Result<Entry | null, WriteProblem>>
  operate(
    make: (parents: Operation['parents']) => Promise<Operation | null>,
  ): Promise<Result<Entry | null, WriteProblem>>
  /** A sealed entry of a document that is no change of it, e.g. a snapshot. */
  writeSealed(
    kind: 'snapshot' | 'talk',
    doc: DocId,
    plaintext: Bytes,
  ): Promise<Result<Entry, WriteProblem>>
  /** Shows a saved document before its entries have come; nothing is built upon it. False where it is none to show. */
  hint(doc: DocId, saved: Bytes): Promise<boolean>
  /** The feed is complete: rebuilds documents where hints gave more than the counting entries. */
  audit(): Promise<void>
  listen(listener: (event: ReplicaEvent) => void): () => void
  close(): Promise<void>
}

export interface ReplicaParts {
  readonly group: GroupId
  readonly entries: EntryStore
  readonly documents: DocumentCache
  readonly keys: KeyStore
}

/** Opens the replica of a group: loads what is stored and folds what the documents lack. */
export async function openReplica(parts: ReplicaParts): Promise<Replica> {
  const { group, entries: store } = parts
  const stored = (await parts.keys.load()) ?? noSecrets
  const { tell, listen } = createEars()
  const documents = createDocuments(parts.documents, (doc, paths) => {
    tell({ kind: 'document', doc, paths })
  })
  const log = createGroupLog(group, store)
  const ring = createKeyRing(group, stored.epochKeys)
  const own = createOwnKeys({ store: parts.keys, ring, stored, isRead: (key) => isRead(log, key) })
  const fold = createFold({ log, store, documents, ring, author: own.author })
  const talks = createTalks({ log, store, ring })
  const releases = createReleases({ log, store, plain: (...entry) => writer.plain(...entry) })
  const keep = (shown: Iterable<EntryId>) => keepShown({ log, writer, author: own.author }, shown)
  const intake = createReplicaIntake({
    ...{ log, own, fold, talks, releases, keepShown: keep, tell },
  })
  const writer = createWriter({
    ...{ group, log, store, ring, author: own.author },
    onWritten: async (entry) => {
      tell({ kind: 'written', entry: entry.id })
      await intake.settleMembership([entry])
      if (entry.kind !== 'talk' && entry.kind !== 'release' && entry.kind !== 'keep') return
      talks.offer([entry])
      releases.offer([entry])
      await intake.run()
    },
    onOvertaken: () => intake.adopt('all'),
  })
  const editor = createEditor({ documents, writer, fold, author: own.author })

  const begin = async (): Promise<void> => {
    await log.load()
    await own.learn(log.membership.state())
    await keep(shownOnce(log))
    await fold.start()
    talks.offer([...log.records()])
    releases.offer([...log.records()])
    await intake.run()
    // Else the screens would be told that nothing is there.
    if (hasModuleEnded()) throw new Error('Automerge’s module has ended')
    void fold.tryAgain()
  }

  await begin()
  return {
    ...{ group, store, log, documents, ring, releases, waitingChanges: fold.waiting },
    ...{ secrets: own.secrets, operate: writer.operate, change: editor.change },
    ...{ receive: intake.receive, adopt: intake.adopt },
    ...{ writeSealed: writer.sealed, hint: fold.hint, audit: fold.audit },
    ...createSelf({ group, log, documents, talks, editor, writer, me: () => meOf(own) }),
    ...{
      talkOnItems: talks.onItems,
      forkNews: talks.forks,
      state: log.membership.state,
      me: () => meOf(own),
      listen,
    },
    async keep(change) {
      await own.keep(change)
      await own.learn(log.membership.state())
      await intake.run()
    },
    async close() {
      await editor.settled()
      await fold.run()
      await documents.close()
    },
  }
}

const noSecrets: GroupSecrets = { device: null, invitationSeed: null, epochKeys: new Map() }

function createEars(): Pick<Replica, 'listen'> & { tell: (event: ReplicaEvent) => void } {
  const listeners = new Set<(event: ReplicaEvent) => void>()
  return {
    tell(event) {
      for (const listener of listeners) listener(event)
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Entries that an earlier run of this device has shown, as it noted. */
function shownOnce(log: GroupLog): EntryId[] {
  return [...log.records()].flatMap(({ id, changes }) => (changes.length > 0 ? [id] : []))
}

function isRead(log: GroupLog, key: KeyId): boolean {
  for (const { id, epoch } of log.records()) if (epoch === key && log.graph.counts(id)) return true
  return false
}

function meOf(own: OwnKeys): Me | null {
  const author = own.author()
  const member = own.secrets().device?.member
  return author === null || member === undefined ? null : { device: author.device, member }
}
