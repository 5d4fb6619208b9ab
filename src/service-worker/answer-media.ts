/**
 * `/media/<group>/<blob>`: from the device; else a page is asked to fetch the ciphertext, once; else 504.
 * Nothing below /media ever reaches the network: whatever is not a picture of this device is 404.
 */
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import type { MediaReader } from '#lib/storage/media-reader.ts'
import { parseMediaPath } from '#lib/wire/media-url.ts'
import { mediaResponse, refusal } from './media-response.ts'

export interface MediaParts {
  readonly reader: MediaReader
  /** Has a page fetch the ciphertext; whether it is here now. */
  readonly askPage: (group: GroupId, blob: BlobId) => Promise<boolean>
}

export async function answerMedia(request: Request, parts: MediaParts): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refusal(405, { allow: 'GET, HEAD' })
  const named = parseMediaPath(new URL(request.url).pathname)
  if (named === null) return refusal(404)
  try {
    const local = await answerLocally(request, parts.reader, named)
    if (local !== null) return local
    const isHere = await parts.askPage(named.group, named.blob)
    const fetched = isHere ? await answerLocally(request, parts.reader, named) : null
    return fetched ?? refusal(504)
  } catch (error) {
    // The picture stays where it is; the page may try again.
    if (error instanceof StorageProblem) return refusal(503)
    throw error
  }
}

/** Null where the ciphertext is not here, or not whole. */
async function answerLocally(
  request: Request,
  reader: MediaReader,
  { group, blob }: { readonly group: GroupId; readonly blob: BlobId },
): Promise<Response | null> {
  const media = await reader.find(group, blob)
  if (media.kind === 'unknown') return refusal(404)
  return media.kind === 'absent' ? null : mediaResponse(request, media)
}
