/**
 * Blobs over HTTP: PUT, GET, HEAD, and the three forms for many (wire/paths.ts).
 *
 * Caching  a blob never changes: its id is its ETag, and browsers may keep it for ever, but only for
 *          themselves, since it takes a token to read
 * Errors   413 too large, 422 the bytes are not what their name says, 507 full, 404 not here;
 *          nothing of a refused blob is kept
 */
import type { Context, Hono } from 'hono'
import { parseId, type BlobId } from '#lib/base/ids.ts'
import { maxPutBytes } from '#lib/wire/limits.ts'
import type { BlobProblem, Stored } from '#relay/blobs/blob-store.ts'
import { refusal, type Refusal } from '#relay/feed/refusal.ts'
import type { Group } from '#relay/groups/group.ts'
import {
  accessStatus,
  entitled,
  entitledToUpload,
  type AccessParts,
  type Entitled,
} from './access.ts'
import { answerRefusal, streamOf, type RelayEnv } from './answers.ts'
import { declaredLength, type Bodies } from './bodies.ts'
import { parseByteRange, type ByteRange } from './byte-range.ts'

const BLOB_PATH = '/g/:group/blobs/:blob'

export interface BlobRouteParts extends AccessParts {
  readonly bodies: Bodies
}

/** Adds the routes for single blobs. */
export function addBlobRoutes(app: Hono<RelayEnv>, parts: BlobRouteParts): void {
  app.put(BLOB_PATH, async (c) => {
    const found = entitledToUpload(c, parts)
    if (!found.ok) return answerRefusal(c, found.error, accessStatus(found.error))
    const id = parseId('BlobId', c.req.param('blob'))
    if (id === null) return answerRefusal(c, refusal('malformed'))
    return put(c, { ...found.value, id, chunks: parts.bodies.chunks(c) })
  })
  // Hono answers HEAD by GET without the body.
  app.get(BLOB_PATH, async (c) => {
    const found = entitled(c, parts)
    if (!found.ok) return answerRefusal(c, found.error, accessStatus(found.error))
    const id = parseId('BlobId', c.req.param('blob'))
    return id === null ? answerRefusal(c, refusal('malformed')) : get(c, found.value.group, id)
  })
}

interface Sent extends Entitled {
  readonly id: BlobId
  readonly chunks: AsyncIterable<Uint8Array>
}

async function put(c: Context<RelayEnv>, { group, access, id, chunks }: Sent): Promise<Response> {
  const length = declaredLength(c)
  if (length !== null && length > maxPutBytes) return answerRefusal(c, refusal('too-large'))
  if ((await group.blobs.size(id)) !== null) return c.body(null, 200)
  const stored = await group.room.during(length ?? maxPutBytes, () =>
    group.blobs.put(id, chunks, maxPutBytes),
  )
  if (stored === null) return answerRefusal(c, refusal('full'))
  if (stored.ok) {
    await group.blobStored(id, access.member)
    return c.body(null, statusOf(stored.value))
  }
  const { refused, status } = refusalOfBlob(stored.error)
  return answerRefusal(c, refused, status)
}

const statusOf = (stored: Stored) => (stored === 'stored' ? 201 : 200)

/** How a blob that was not stored is refused. */
export function refusalOfBlob({ kind }: BlobProblem): {
  refused: Refusal
  status: 413 | 422 | 507
} {
  switch (kind) {
    case 'mismatch':
      return {
        refused: refusal('malformed', 'These bytes are not the blob of that name.'),
        status: 422,
      }
    case 'too-large':
      return { refused: refusal('too-large'), status: 413 }
    case 'full':
      return { refused: refusal('full'), status: 507 }
  }
}

async function get(c: Context<RelayEnv>, group: Group, id: BlobId): Promise<Response> {
  const size = await group.blobs.size(id)
  if (size === null) return answerRefusal(c, refusal('missing-past', 'That blob is not here.'), 404)
  const etag = `"${id}"`
  c.header('etag', etag)
  c.header('cache-control', 'private, max-age=31536000, immutable')
  c.header('accept-ranges', 'bytes')
  c.header('content-type', 'application/octet-stream')
  if (c.req.header('if-none-match')?.includes(etag) === true) return c.body(null, 304)
  const range = rangeAsked(c, size, etag)
  if (range === 'unsatisfiable') {
    c.header('content-range', `bytes */${size}`)
    return c.body(null, 416)
  }
  return sendRange(c, group, { id, size, range })
}

/** A range counts only if the client's copy, where it names one, is of the same blob. */
function rangeAsked(c: Context<RelayEnv>, size: number, etag: string) {
  const ifRange = c.req.header('if-range')
  return ifRange === undefined || ifRange === etag
    ? parseByteRange(c.req.header('range'), size)
    : null
}

interface Wanted {
  readonly id: BlobId
  readonly size: number
  readonly range: ByteRange | null
}

/** Up to this length a blob is read at once, which costs the least. */
const WHOLE_BYTES = 1024 * 1024

async function sendRange(c: Context<RelayEnv>, group: Group, { id, size, range }: Wanted) {
  const { start, end } = range ?? { start: 0, end: size }
  c.header('content-length', String(end - start))
  if (range !== null) c.header('content-range', `bytes ${start}-${end - 1}/${size}`)
  const status = range === null ? 200 : 206
  if (c.req.method === 'HEAD') return c.body(null, status)
  const chunks = group.blobs.read(id, start, end)
  if (end - start > WHOLE_BYTES) return c.body(streamOf(chunks), status)
  const [bytes = new Uint8Array()] = await Array.fromAsync(chunks)
  return c.body(bytes, status)
}
