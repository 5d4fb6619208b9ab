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
import type { PiecewiseFile } from '#lib/ports/blob-store.ts'
import { maxPutBytes } from '#lib/wire/limits.ts'
import { blobBatchPath, blobMissingPath, blobPath } from '#lib/wire/paths.ts'
import type { BegunUploads } from './begun-uploads.ts'
import { outcomeOf, type BlobProblem } from './blob-problem.ts'
import type { RelaySession } from './relay-session.ts'
import { uploadByTus } from './tus-upload.ts'

/** Its pieces come once: whoever needs them again asks anew. Reading fails where the connection breaks. */
export interface ComingFile extends PiecewiseFile {
  /** Whether all that came hashes to the name. */
  isWhole(): boolean
}

export interface BlobClient {
  put(id: BlobId, ciphertext: Blob, signal: AbortSignal): Promise<Result<null, BlobProblem>>
  /** A small one is here and checked; a large one comes while it is written, and is checked then. */
  get(id: BlobId, signal: AbortSignal): Promise<Result<Bytes | ComingFile, BlobProblem>>
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
const cborHeaders = { 'content-type': 'application/cbor' }

/** The blobs of a group on the relay of that session. */
export function createBlobClient(
  group: GroupId,
  session: RelaySession,
  begun: BegunUploads,
): BlobClient {
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
        return uploadByTus({ group, session, begun, id, ciphertext, signal })
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
      const size = Number(answer.value.headers.get('content-length'))
      if (size > maxPutBytes && answer.value.body !== null)
        return ok(comingFile(id, answer.value.body, size))
      const body = await answer.value.arrayBuffer().catch(() => null)
      if (body === null) return err({ kind: 'unreachable' })
      const bytes = new Uint8Array(body)
      return (await isNamed(id, bytes)) ? ok(bytes) : err({ kind: 'damaged' })
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

function comingFile(id: BlobId, body: ReadableStream<Uint8Array>, size: number): ComingFile {
  const hash = createSha256()
  let [came, isWhole] = [0, false]
  return {
    size,
    isWhole: () => isWhole,
    async *pieces() {
      const reader = body.getReader()
      try {
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          hash.update(next.value)
          came += next.value.length
          yield plainBytes(next.value)
        }
      } catch (cause) {
        throw new Error('the connection broke', { cause })
      } finally {
        await reader.cancel().catch(() => undefined)
      }
      if (came !== size) throw new Error('the connection broke')
      isWhole = toHex(hash.digest()) === id
    },
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
