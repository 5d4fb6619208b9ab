/**
 * Blobs over HTTP with one relay: up by PUT or tus, down whole and checked by their name.
 *
 * Units   bytes of ciphertext
 * Errors  `BlobProblem`; what comes down and does not hash to its name is never handed on
 * Source  docs/design.md §8; wire/paths.ts
 */
import { concatBytes, plainBytes, toHex, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor } from '#lib/base/cbor.ts'
import { idFromBytes, idToBytes, type BlobId, type GroupId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { createSha256, digestSha256 } from '#lib/base/sha256.ts'
import { maxPutBytes } from '#lib/wire/limits.ts'
import { blobBatchPath, blobMissingPath, blobPath } from '#lib/wire/paths.ts'
import { outcomeOf, type BlobProblem } from './blob-problem.ts'
import type { RelaySession } from './relay-session.ts'
import { uploadByTus } from './tus-upload.ts'

export interface BlobClient {
  put(id: BlobId, ciphertext: Blob, signal: AbortSignal): Promise<Result<null, BlobProblem>>
  /** A large one stays in the browser's own keeping and is never in memory as a whole. */
  get(id: BlobId, signal: AbortSignal): Promise<Result<Bytes | Blob, BlobProblem>>
  /** Ciphertext [start, end), unchecked: the name is that of the whole. */
  part(
    id: BlobId,
    range: { readonly start: number; readonly end: number },
    signal: AbortSignal,
  ): Promise<Result<Bytes, BlobProblem>>
  /** Many small ones in one answer; each is handed on when it is complete and checked. */
  batch(
    ids: readonly BlobId[],
    take: (id: BlobId, ciphertext: Bytes) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Result<null, BlobProblem>>
  /** Which of these the relay does not hold. */
  missing(ids: readonly BlobId[], signal?: AbortSignal): Promise<Result<BlobId[], BlobProblem>>
}

const absentLength = 0xffffffff
const hashedAtOnce = 4 << 20
const cborHeaders = { 'content-type': 'application/cbor' }

/** The blobs of a group on the relay of that session. */
export function createBlobClient(group: GroupId, session: RelaySession): BlobClient {
  const post = (path: string, ids: readonly BlobId[], signal?: AbortSignal) =>
    session.request(path, {
      method: 'POST',
      headers: cborHeaders,
      body: encodeCbor({ blobs: ids.map(idToBytes) }),
      ...(signal === undefined ? {} : { signal }),
    })

  return {
    async put(id, ciphertext, signal) {
      if (ciphertext.size > maxPutBytes)
        return uploadByTus({ group, session, id, ciphertext, signal })
      const answer = await session.request(blobPath(group, id), {
        method: 'PUT',
        headers: { 'content-type': 'application/octet-stream' },
        body: ciphertext,
        signal,
      })
      return answer.ok ? outcomeOf(answer.value) : whenAborted(signal, answer.error)
    },
    async get(id, signal) {
      const answer = await session.request(blobPath(group, id), { signal })
      if (!answer.ok) return whenAborted(signal, answer.error)
      const outcome = outcomeOf(answer.value)
      if (!outcome.ok) return outcome
      const got = await contentsOf(answer.value)
      if (got === null) return err({ kind: 'unreachable' })
      const isWhole = got instanceof Blob ? await isFileNamed(id, got) : await isNamed(id, got)
      return isWhole ? ok(got) : err({ kind: 'damaged' })
    },
    async part(id, { start, end }, signal) {
      const answer = await session.request(blobPath(group, id), {
        headers: { range: `bytes=${String(start)}-${String(end - 1)}` },
        // Another request for the same blob would wait for this one in the browser's cache.
        cache: 'no-store',
        signal,
      })
      if (!answer.ok) return whenAborted(signal, answer.error)
      const outcome = outcomeOf(answer.value)
      if (!outcome.ok) return outcome
      return partOf(answer.value, end - start)
    },
    async batch(ids, take, signal) {
      const answer = await post(blobBatchPath(group), ids, signal)
      if (!answer.ok) return whenAborted(signal, answer.error)
      const outcome = outcomeOf(answer.value)
      if (!outcome.ok || answer.value.body === null) return outcome
      return readBatch(answer.value.body, take)
    },
    async missing(ids, signal) {
      const answer = await post(blobMissingPath(group), ids, signal)
      if (!answer.ok) return answer
      const outcome = outcomeOf(answer.value)
      if (!outcome.ok) return outcome
      const body = await answer.value.arrayBuffer().catch(() => null)
      if (body === null) return err({ kind: 'unreachable' })
      const value = parseCbor(plainBytes(new Uint8Array(body)))
      const list = (value as { missing?: unknown } | null)?.missing
      if (!Array.isArray(list)) return err({ kind: 'refused' })
      return ok(
        list.flatMap((one) =>
          one instanceof Uint8Array ? (idFromBytes('BlobId', one) ?? []) : [],
        ),
      )
    },
  }
}

function whenAborted(
  signal: AbortSignal,
  problem: BlobProblem,
): { readonly ok: false; readonly error: BlobProblem } {
  return err(signal.aborted ? { kind: 'aborted' } : problem)
}

/** Null where the connection broke. */
async function contentsOf(response: Response): Promise<Bytes | Blob | null> {
  const isLarge = Number(response.headers.get('content-length')) > maxPutBytes
  try {
    return isLarge ? await response.blob() : new Uint8Array(await response.arrayBuffer())
  } catch {
    return null
  }
}

/** Never reads more than was asked for: who sends the whole is not listened to. */
async function partOf(response: Response, length: number): Promise<Result<Bytes, BlobProblem>> {
  const declared = Number(response.headers.get('content-length'))
  if (response.status !== 206 || declared !== length) {
    await response.body?.cancel().catch(() => undefined)
    return err({ kind: 'damaged' })
  }
  const body = await response.arrayBuffer().catch(() => null)
  if (body?.byteLength !== length) return err({ kind: 'unreachable' })
  return ok(new Uint8Array(body))
}

async function isFileNamed(id: BlobId, file: Blob): Promise<boolean> {
  const digest = createSha256()
  for (let at = 0; at < file.size; at += hashedAtOnce)
    digest.update(new Uint8Array(await file.slice(at, at + hashedAtOnce).arrayBuffer()))
  return toHex(digest.digest()) === id
}

async function isNamed(id: BlobId, bytes: Bytes): Promise<boolean> {
  return toHex(await digestSha256(bytes)) === id
}

async function readBatch(
  body: ReadableStream<Uint8Array>,
  take: (id: BlobId, ciphertext: Bytes) => Promise<void>,
): Promise<Result<null, BlobProblem>> {
  const reader = body.getReader()
  let buffered: Uint8Array[] = []
  let length = 0

  const need = async (wanted: number): Promise<Bytes | null> => {
    while (length < wanted) {
      const { done, value } = await reader.read()
      if (done) return null
      buffered.push(value)
      length += value.length
    }
    const joined = concatBytes(...buffered)
    buffered = [joined.subarray(wanted)]
    length = joined.length - wanted
    return joined.slice(0, wanted)
  }

  try {
    for (;;) {
      const head = await need(36)
      if (head === null) return length === 0 ? ok(null) : err({ kind: 'unreachable' })
      const id = idFromBytes('BlobId', head.subarray(0, 32))
      const size = new DataView(head.buffer).getUint32(32)
      if (size === absentLength) continue
      const bytes = size <= maxPutBytes ? await need(size) : null
      if (id === null || bytes === null) return err({ kind: 'unreachable' })
      if (await isNamed(id, bytes)) await take(id, bytes)
    }
  } catch {
    return err({ kind: 'unreachable' })
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
