/**
 * Copies a chosen file to this device's storage. A short one is sealed on the way, under the key of its original, so
 * that it is written once; a long one is copied as it is, and sealed when it has been read.
 *
 * Errors  StorageProblem, and what the browser throws for a file that cannot be read; nothing of it remains then
 * Source  docs/design.md §8
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobStore, StagedFile } from '#lib/ports/blob-store.ts'
import type { IntakeRecord, IntakeStore } from '#lib/ports/intake-store.ts'
import type { FileInHand } from '#lib/ports/photo-reader.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { inMemoryBytes, sealRendition } from './seal-rendition.ts'

export interface CopyingIn {
  readonly record: IntakeRecord
  readonly file: File
  readonly film: File | undefined
  /** Called with what gives the file to be read before the copy is durable. */
  readonly onReadable: (give: () => Blob | FileInHand) => void
}

/** Resolves when the bytes are durable. */
export async function copyIn(
  { record, file, film, onReadable }: CopyingIn,
  { intake, blobs }: { readonly intake: IntakeStore; readonly blobs: BlobStore },
): Promise<void> {
  if (file.size > inMemoryBytes) {
    onReadable(() => file)
    await intake.add(file, record, film)
    return
  }
  const again = async () => ({ bytes: await bytesOf(file), type: record.mime, size: file.size })
  const { bytes } = await again()
  onReadable(() => ({ bytes: bytes.slice(), type: record.mime, size: file.size, again }))
  await intake.add(await stageSealed(bytes, record, blobs), record, film)
}

async function stageSealed(
  bytes: Bytes,
  { mime, size, keys }: IntakeRecord,
  blobs: BlobStore,
): Promise<StagedFile> {
  const sealed = await sealRendition({ bytes, mime }, keys.original)
  // The file has changed since it was chosen.
  if (sealed?.facts.size !== size) throw new StorageProblem('broken')
  return blobs.stageFile(sealed.facts.blob, sealed.ciphertext)
}

async function bytesOf(file: File): Promise<Bytes> {
  return new Uint8Array(await file.arrayBuffer())
}
