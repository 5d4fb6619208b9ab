/**
 * Answers for opened pictures and videos.
 *
 * They come from other people's devices: only formats that cannot run script keep their type, and even if
 * a person opens an address on its own, nothing in it can act as the app (sandbox).
 * Source  RFC 9110 §14, §15.3.7
 */
import type { FoundMedia } from '#lib/storage/media-reader.ts'
import { shownType } from '#lib/wire/shown-types.ts'
import { parseByteRange, type ByteRange } from './byte-range.ts'

/** The answer to a request, or null where the ciphertext turned out to be changed. */
export async function mediaResponse(request: Request, media: FoundMedia): Promise<Response | null> {
  const range = parseByteRange(request.headers.get('range'), media.size)
  if (range === 'unsatisfiable')
    return refusal(416, { 'content-range': `bytes */${String(media.size)}` })
  const part = range === 'whole' ? { from: 0, to: media.size } : range
  const body = request.method === 'HEAD' ? null : await media.open(part.from, part.to)
  if (body === null && request.method !== 'HEAD') return null
  return new Response(body, {
    status: range === 'whole' ? 200 : 206,
    headers: headersOf(media, part, range !== 'whole'),
  })
}

/** An answer without a picture. */
export function refusal(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { 'cache-control': 'no-store', ...headers } })
}

function headersOf({ mime, size }: FoundMedia, { from, to }: ByteRange, isPart: boolean): Headers {
  const headers = new Headers({
    'content-type': shownType(mime),
    'content-length': String(to - from),
    'accept-ranges': 'bytes',
    // A blob's id is the hash of its bytes: it never changes.
    'cache-control': 'private, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cross-origin-resource-policy': 'same-origin',
  })
  if (isPart)
    headers.set('content-range', `bytes ${String(from)}-${String(to - 1)}/${String(size)}`)
  return headers
}
