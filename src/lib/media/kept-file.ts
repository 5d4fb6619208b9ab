/** What is kept of a file without a picture: its type, its hash and why. Decodes nothing. */
import type { Bytes } from '#lib/base/bytes.ts'
import { sniffedBytes, sniffMime } from '#lib/base/sniff.ts'
import type { FileToRead, ReadNote, ReadPhoto } from '#lib/ports/photo-reader.ts'
import { bytesOf, contentHashOf } from './content-hash.ts'

type Facts = Pick<ReadPhoto, 'taken' | 'place' | 'camera' | 'width' | 'height'>
type KeptFile = Omit<ReadPhoto, 'mime' | 'contentHash'>

export const noFacts: Facts = { taken: null, place: null, camera: null, width: 0, height: 0 }

/** By the first bytes, else what the browser said, without its parameters. */
export function mimeOf(file: Pick<FileToRead, 'type'>, head: Uint8Array): string {
  const said = /^[a-z]+\/[a-z0-9.+-]{1,80}/.exec(file.type.toLowerCase())
  return sniffMime(head) ?? said?.[0] ?? 'application/octet-stream'
}

/** A picture that is not shown, with what is known of it. */
export function keptFile({ taken, place, camera, width, height }: Facts, note: ReadNote): KeptFile {
  const pictures = { thumbhash: null, thumbnail: null, preview: null }
  return { kind: 'file', width, height, durationMs: 0, taken, place, camera, ...pictures, note }
}

/** A video, or anything else that is no picture; `whole` is the content where it has been read. */
export async function readOther(
  file: FileToRead,
  mime: string,
  whole: Bytes | null = null,
): Promise<ReadPhoto> {
  const contentHash = await contentHashOf(file, whole)
  const kept = keptFile(noFacts, file.size === 0 ? 'empty' : 'not-a-picture')
  if (mime.startsWith('video/') && file.size > 0) {
    return { ...kept, kind: 'video', note: null, mime, contentHash }
  }
  return { ...kept, mime, contentHash }
}

/** A file that a worker crashed on or did not finish: nothing of it is parsed again. */
export async function readUndecoded(file: FileToRead): Promise<ReadPhoto> {
  const head = file instanceof Blob ? await bytesOf(file.slice(0, sniffedBytes)) : file.bytes
  const mime = mimeOf(file, head)
  if (!mime.startsWith('image/')) return readOther(file, mime)
  return { ...keptFile(noFacts, 'cannot-decode'), mime, contentHash: await contentHashOf(file) }
}
