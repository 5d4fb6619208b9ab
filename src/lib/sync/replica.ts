/**
 * A group on this device: its entries, keys, membership and documents, without any network.
 *
 * Everything that happens offline happens here; `feed-client.ts` brings others' entries and takes ours.
 *
 * Errors  `WriteProblem` and StorageProblem; hostile entries never throw
 * Source  docs/design.md §3, §5
 */
import type { Bytes } from '#lib/base/bytes.ts'
import {
  idFromBytes,
  platformRandom,
  type DeviceId,
  type DocId,
  type EntryId,
  type GroupId,
  type MemberId,
} from '#lib/base/ids.ts'
import { ok, type Result } from '#lib/base/result.ts'
import { deriveInvitationKeys } from '#lib/crypto/derive.ts'
import { publicKeyOfSeed } from '#lib/base/ed25519.ts'
import type { MembershipState } from '#lib/membership/evaluate.ts'
import type { Operation } from '#lib/membership/operation.ts'
import type { EntryStore, Cursor } from '#lib/ports/entry-store.ts'
import type { DocumentCache } from '#lib/ports/document-cache.ts'
import type { GroupSecrets, KeyStore } from '#lib/ports/key-store.ts'
import type { RelayId } from '#lib/base/ids.ts'
import type { Entry } from '#lib/wire/entry.ts'
import { encodeBundle } from './bundle.ts'
import { createActor, readChange } from './change-rules.ts'
import { createDocuments, type ChangedPaths, type Documents } from './documents.ts'
import { createFold, type Fold } from './fold.ts'
import { createGroupLog, type GroupLog } from './group-log.ts'
import { createKeyRing, type BoxIdentity, type KeyRing } from './key-ring.ts'
import { createWriter, type Along, type Author, type WriteProblem } from './writer.ts'

export type ReplicaEvent =
  | { readonly kind: 'membership' }
  | { readonly kind: 'document'; readonly doc: DocId; readonly paths: ChangedPaths }
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
  state(): MembershipState | null
  /** This device in the group; null while visiting. */
  me(): Me | null
  secrets(): GroupSecrets
  /** Replaces the secrets, e.g. on joining. */
  keep(secrets: GroupSecrets): Promise<void>
  /** Verified, stored with the cursor, folded. Returns how many were dropped as forged or malformed. */
  receive(
    entries: readonly Bytes[],
    cursor?: { relay: RelayId; cursor: Cursor },
  ): Promise<{ rejected: number }>
  adopt(ids: readonly EntryId[]): Promise<void>
  /** One change of a document, durable when this resolves; null where the edit changes nothing. */
  change<T>(
    doc: DocId,
    edit: (draft: T) => void,
    along?: Along,
  ): Promise<Result<Entry | null, WriteProblem>>
  operate(
    make: (parents: Operation['parents']) => Promise<Operation | null>,
  ): Promise<Result<Entry | null, WriteProblem>>
  /** Stores an operation made elsewhere by this device (its join), without queueing it. */
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
  const secrets = (await parts.keys.load()) ?? {
    device: null,
    invitationSeed: null,
    epochKeys: new Map(),
  }
  return startReplica(parts, secrets)
}

