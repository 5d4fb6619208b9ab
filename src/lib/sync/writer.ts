/**
 * Writes this device's own entries: numbered, linked, sealed, signed, stored and queued, in one transaction.
 *
 * Sealing binds the number, and WebCrypto cannot run inside an IndexedDB transaction; so the number is
 * proposed first and *compared* in the transaction that stores the entry. Where another tab was faster the
 * entry is made again; so it is where membership moved on meanwhile: an operation would not know of it, and a
 * change would lie under the key of somebody just removed. One write at a time per tab; whatever fails leaves
 * nothing behind.
 *
 * Errors  `WriteProblem`; StorageProblem passes through
 * Source  docs/design.md §3, §7, §10
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { DeviceId, DocId, EntryId, GroupId, RelayId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { seal } from '#lib/crypto/seal.ts'
import { refusalOf, roleMayWrite } from '#lib/membership/evaluate.ts'
import { encodeOperation, operationOfEntry, type Operation } from '#lib/membership/operation.ts'
import type { EntryCommit, EntryStore } from '#lib/ports/entry-store.ts'
import {
  envelopeBytes,
  sealedKinds,
  signEntry,
  type Entry,
  type EntryKind,
  type Envelope,
} from '#lib/wire/entry.ts'
import type { GroupLog } from './group-log.ts'
import type { KeyRing } from './key-ring.ts'

export interface WriteProblem {
  /** `not-ready`: no clean epoch, or its key is not here; or documents cannot be changed until the app is opened anew. */
  readonly kind: 'not-ready' | 'not-allowed'
}

/** What is committed together with an entry. */
export type Along = Pick<EntryCommit, 'transfers' | 'finishedIntake' | 'blobs'>

export interface Author {
  readonly device: DeviceId
  readonly signSeed: Bytes
}

export interface Writer {
  /**
   * An operation; `make` gets the parents to build on, may say null if there is nothing to do any more, and is asked
   * again where something arrived meanwhile.
   */
  readonly operate: (
    make: (parents: Operation['parents']) => Promise<Operation | null>,
  ) => Promise<Result<Entry | null, WriteProblem>>
  /** Says that this device shows these entries (ascending, ≤ 32), and so keeps them (marks.ts). */
  readonly mark: (after: readonly EntryId[]) => Promise<Result<Entry, WriteProblem>>
  /** An entry that relays read as well (wire/release.ts). */
  readonly plain: (kind: 'release' | 'keep', body: Bytes) => Promise<Result<Entry, WriteProblem>>
  /** A sealed entry of a document, e.g. a bundle. */
  readonly sealed: (
    kind: EntryKind,
    doc: DocId,
    plaintext: Bytes,
    along?: Along,
  ) => Promise<Result<Entry, WriteProblem>>
}

export interface WriterParts {
  readonly group: GroupId
  readonly log: GroupLog
  readonly store: EntryStore
  readonly ring: KeyRing
  readonly author: () => Author | null
  readonly onWritten: (entry: Entry) => Promise<void>
  /** Another tab has written meanwhile: what it stored is to be taken in. */
  readonly onOvertaken: () => Promise<void>
}

interface Sealing {
  readonly kind: EntryKind
  readonly doc: DocId
  readonly plaintext: Bytes
  readonly along: Along
}

const maxTries = 50
/** Whoever floods a group with operations must not keep others from writing. */
const maxFreshTries = 5

