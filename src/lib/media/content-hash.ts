/** The content hash: SHA-256 of a whole original, however long, in bounded memory. */
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import type { ContentHash } from '#lib/base/ids.ts'
import { createSha256, digestSha256 } from '#lib/base/sha256.ts'
import type { FileToRead } from '#lib/ports/photo-reader.ts'

/** Up to here a file is read into memory at once. */
export const maxWholeBytes = 64 * 1024 * 1024
const SLICE_BYTES = 4 * 1024 * 1024

/** Hashes a file; `whole` is its content where it has been read already. */
export async function contentHashOf(
  file: FileToRead,
  whole: Bytes | null = null,
): Promise<ContentHash> {
  return toHex(await digestOf(whole ?? file)) as ContentHash
}

async function digestOf(file: FileToRead | Bytes): Promise<Bytes> {
  if (!(file instanceof Blob)) return digestSha256(file instanceof Uint8Array ? file : file.bytes)
  return file.size <= SLICE_BYTES ? digestSha256(await bytesOf(file)) : digestSlices(file)
}

async function digestSlices(file: Blob): Promise<Bytes> {
  const state = createSha256()
  for (let at = 0; at < file.size; at += SLICE_BYTES) {
    state.update(await bytesOf(file.slice(at, at + SLICE_BYTES)))
  }
  return state.digest()
}

/** As browsers take it. */
export function blobOf(file: FileToRead): Blob {
  return file instanceof Blob ? file : new Blob([file.bytes], { type: file.type })
}

/** The bytes of a file or of a slice of one. */
export async function bytesOf(blob: Blob): Promise<Bytes> {
  return new Uint8Array(await blob.arrayBuffer())
}