async function startReplica(parts: ReplicaParts, stored: GroupSecrets): Promise<Replica> {
  const { group, entries: store } = parts
  let secrets = stored
  const listeners = new Set<(event: ReplicaEvent) => void>()
  const tell = (event: ReplicaEvent): void => {
    for (const listener of listeners) listener(event)
  }
  const documents = createDocuments(parts.documents, (doc, paths) => {
    tell({ kind: 'document', doc, paths })
  })
  const log = createGroupLog(group, store)
  const ring = createKeyRing(group, secrets.epochKeys)
  const fold: Fold = createFold({ log, store, documents, ring })
  const actors = new Map<DocId, string>()
  let changing: Promise<unknown> = Promise.resolve()

  const keep = async (next: GroupSecrets): Promise<void> => {
    await parts.keys.save(next)
    secrets = next
  }

  const learnKeys = async (): Promise<void> => {
    const state = log.membership.state()
    if (state === null) return
    if (await ring.learn(state, identitiesOf(secrets, state)))
      await keep({ ...secrets, epochKeys: new Map(ring.all()) })
  }

  const settleMembership = async (hadOps: boolean): Promise<void> => {
    if (!hadOps) return
    await learnKeys()
    await fold.recount()
    tell({ kind: 'membership' })
  }

  const takenIn = async (entries: readonly { kind: string }[]): Promise<void> => {
    await settleMembership(entries.some(({ kind }) => kind === 'op'))
    await fold.run()
  }

  const writer = createWriter({
    group,
    log,
    store,
    ring,
    author: () => authorOf(secrets),
    onWritten: async (entry) => {
      tell({ kind: 'written', entry: entry.id })
      await settleMembership(entry.kind === 'op')
    },
  })

  const changeNow = async <T>(
    doc: DocId,
    edit: (draft: T) => void,
    along: Along,
  ): Promise<Result<Entry | null, WriteProblem>> => {
    const author = authorOf(secrets)
    if (author === null) return { ok: false, error: { kind: 'not-allowed' } }
    await documents.open(doc)
    const actor = actors.get(doc) ?? createActor(author.device, doc)
    actors.set(doc, actor)
    const change = documents.draft(doc, actor, edit)
    if (change === null) return ok(null)
    try {
      const written = await writer.sealed('bundle', doc, encodeBundle([change]), along)
      if (!written.ok) return written
      documents.merge(doc, [change])
      const facts = readChange(change, author.device, doc)
      if (facts.ok) await fold.settle(written.value.id, doc, [facts.value.hash])
      return written
    } catch (cause) {
      actors.delete(doc)
      throw cause
    }
  }

  await log.load()
  await learnKeys()
  await fold.start()
  await fold.run()

  return {
    group,
    store,
    log,
    documents,
    ring,
    state: () => log.membership.state(),
    me: () => {
      const author = authorOf(secrets)
      return author === null || secrets.device === null
        ? null
        : { device: author.device, member: secrets.device.member }
    },
    secrets: () => secrets,
    async keep(next) {
      await keep(next)
      await learnKeys()
      await fold.run()
    },
    async receive(bytes, cursor) {
      const { entries, rejected } = await log.verify(bytes)
      const fresh = await log.commit({ entries, ...(cursor === undefined ? {} : { cursor }) })
      if (fresh !== null && fresh.length > 0) {
        fold.offer(fresh)
        tell({ kind: 'received', entries: fresh.map(({ id }) => id) })
        await takenIn(fresh)
      }
      return { rejected }
    },
    async adopt(ids) {
      const records = await log.adopt(ids)
      fold.offer(records)
      await takenIn(records)
    },
    change(doc, edit, along = {}) {
      const turn = changing.then(() => changeNow(doc, edit, along))
      changing = turn.catch(() => undefined)
      return turn
    },
    operate: (make) => writer.operate(make),
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      await changing
      await fold.run()
      await documents.close()
    },
  }
}

function authorOf(secrets: GroupSecrets): Author | null {
  if (secrets.device === null) return null
  const device = idFromBytes('DeviceId', publicKeyOfSeed(secrets.device.signSeed))
  return device === null ? null : { device, signSeed: secrets.device.signSeed }
}

function identitiesOf(secrets: GroupSecrets, state: MembershipState): BoxIdentity[] {
  const identities: BoxIdentity[] = []
  const author = authorOf(secrets)
  if (author !== null && secrets.device !== null)
    identities.push({ holder: author.device, boxSecret: secrets.device.boxSecret })
  if (secrets.invitationSeed !== null) {
    const keys = deriveInvitationKeys(secrets.invitationSeed)
    for (const invitation of state.invitations.values())
      if (idFromBytes('DeviceId', invitation.sign) === idFromBytes('DeviceId', keys.signPublic))
        identities.push({ holder: invitation.id, boxSecret: keys.boxSecret })
  }
  return identities
}