/** The writer of one group on this device. */
export function createWriter(parts: WriterParts): Writer {
  const { log, store, group, ring } = parts
  let last: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work)
    last = turn.catch(() => undefined)
    return turn
  }

  const relays = (): RelayId[] => [...(log.membership.state()?.relays.keys() ?? [])]

  const envelopeFor = async (kind: EntryKind, author: Author): Promise<Envelope> => ({
    group,
    kind,
    author: author.device,
    seq: (await store.lastSeq(author.device)) + 1,
    after: log.graph.heads(),
  })

  const commit = async (entry: Entry, along: Along): Promise<boolean> => {
    const stored = await log.commit({
      ...along,
      entries: [entry],
      own: { author: entry.author, seq: entry.seq },
      outbox: relays(),
    })
    if (stored === null) {
      await parts.onOvertaken()
      return false
    }
    await parts.onWritten(entry)
    return true
  }

  const mayWrite = (author: Author, kind: EntryKind): boolean => {
    const state = log.membership.state()
    const member = state?.devices.get(author.device)?.member
    const role = member === undefined ? undefined : state?.members.get(member)?.role
    return role !== undefined && roleMayWrite(role, kind)
  }

  const trySealed = async (
    tries: number,
    { kind, doc, plaintext, along }: Sealing,
  ): Promise<Result<Entry, WriteProblem> | null> => {
    const author = parts.author()
    if (author === null || !mayWrite(author, kind)) return err({ kind: 'not-allowed' })
    const epoch = log.membership.state()?.cleanEpoch ?? null
    const key = epoch === null ? null : ring.documentKey(epoch, doc)
    if (epoch === null || key === null || !sealedKinds.has(kind)) return err({ kind: 'not-ready' })
    const envelope: Envelope = { ...(await envelopeFor(kind, author)), doc, epoch }
    const body = await seal(key, plaintext, envelopeBytes(envelope))
    if (tries < maxFreshTries && log.membership.state()?.cleanEpoch !== epoch) return null
    const entry = signEntry(envelope, body, author.signSeed)
    return (await commit(entry, along)) ? ok(entry) : null
  }

  const headsNow = () => log.membership.state()?.heads ?? []

  const tryOperate = async (
    tries: number,
    make: Parameters<Writer['operate']>[0],
  ): Promise<Result<Entry | null, WriteProblem> | null> => {
    const author = parts.author()
    if (author === null) return err({ kind: 'not-allowed' })
    const heads = headsNow()
    const operation = await make(heads)
    if (operation === null) return ok(null)
    if (tries < maxFreshTries && headsNow().join() !== heads.join()) return null
    const entry = signEntry(
      await envelopeFor('op', author),
      encodeOperation(operation),
      author.signSeed,
    )
    // A relay would refuse it for good, and everything written after it would hang in the air.
    const signed = operationOfEntry(entry)
    if (signed === null || refusalOf(log.membership, signed) !== null)
      return err({ kind: 'not-allowed' })
    return (await commit(entry, {})) ? ok(entry) : null
  }

  const tryPlain = async (
    kind: 'mark' | 'release' | 'keep',
    body: Bytes,
    after?: readonly EntryId[],
  ): Promise<Result<Entry, WriteProblem> | null> => {
    const author = parts.author()
    if (author === null || !mayWrite(author, kind)) return err({ kind: 'not-allowed' })
    const made = await envelopeFor(kind, author)
    const envelope = after === undefined ? made : { ...made, after }
    const entry = signEntry(envelope, body, author.signSeed)
    return (await commit(entry, {})) ? ok(entry) : null
  }

  const repeatedly = async <T>(attempt: (tries: number) => Promise<T | null>): Promise<T> => {
    for (let tries = 0; tries < maxTries; tries++) {
      const outcome = await attempt(tries)
      if (outcome !== null) return outcome
    }
    throw new Error('another tab takes every number')
  }

  return {
    mark: (after) => inTurn(() => repeatedly(() => tryPlain('mark', new Uint8Array(), after))),
    plain: (kind, body) => inTurn(() => repeatedly(() => tryPlain(kind, body))),
    operate: (make) => inTurn(() => repeatedly((tries) => tryOperate(tries, make))),
    sealed: (kind, doc, plaintext, along = {}) =>
      inTurn(() => repeatedly((tries) => trySealed(tries, { kind, doc, plaintext, along }))),
  }
}
