/**
 * Parts of blobs that are elsewhere: the records that hold them are fetched, from whichever relay has them, and opened
 * here. Nothing of it is kept.
 *
 * A part cannot be checked by the blob's name; its records are, each by its own tag. What does not open is as good as
 * absent: the next relay is asked. The header of a blob, which all its parts need, is remembered, and so is what was
 * found to be true of one that is said to be this and that.
 *
 * Units   plaintext bytes; a caller asks for a few records at a time
 * Errors  null where it cannot be had now
 * Source  docs/design.md §8; crypto/blob-format.ts
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId } from '#lib/base/ids.ts'
import { blobHeaderBytes, openRecords, recordRange } from '#lib/crypto/blob-format.ts'
import { whichOpens, type SealedSource } from '#lib/crypto/which-opens.ts'
import type { Rendition } from '#lib/ports/index-store.ts'
import type { BlobClient } from './blob-client.ts'
import { askPatiently } from './patience.ts'

/** Plaintext [from, to), 0 ≤ from < to ≤ the blob's size. */
export interface PartRange {
  readonly from: number
  readonly to: number
}

export interface BlobParts {
  /** Asks again for `patienceMs` while the blob is absent everywhere. */
  open(rendition: Rendition, range: PartRange, patienceMs: number): Promise<Bytes | null>
  /** Which of these, all of one blob, opens what relays have of it; with the same patience. */
  whichOpens(claims: readonly Rendition[], patienceMs: number): Promise<Rendition | null>
  stop(): void
}

export interface BlobPartsParts {
  /** Relays to ask, the best first. */
  readonly clients: () => readonly BlobClient[]
  readonly clock: () => number
}

const blobsKept = 32

/** Parts of the blobs of one group. */
export function createBlobParts({ clients, clock }: BlobPartsParts): BlobParts {
  const stopped = new AbortController()
  const { signal } = stopped
  const headers = new Map<BlobId, Bytes>()
  const truths = new Map<BlobId, Rendition>()

  const read = async (client: BlobClient, blob: BlobId, start: number, end: number) => {
    const got = await client.part(blob, { start, end }, signal)
    return got.ok ? got.value.bytes : null
  }

  /** A blob on one relay; null where it has none. */
  const sourceOn = async (client: BlobClient, blob: BlobId): Promise<SealedSource | null> => {
    const got = await client.part(blob, { start: 0, end: blobHeaderBytes }, signal)
    if (!got.ok) return null
    const { bytes, whole } = got.value
    return {
      size: whole,
      read: (start, end) =>
        start === 0 && end === blobHeaderBytes
          ? Promise.resolve(bytes)
          : read(client, blob, start, end),
    }
  }

  /** Header and records; in one request where they lie side by side. */
  const readSealed = async (client: BlobClient, blob: BlobId, start: number, end: number) => {
    const known = headers.get(blob)
    if (known === undefined && start === blobHeaderBytes) {
      const both = await read(client, blob, 0, end)
      return both === null
        ? null
        : { header: both.slice(0, blobHeaderBytes), records: both.subarray(blobHeaderBytes) }
    }
    const [header, records] = await Promise.all([
      known ?? read(client, blob, 0, blobHeaderBytes),
      read(client, blob, start, end),
    ])
    return header === null || records === null ? null : { header, records }
  }

  return {
    open: ({ blob, key, size }, { from, to }, patienceMs) => {
      const { start, end } = recordRange(from, to, size)
      const tryAll = async (): Promise<Bytes | null> => {
        for (const client of clients()) {
          const sealed = await readSealed(client, blob, start, end)
          if (sealed === null) continue
          const opened = await openRecords(sealed, { from, to, size }, key)
          if (opened === null) continue
          if (!headers.has(blob)) remember(headers, blob, sealed.header)
          return opened
        }
        // Should one relay have told a wrong one, the next round asks anew.
        headers.delete(blob)
        return null
      }
      return askPatiently({ untilMs: clock() + patienceMs, clock, signal }, tryAll)
    },
    whichOpens: async (claims, patienceMs) => {
      const [first] = claims
      if (first === undefined) return null
      const known = truths.get(first.blob)
      if (known !== undefined) return known
      const tryAll = async (): Promise<Rendition | null> => {
        for (const client of clients()) {
          const source = await sourceOn(client, first.blob)
          const found = source && (await whichOpens(claims, source))
          if (found) return found
        }
        return null
      }
      const found = await askPatiently({ untilMs: clock() + patienceMs, clock, signal }, tryAll)
      if (found !== null) remember(truths, first.blob, found)
      return found
    },
    stop: () => stopped.abort(),
  }
}

/** Of the last few blobs. */
function remember<Fact>(facts: Map<BlobId, Fact>, blob: BlobId, fact: Fact): void {
  const oldest = facts.size < blobsKept ? undefined : facts.keys().next().value
  if (oldest !== undefined) facts.delete(oldest)
  facts.set(blob, fact)
}
