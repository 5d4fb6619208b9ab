/**
 * Seals what will be stored and sent: small plaintexts in memory, large files as a stream.
 *
 * Units   bytes
 * Source  docs/design.md §8
 */
import type { RenditionFacts } from '#lib/albums/item-core.ts'
import type { Bytes } from '#lib/base/bytes.ts'
import { idFromBytes, type BlobId } from '#lib/base/ids.ts'
import { createSha256 } from '#lib/base/sha256.ts'
import { sealBlob, sealBlobStream, type BlobKey } from '#lib/crypto/blob-format.ts'

/** What is left of a sealed rendition once its ciphertext is stored. */
export interface StoredRendition {
  readonly facts: RenditionFacts
  /** Ciphertext bytes. */
  readonly size: number
}

export interface SealedRendition extends StoredRendition {
  readonly ciphertext: Bytes | Blob
}

type Plain =
  { readonly bytes: Bytes; readonly mime: string } | { readonly file: Blob; readonly mime: string }

const inMemoryBytes = 64 * 1024 * 1024

/** Seals a rendition under its key; null stays null. */
export async function sealRendition(
  plain: Plain | null,
  blobKey: BlobKey,
): Promise<SealedRendition | null> {
  if (plain === null) return null
  const { mime } = plain
  if ('file' in plain && plain.file.size > inMemoryBytes) return sealFile(plain.file, mime, blobKey)
  const bytes = 'file' in plain ? new Uint8Array(await plain.file.arrayBuffer()) : plain.bytes
  const sealed = await sealBlob(bytes, blobKey)
  return {
    facts: { blob: sealed.id, key: blobKey.key, size: bytes.length, mime },
    ciphertext: sealed.bytes,
    size: sealed.bytes.length,
  }
}

async function sealFile(file: Blob, mime: string, blobKey: BlobKey): Promise<SealedRendition> {
  const stream = file.stream().pipeThrough(sealBlobStream(blobKey))
  const ciphertext = await new Response(stream).blob()
  const blob = await hashOf(ciphertext)
  return {
    facts: { blob, key: blobKey.key, size: file.size, mime },
    ciphertext,
    size: ciphertext.size,
  }
}

async function hashOf(ciphertext: Blob): Promise<BlobId> {
  const hash = createSha256()
  const reader = ciphertext.stream().getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read())
    hash.update(next.value)
  const id = idFromBytes('BlobId', hash.digest())
  if (id === null) throw new Error('a digest has 32 bytes')
  return id
}
