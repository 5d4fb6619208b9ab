/**
 * Seals what will be stored and sent: small plaintexts in memory, long files record by record on their way into the
 * store, where they get their name once all of them is written. So each is sealed and written once.
 *
 * Units   bytes
 * Source  docs/design.md §8
 */
import type { RenditionFacts } from '#lib/albums/item-core.ts'
import type { Bytes } from '#lib/base/bytes.ts'
import { idFromBytes, type BlobId } from '#lib/base/ids.ts'
import { createSha256 } from '#lib/base/sha256.ts'
import { sealBlob, sealBlobStream, sealedSize, type BlobKey } from '#lib/crypto/blob-format.ts'
import type { BlobStore } from '#lib/ports/blob-store.ts'

/** What is left of a sealed rendition once its ciphertext is stored. */
export interface StoredRendition {
  readonly facts: RenditionFacts
  /** Ciphertext bytes. */
  readonly size: number
}

export interface SealedRendition extends StoredRendition {
  readonly ciphertext: Bytes
}

/** A file, or what is opened while it is sealed. */
export type PlainFile = Pick<Blob, 'size' | 'stream'>

interface PlainBytes {
  readonly bytes: Bytes
  readonly mime: string
}

/** As much as goes up in one request. */
export const inMemoryBytes = 16 * 1024 * 1024

/** Seals a small rendition under its key; null stays null. */
export async function sealRendition(
  plain: PlainBytes | null,
  blobKey: BlobKey,
): Promise<SealedRendition | null> {
  if (plain === null) return null
  const { bytes, mime } = plain
  const { id: blob, bytes: ciphertext } = await sealBlob(bytes, blobKey)
  const facts = { blob, key: blobKey.key, size: bytes.length, mime }
  return { facts, ciphertext, size: ciphertext.length }
}

/** Seals a file of any length under its key, and stores it. */
export async function sealIntoStore(
  { file, mime }: { readonly file: PlainFile; readonly mime: string },
  blobKey: BlobKey,
  blobs: Pick<BlobStore, 'put'>,
): Promise<StoredRendition> {
  if (file.size <= inMemoryBytes) {
    const bytes = new Uint8Array(await new Response(file.stream()).arrayBuffer())
    const { id: blob, bytes: ciphertext } = await sealBlob(bytes, blobKey)
    await blobs.put(blob, ciphertext)
    return { facts: { blob, key: blobKey.key, size: bytes.length, mime }, size: ciphertext.length }
  }
  let hash = createSha256()
  let blob = null as BlobId | null
  const size = sealedSize(file.size)
  const pieces = async function* (): AsyncGenerator<Bytes> {
    hash = createSha256()
    const reader = file.stream().pipeThrough(sealBlobStream(blobKey)).getReader()
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      hash.update(next.value)
      yield next.value
    }
  }
  await blobs.put(() => (blob = idFromBytes('BlobId', hash.digest())), { size, pieces })
  if (blob === null) throw new Error('a digest has 32 bytes')
  return { facts: { blob, key: blobKey.key, size: file.size, mime }, size }
}
