/**
 * `/media/<group>/<blob>`: from the device. Of what is elsewhere a film is read by parts, as far as the player asks:
 * a page has the engine fetch and open the records that hold each. A picture is fetched whole, once. Else 504.
 * Nothing below /media ever reaches the network: whatever is not a picture of this device is 404.
 */
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import {
  mediaByParts,
  type MediaFacts,
  type MediaReader,
  type ReadPart,
} from '#lib/storage/media-reader.ts'
import {
  isFetched,
  parseFacts,
  parsePart,
  type MediaRequest,
  type PartRequest,
} from '#lib/wire/media-request.ts'
import { parseMediaPath } from '#lib/wire/media-url.ts'
import { mediaResponse, refusal } from './media-response.ts'

export interface MediaParts {
  readonly reader: MediaReader
  /** A page's answer; null where none gives one. */
  readonly askPage: (request: MediaRequest) => Promise<unknown>
}

type Named = NonNullable<ReturnType<typeof parseMediaPath>>

export async function answerMedia(request: Request, parts: MediaParts): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refusal(405, { allow: 'GET, HEAD' })
  const named = parseMediaPath(new URL(request.url).pathname)
  if (named === null) return refusal(404)
  try {
    return (await answer(request, parts, named)) ?? refusal(504)
  } catch (error) {
    // The picture stays where it is; the page may try again.
    if (error instanceof StorageProblem) return refusal(503)
    throw error
  }
}

/** Null where it cannot be had now. */
async function answer(request: Request, parts: MediaParts, named: Named): Promise<Response | null> {
  const { reader, askPage } = parts
  const media = await reader.find(named.group, named.blob)
  if (media.kind === 'unknown') return refusal(404)
  const local = media.kind === 'found' ? await mediaResponse(request, media) : null
  if (local !== null) return local
  if (media.kind === 'absent') {
    const facts = media.facts ?? parseFacts(await askPage({ kind: 'tell-facts', ...named }))
    if (facts?.mime.startsWith('video/') === true)
      return mediaResponse(request, fromElsewhere(facts, parts, named))
  }
  if (!isFetched(await askPage({ kind: 'fetch-blob', ...named }))) return null
  const fetched = await reader.find(named.group, named.blob)
  return fetched.kind === 'found' ? mediaResponse(request, fetched) : null
}

function fromElsewhere(facts: MediaFacts, { askPage }: MediaParts, named: Named) {
  const read: ReadPart = async (from, to) => {
    const request: PartRequest = { kind: 'open-part', ...named, from, to }
    return parsePart(await askPage(request), request)
  }
  return mediaByParts(facts, read)
}
