/**
 * Pictures and videos from what this device keeps: ciphertext by blob id, key by the index, opened record by
 * record, so that a seek in a long video reads and opens only what it shows.
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
import type { DeviceStore } from '#lib/ports/group-store.ts'
import type { Rendition } from '#lib/ports/index-store.ts'

export interface FoundMedia {
  readonly kind: 'found'
  readonly mime: string
  /** Plaintext bytes. */
  readonly size: number
  /**
   * Plaintext [from, to) in pieces of a few records. Null where the ciphertext was changed at its start:
   * it is dropped then, to be fetched again. A change further on errs the stream.
   */
  open(from: number, to: number): Promise<ReadableStream<Bytes> | null>
}

/** `unknown`: no group or item of this device has it. `absent`: it does, the ciphertext is elsewhere. */
export type MediaLookup = FoundMedia | { readonly kind: 'unknown' } | { readonly kind: 'absent' }

export interface MediaReader {
  find(group: GroupId, blob: BlobId): Promise<MediaLookup>
}

/** Delimiter and tag take 17 bytes of each record. */
const plaintextPerRecord = recordBytes - 17
/** Opened at once: enough to keep a video going, little enough for a phone. */
const pieceBytes = 4 * plaintextPerRecord

export function createMediaReader(device: DeviceStore): MediaReader {
  return {
    find: async (group, blob) => {
      // Opening an unknown group would make a database for it.
      const listings = await device.groups()
      if (!listings.some((listing) => listing.group === group)) return { kind: 'unknown' }
      const { index, blobs } = await device.openGroup(group)
      const rendition = await index.rendition(blob)
      if (rendition === null) return { kind: 'unknown' }
      const ciphertext = await blobs.get(blob)
      if (ciphertext === null) return { kind: 'absent' }
      return {
        kind: 'found',
        mime: rendition.mime,
        size: rendition.size,
        open: async (from, to) => {
          const stream = await openStream({ ciphertext, rendition, to }, from)
          if (stream === null) await blobs.remove(blob)
          return stream
        },
      }
    },
  }
}

/** A whole rendition in pieces of a few records; null where its ciphertext was cut or changed at its start. */
export async function openRendition(
  ciphertext: Blob,
  rendition: Rendition,
): Promise<ReadableStream<Bytes> | null> {
  if (ciphertext.size !== sealedSize(rendition.size)) return null
  if (rendition.size === 0) return new Blob([]).stream()
  return openStream({ ciphertext, rendition, to: rendition.size }, 0)
}

interface Source {
  readonly ciphertext: Blob
  readonly rendition: Rendition
  /** Plaintext is read up to here. */
  readonly to: number
}

async function openStream(source: Source, from: number): Promise<ReadableStream<Bytes> | null> {
  const first = await readPiece(source, from)
  if (first === null) return null
  let [piece, at] = [first, from]
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        if (piece.length > 0) controller.enqueue(piece)
        at += piece.length
        if (at >= source.to) {
          controller.close()
          return
        }
        const next = await readPiece(source, at)
        if (next === null) throw new Error('a blob on this device was changed')
        piece = next
      },
    },
    { highWaterMark: 0 },
  )
}

/** Up to the end of a record, so that none is opened twice. */
function readPiece({ ciphertext, rendition, to }: Source, from: number): Promise<Bytes | null> {
  const end = Math.min(to, from - (from % pieceBytes) + pieceBytes)
  return readRange(ciphertext, rendition, { from, to: end })
}

async function readRange(
  ciphertext: Blob,
  { key, size }: Rendition,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Bytes | null> {
  const { start, end } = recordRange(from, to, size)
  const [header, records] = await Promise.all([
    bytesOf(ciphertext.slice(0, blobHeaderBytes)),
    bytesOf(ciphertext.slice(start, end)),
  ])
  return openRecords({ header, records }, { from, to, size }, key)
}

async function bytesOf(blob: Blob): Promise<Bytes> {
  return new Uint8Array(await blob.arrayBuffer())
}
