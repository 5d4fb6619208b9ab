/**
 * Snapshots: written now and then for whoever comes later, used by a fresh device before the whole feed is read.
 *
 * A device that is live writes one when 256 bundles of a document are covered by none, after a random pause, if
 * nobody else did, and with it one of the group's own document. A reader takes the widest of a live contributor,
 * merges it like any other changes, and audits the document once the feed is complete: nothing stays that no
 * counting entry carries. How wide a snapshot is says whoever wrote it: where it is none, or more than a device can
 * bear (document-size.ts), the next ones are looked at, and then the feed has to do.
 *
 * Errors  none: a snapshot that cannot be had, opened or parsed is as good as none
 * Source  docs/design.md §7 "Snapshots"
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { platformRandom, type BlobId, type DocId, type EntryId } from '#lib/base/ids.ts'
import { createBlobKey, openBlob, sealBlob, sealedSize } from '#lib/crypto/blob-format.ts'
import { groupDocId } from '#lib/crypto/derive.ts'
import { unseal } from '#lib/crypto/seal.ts'
import { listedAlbums } from '#lib/groups/group-document.ts'
import { roleMayWrite } from '#lib/membership/evaluate.ts'
import type { BlobStore } from '#lib/ports/blob-store.ts'
import type { EntryRecord } from '#lib/ports/entry-store.ts'
import { envelopeBytes } from '#lib/wire/entry.ts'
import type { Replica } from './replica.ts'
import { encodeSnapshot, parseSnapshot, type Snapshot } from './snapshot.ts'

export interface Snapshots {
  /** The operations and snapshots of a feed are here, the rest is not: shows what they give. */
  useHints(): Promise<void>
  /** The whole feed is here: audits what hints gave, and plans a snapshot where one is due. */
  caughtUp(): Promise<void>
  stop(): void
}

export interface SnapshotsParts {
  readonly replica: Replica
  readonly blobs: BlobStore
  /** Brings a blob of at most so many bytes to this device. */
  readonly fetchBlob: (id: BlobId, mostBytes: number) => Promise<boolean>
  /** Sends a blob to the group's relays; whether one has it. */
  readonly sendBlob: (id: BlobId, ciphertext: Blob) => Promise<boolean>
  /** Resolves when what snapshots gave shows, with its first pictures: the feed can wait for that. */
  readonly whenShown?: (() => Promise<void>) | undefined
  readonly random: () => number
  /** Longest random pause before writing one. */
  readonly spreadMs: number
  /** Bundles of a document that no snapshot covers before one is due. */
  readonly every: number
}

/** Of a saved document: 100,000 photos take less. */
const mostBytes = 64 << 20
/** Snapshots of one document that are looked at. */
const mostTried = 3

