/**
 * Pictures and videos from what this device keeps: ciphertext by blob id, key by the index, opened record by
 * record, so that a seek in a long video reads and opens only what it shows. What is elsewhere can be read by parts
 * in the same way, by whoever fetches and opens them.
 *
 * Errors  `find` says what is missing; StorageProblem
 * Source  docs/design.md §8, §10
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import {
  blobHeaderBytes,
  openRecords,
  recordBytes,
  recordRange,
  sealedSize,
} from '#lib/crypto/blob-format.ts'
import { whichOpens, type SealedSource } from '#lib/crypto/which-opens.ts'
import type { DeviceStore } from '#lib/ports/group-store.ts'
import type { Rendition } from '#lib/ports/index-store.ts'
import { createDamagedBlobs } from './damaged-blobs.ts'

/** What a player needs to know before it has any of it. */
export interface MediaFacts {
  readonly mime: string
  /** Plaintext bytes. */
  readonly size: number
}

export interface FoundMedia extends MediaFacts {
  readonly kind: 'found'
  /**
   * Plaintext [from, to) in pieces of a few records. Null where the ciphertext does not open at its start: if it was
   * changed it is dropped then, to be fetched again, unless it waits to be sent. A change further on errs the stream.
   */
  open(from: number, to: number): Promise<ReadableStream<Bytes> | null>
}

/** Plaintext [from, to) of a blob; null where it cannot be had now, or was changed. */
export type ReadPart = (from: number, to: number) => Promise<Bytes | null>

/** The ciphertext is elsewhere: whole to be fetched, or to be read by parts (`mediaByParts`). */
export interface AbsentMedia {
  readonly kind: 'absent'
  /** Null where the index is of two minds: only who can read some of it knows then. */
  readonly facts: MediaFacts | null
}

/** `unknown`: no group or item of this device has it. */
export type MediaLookup = FoundMedia | AbsentMedia | { readonly kind: 'unknown' }

export interface MediaReader {
  find(group: GroupId, blob: BlobId): Promise<MediaLookup>
}

/** Delimiter and tag take 17 bytes of each record. */
const plaintextPerRecord = recordBytes - 17
/** A player's first pictures wait for one record; then more at once, little enough for a phone. */
const recordsAtOnce = [1, 2, 4] as const

export function createMediaReader(device: DeviceStore): MediaReader {
  const damaged = createDamagedBlobs()
  return {
    find: async (group, blob) => {
      // Opening an unknown group would make a database for it.
      const listings = await device.groups()
      if (!listings.some((listing) => listing.group === group)) return { kind: 'unknown' }
      const { index, blobs } = await device.openGroup(group)
      const claims = await index.renditions(blob)
      const [first, ...others] = claims
      if (first === undefined) return { kind: 'unknown' }
      const ciphertext = await blobs.open(blob)
      if (ciphertext === null)
        return { kind: 'absent', facts: others.length === 0 ? factsOf(first) : null }
      const rendition = await whichOpens(claims, sourceOf(ciphertext))
      const found = mediaByParts(rendition ?? first, (from, to) =>
        rendition === null ? Promise.resolve(null) : openPart(ciphertext, rendition, { from, to }),
      )
      return {
        ...found,
        open: async (from, to) => {
          const stream = await found.open(from, to)
          if (stream === null) await damaged.giveUp(blobs, blob, ciphertext)
          return stream
        },
      }
    },
  }
}

const factsOf = ({ mime, size }: Rendition): MediaFacts => ({ mime, size })

/** What is read by parts from wherever it is. */
export function mediaByParts({ mime, size }: MediaFacts, read: ReadPart): FoundMedia {
  return { kind: 'found', mime, size, open: (from, to) => streamOf(read, from, to) }
}

/** Ciphertext that is here, for whoever asks what opens it. */
export function sourceOf(ciphertext: Blob | Bytes): SealedSource {
  const size = ciphertext instanceof Blob ? ciphertext.size : ciphertext.length
  return { size, read: (start, end) => bytesIn(ciphertext, start, end) }
}

/** A whole rendition in pieces of a few records; null where its ciphertext was cut or changed at its start. */
export async function openRendition(
  ciphertext: Blob,
  rendition: Rendition,
): Promise<ReadableStream<Bytes> | null> {
  if (ciphertext.size !== sealedSize(rendition.size)) return null
  if (rendition.size === 0) return new Blob([]).stream()
  const read: ReadPart = (from, to) => openPart(ciphertext, rendition, { from, to })
  return streamOf(read, 0, rendition.size)
}

/** A whole rendition that is opened while it is read; reading fails where its ciphertext was cut or changed. */
export function streamRendition(ciphertext: Blob, rendition: Rendition): ReadableStream<Bytes> {
  const { readable, writable } = new TransformStream<Bytes, Bytes>()
  void openRendition(ciphertext, rendition)
    .then((opened) => opened ?? Promise.reject(new Error('a blob on this device was changed')))
    .then((opened) => opened.pipeTo(writable))
    .catch((cause: unknown) => writable.abort(cause).catch(() => undefined))
  return readable
}

/** Plaintext [from, to) out of ciphertext that is here; null where it was changed. */
export async function openPart(
  ciphertext: Blob | Bytes,
  { key, size }: Rendition,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Bytes | null> {
  const { start, end } = recordRange(from, to, size)
  const [header, records] = await Promise.all([
    bytesIn(ciphertext, 0, blobHeaderBytes),
    bytesIn(ciphertext, start, end),
  ])
  return openRecords({ header, records }, { from, to, size }, key)
}

/** Plaintext [from, to) in pieces of a few records, as fast as they are taken; null where its start cannot be had. */
export async function streamOf(
  read: ReadPart,
  from: number,
  to: number,
): Promise<ReadableStream<Bytes> | null> {
  let turn = 0
  const readNext = (at: number) => read(at, Math.min(to, endOfPiece(at, turn++)))
  const first = await readNext(from)
  if (first === null) return null
  let [piece, at] = [first, from]
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        if (piece.length > 0) controller.enqueue(piece)
        at += piece.length
        if (at >= to) {
          controller.close()
          return
        }
        const next = await readNext(at)
        if (next === null) throw new Error('a part of a blob was changed, or is out of reach')
        piece = next
      },
    },
    { highWaterMark: 0 },
  )
}

/** At the end of a record, so that none is read twice. */
function endOfPiece(at: number, turn: number): number {
  const records = recordsAtOnce[Math.min(turn, recordsAtOnce.length - 1)] ?? 1
  return (Math.floor(at / plaintextPerRecord) + records) * plaintextPerRecord
}

async function bytesIn(ciphertext: Blob | Bytes, from: number, to: number): Promise<Bytes> {
  if (ciphertext instanceof Uint8Array) return ciphertext.subarray(from, to)
  return new Uint8Array(await ciphertext.slice(from, to).arrayBuffer())
}
