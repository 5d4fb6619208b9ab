/**
 * Many blobs in one request: fetch, ask what is missing, list (wire/paths.ts).
 *
 * Batch   for thumbnails: a blob longer than one PUT counts as absent and is fetched by itself
 */
import type { Context, Hono } from 'hono'
import { readId, readList } from '#lib/base/fields.ts'
import { concatBytes, type Bytes } from '#lib/base/bytes.ts'
import { idToBytes, parseId, type BlobId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { maxBatchBlobs, maxMissingIds, maxPutBytes } from '#lib/wire/limits.ts'
import { refusal, type Refusal } from '#relay/feed/refusal.ts'
import type { BlobStore } from '#relay/blobs/blob-store.ts'
import { accessStatus, entitled } from './access.ts'
import { answerCbor, answerRefusal, streamOf, type RelayEnv } from './answers.ts'
import type { BlobRouteParts } from './blob-routes.ts'

const ABSENT = 0xffffffff
const MAX_LIST = 1000
/** An id, its head, and something to spare. */
const BYTES_PER_ID = 40

/** Adds the routes; before those of single blobs, whose path would match too. */
export function addManyBlobsRoutes(app: Hono<RelayEnv>, parts: BlobRouteParts): void {
  app.post('/g/:group/blobs/batch', async (c) => {
    const asked = await blobsAsked(c, parts, maxBatchBlobs)
    if (!asked.ok) return answerRefusal(c, asked.error, accessStatus(asked.error))
    const stream = streamOf(batch(asked.value.blobs, asked.value.ids))
    return c.body(stream, 200, {
      'content-type': 'application/octet-stream',
      'cache-control': 'no-store',
    })
  })
  app.post('/g/:group/blobs/missing', async (c) => {
    const asked = await blobsAsked(c, parts, maxMissingIds)
    if (!asked.ok) return answerRefusal(c, asked.error, accessStatus(asked.error))
    const missing = await missingOf(asked.value.blobs, asked.value.ids)
    return answerCbor(c, { missing: missing.map(idToBytes) })
  })
  app.get('/g/:group/blobs', async (c) => {
    const found = entitled(c, parts)
    if (!found.ok) return answerRefusal(c, found.error, accessStatus(found.error))
    return list(c, found.value.group.blobs)
  })
}

interface Asked {
  readonly blobs: BlobStore
  readonly ids: readonly BlobId[]
}

async function blobsAsked(
  c: Context<RelayEnv>,
  parts: BlobRouteParts,
  max: number,
): Promise<Result<Asked, Refusal>> {
  const found = entitled(c, parts)
  if (!found.ok) return found
  const body = await parts.bodies.map(c, max * BYTES_PER_ID)
  if (!body.ok) return body
  const ids = readList(body.value.blobs, max, (item) => readId(item, 'BlobId'))
  return ids === null ? err(refusal('malformed')) : ok({ blobs: found.value.group.blobs, ids })
}

async function* batch(blobs: BlobStore, ids: readonly BlobId[]): AsyncIterable<Bytes> {
  for (const id of ids) {
    const size = await blobs.size(id)
    const isHere = size !== null && size <= maxPutBytes
    yield concatBytes(idToBytes(id), bigEndian(isHere ? size : ABSENT))
    if (isHere) yield* blobs.read(id, 0, size)
  }
}

function bigEndian(value: number): Bytes {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

async function missingOf(blobs: BlobStore, ids: readonly BlobId[]): Promise<BlobId[]> {
  const sizes = await Promise.all(ids.map((id) => blobs.size(id)))
  return ids.filter((_, index) => sizes[index] === null)
}

async function list(c: Context<RelayEnv>, blobs: BlobStore): Promise<Response> {
  const after = c.req.query('after') ?? ''
  const limit = c.req.query('limit') ?? String(MAX_LIST)
  const afterId = parseId('BlobId', after)
  const isAsked = (after === '' || afterId !== null) && /^[1-9]\d{0,5}$/.test(limit)
  if (!isAsked) return answerRefusal(c, refusal('malformed'))
  const most = Math.min(MAX_LIST, Number(limit))
  const listed = await blobs.list(afterId, most)
  const next = listed.length === most ? (listed.at(-1)?.id ?? null) : null
  return answerCbor(c, { blobs: listed.map(({ id, size }) => [idToBytes(id), size]), next })
}