/** The snapshots of one group. */
export function createSnapshots(parts: SnapshotsParts): Snapshots {
  const { replica, blobs } = parts
  const read = new Map<EntryId, Snapshot | null>()
  let timer: ReturnType<typeof setTimeout> | null = null

  const open = async (record: EntryRecord): Promise<Snapshot | null> => {
    const known = read.get(record.id)
    if (known !== undefined) return known
    const [entry] = await replica.log.entries([record.id])
    const { doc, epoch } = record
    const key = doc && epoch ? replica.ring.documentKey(epoch, doc) : null
    if (entry === undefined || key === null) return null
    const plaintext = await unseal(key, entry.body, envelopeBytes(entry))
    const snapshot = plaintext === null ? null : parseSnapshot(plaintext)
    read.set(record.id, snapshot)
    return snapshot
  }

  const isTrusted = ({ author }: EntryRecord): boolean => {
    const state = replica.state()
    const member = state?.devices.get(author)?.member
    const role = member === undefined ? undefined : state?.members.get(member)?.role
    return role !== undefined && roleMayWrite(role, 'snapshot')
  }

  /** The snapshots of every document, the widest first. */
  const byReach = async (): Promise<Map<DocId, Snapshot[]>> => {
    const found = new Map<DocId, Snapshot[]>()
    for (const record of replica.log.records()) {
      if (record.kind !== 'snapshot' || record.doc === undefined || !isTrusted(record)) continue
      const snapshot = await open(record)
      if (snapshot !== null) found.set(record.doc, [...(found.get(record.doc) ?? []), snapshot])
    }
    for (const all of found.values()) all.sort((a, b) => reachOf(b) - reachOf(a))
    return found
  }

  const openSaved = async ({ blob, key, size }: Snapshot): Promise<Bytes | null> => {
    if (size > mostBytes) return null
    // A snapshot can name any blob, also one that an item of this device has.
    const wasHere = await blobs.has(blob)
    if (!(await parts.fetchBlob(blob, sealedSize(size)))) return null
    const ciphertext = await blobs.get(blob)
    const isWhole = ciphertext?.size === sealedSize(size)
    const sealed = isWhole ? new Uint8Array(await ciphertext.arrayBuffer()) : null
    if (!wasHere) await blobs.giveUp([blob])
    return sealed && openBlob(sealed, key, size)
  }

  /** Shows the first of these that can be shown. */
  const useHint = async (doc: DocId, snapshots: readonly Snapshot[]): Promise<boolean> => {
    for (const snapshot of snapshots.slice(0, mostTried)) {
      const saved = await openSaved(snapshot)
      if (saved !== null && (await replica.hint(doc, saved))) return true
    }
    return false
  }

  /** What snapshots say that they cover, except what nobody has heard of: whoever claims that covers nothing. */
  const coveredIn = async (): Promise<Map<DocId, Snapshot['covers']>> => {
    const heard = replica.log.graph.authors()
    const isLikely = ({ covers }: Snapshot): boolean =>
      [...covers].every(([device, seq]) => seq <= (heard.get(device) ?? 0))
    const found = [...(await byReach())]
    return new Map(found.map(([doc, all]) => [doc, all.find(isLikely)?.covers ?? new Map()]))
  }

  const due = async (): Promise<DocId[]> => {
    const covered = await coveredIn()
    const uncovered = new Map<DocId, number>()
    for (const { kind, doc, author, seq, id } of replica.log.records()) {
      if (kind !== 'bundle' || doc === undefined || !replica.log.graph.counts(id)) continue
      if (seq > (covered.get(doc)?.get(author) ?? 0))
        uncovered.set(doc, (uncovered.get(doc) ?? 0) + 1)
    }
    const due = [...uncovered].filter(([, count]) => count >= parts.every).map(([doc]) => doc)
    // Without the group's own words nobody could tell which albums there are, nor whose photos they hold.
    const words = groupDocId(replica.group)
    return due.length === 0 || due.includes(words) || !uncovered.has(words) ? due : [words, ...due]
  }

  const write = async (doc: DocId): Promise<void> => {
    const covers = replica.log.graph.authors()
    const document = replica.documents.save(doc)
    if (document === null) return
    const blobKey = createBlobKey(platformRandom)
    const { id, bytes } = await sealBlob(document, blobKey)
    if (!(await parts.sendBlob(id, new Blob([bytes])))) return
    const { key } = blobKey
    const body = encodeSnapshot({ covers, blob: id, key, size: document.length })
    await replica.writeSealed('snapshot', doc, body)
  }

  const writeDue = async (): Promise<void> => {
    if (replica.me() !== null) for (const doc of await due()) await write(doc)
  }

  return {
    async useHints() {
      const found = await byReach()
      const show = (doc: DocId) => useHint(doc, found.get(doc) ?? [])
      let isShown = await show(groupDocId(replica.group))
      for (const album of listedAlbums(replica.groupContent()))
        if (await show(album)) isShown = true
      // What a newcomer came for comes before everything that was ever said; a full disk stops neither.
      if (isShown) await parts.whenShown?.().catch(() => undefined)
    },
    async caughtUp() {
      await replica.audit()
      if (timer !== null || (await due()).length === 0) return
      timer = setTimeout(() => {
        timer = null
        void writeDue().catch(() => undefined)
      }, parts.random() * parts.spreadMs)
    },
    stop() {
      if (timer !== null) clearTimeout(timer)
    },
  }
}

function reachOf({ covers }: Snapshot): number {
  return [...covers.values()].reduce((sum, seq) => sum + seq, 0)
}
