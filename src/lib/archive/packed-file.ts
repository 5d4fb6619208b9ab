/**
 * One file of a zip as its directory tells of it, and the way to its bytes: stored or deflated, unpacked as a stream
 * that breaks off where they are not what the directory says.
 *
 * Errors  the stream breaks off with DamagedZip, with the platform's TypeError (no deflated bytes), with its
 *         DOMException (the zip cannot be read) or with the signal's reason
 * Source  PKWARE APPNOTE 6.3.10 §4.3.7, §4.4.5
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { crc32 } from './crc32.ts'

/** What the directory says. Small: a zip may hold 400,000. */
export interface PackedFile {
  readonly path: string
  /** Where its local header begins. */
  readonly offset: number
  readonly method: number
  readonly isEncrypted: boolean
  readonly packedSize: number
  /** Bytes, unpacked; and the CRC-32 of them. */
  readonly size: number
  readonly crc: number
  readonly modifiedMs: number
}

/** What a file says of itself is not true, or its bytes are not what they were. */
export class DamagedZip extends Error {
  override readonly name = 'DamagedZip'
}

/** Why a file of a sound zip cannot be unpacked here. */
export type Obstacle =
  | { readonly kind: 'encrypted' }
  /** `way`: what the format calls it. */
  | { readonly kind: 'unknown-packing'; readonly way: string }

/** Null where it can be unpacked. */
export function obstacleOf({ method, isEncrypted }: PackedFile): Obstacle | null {
  if (isEncrypted) return { kind: 'encrypted' }
  if (method === methods.stored || method === methods.deflated) return null
  return { kind: 'unknown-packing', way: otherWays.get(method) ?? String(method) }
}

/** Bytes of a local header without its name. */
export const headerBytes = 30

const headerSignature = 0x04034b50
const methods = { stored: 0, deflated: 8 }
/** What other programs offer, or take for large files by themselves. */
const otherWays: ReadonlyMap<number, string> = new Map([
  ...([
    [1, 'Shrink'],
    [6, 'Implode'],
    [9, 'Deflate64'],
    [12, 'BZIP2'],
    [14, 'LZMA'],
  ] as const),
  ...([
    [93, 'Zstandard'],
    [95, 'XZ'],
    [98, 'PPMd'],
  ] as const),
])

/** The unpacked bytes. */
export async function unpack(
  zip: Blob,
  file: PackedFile,
  signal: AbortSignal,
): Promise<ReadableStream<Bytes>> {
  const from = file.offset + (await headerLength(zip, file))
  const packed = zip.slice(from, from + file.packedSize).stream()
  return inflated(packed, file).pipeThrough(checkedBy(file), { signal })
}

/** The directory does not know how much the local header says in addition. */
async function headerLength(zip: Blob, { offset, path }: PackedFile): Promise<number> {
  const bytes = await zip.slice(offset, offset + headerBytes).arrayBuffer()
  const view = new DataView(bytes)
  if (bytes.byteLength < headerBytes || view.getUint32(0, true) !== headerSignature)
    throw new DamagedZip(`nothing begins where ${path} should`)
  return headerBytes + view.getUint16(26, true) + view.getUint16(28, true)
}

function inflated(packed: ReadableStream<Bytes>, { method, path }: PackedFile) {
  if (method === methods.stored) return packed
  if (method !== methods.deflated) throw new DamagedZip(`${path} is packed in another way`)
  return packed.pipeThrough<Bytes>(new DecompressionStream('deflate-raw'))
}

/** Lets exactly the announced bytes through. */
function checkedBy({ size, crc, path }: PackedFile): TransformStream<Bytes, Bytes> {
  let left = size
  let sum = 0
  return new TransformStream({
    transform(chunk, controller) {
      left -= chunk.length
      if (left < 0) throw new DamagedZip(`more bytes than announced: ${path}`)
      sum = crc32(sum, chunk)
      controller.enqueue(chunk)
    },
    flush() {
      if (left > 0) throw new DamagedZip(`fewer bytes than announced: ${path}`)
      if (sum !== crc) throw new DamagedZip(`other bytes than announced: ${path}`)
    },
  })
}
