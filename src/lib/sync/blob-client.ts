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
import { digestSha256 } from '#lib/base/sha256.ts'
import type { ComingFile } from '#lib/ports/blob-store.ts'
import { maxBlobBytes, maxPutBytes } from '#lib/wire/limits.ts'
import { blobBatchPath, blobMissingPath, blobPath } from '#lib/wire/paths.ts'
import type { BegunUploads } from './begun-uploads.ts'
import { outcomeOf, type BlobProblem } from './blob-problem.ts'
import { readAtMost } from './read-body.ts'
import type { RelaySession } from './relay-session.ts'
import { uploadByTus } from './tus-upload.ts'

/** Whoever has taken what they need of it ends it. */
export interface OpenedFile extends ComingFile {
  end(): Promise<void>
}

export interface SealedPart {
  readonly bytes: Bytes
  /** Bytes of the whole ciphertext, as the relay says. */
  readonly whole: number
}

export interface BlobClient {
  put(id: BlobId, ciphertext: Blob, signal: AbortSignal): Promise<Result<null, BlobProblem>>
  /** A small one is here and checked; a large one comes while it is written, unchecked, `from` where it is to go on. */
  get(
    id: BlobId,
    from: number,
    signal: AbortSignal,
  ): Promise<Result<Bytes | OpenedFile, BlobProblem>>
  /** Ciphertext [start, end), unchecked: the name is that of the whole. */
  part(
    id: BlobId,
    range: { readonly start: number; readonly end: number },
    signal: AbortSignal,
  ): Promise<Result<SealedPart, BlobProblem>>
  /** Many small ones in one answer; each is handed on when it is complete and checked. */
  batch(
    ids: readonly BlobId[],
    take: (id: BlobId, ciphertext: Bytes) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Result<null, BlobProblem>>
  /** Which of these the relay does not hold. */
  missing(ids: readonly BlobId[], signal?: AbortSignal): Promise<Result<BlobId[], BlobProblem>>
}

type Body = ReadableStream<Uint8Array>

const absentLength = 0xffffffff
/** What one takes in the list of those that are missing, and more. */
const mostIdBytes = 64
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

  const ask = async (
    id: BlobId,
    range: string | null,
    signal: AbortSignal,
  ): Promise<Result<Response, BlobProblem>> => {
    const answer = await session.request(blobPath(group, id), {
      headers: range === null ? {} : { range: `bytes=${range}` },
      // What is fetched is kept by the device; and of two requests for one blob the browser's cache lets one wait.
      cache: 'no-store',
      signal,
    })
    if (!answer.ok) return whenAborted(signal, answer.error)
    // Nothing is left to come: which may be all of it.
    if (answer.value.status === 416) return answer
    const outcome = outcomeOf(answer.value)
    return outcome.ok ? answer : outcome
  }

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
    async get(id, from, signal) {
      const answer = await ask(id, from === 0 ? null : `${String(from)}-`, signal)
      if (!answer.ok) return answer
      const { status, headers, body } = answer.value
      const size = from === 0 ? Number(headers.get('content-length')) : wholeSize(headers)
      if ((from > 0 && status === 200) || !(size <= maxBlobBytes)) {
        await body?.cancel().catch(() => undefined)
        return err({ kind: 'damaged' })
      }
      if (from > 0 || size > maxPutBytes)
        return ok(openedFile(status === 416 ? null : body, { from, size }))
      const bytes = await readAtMost(answer.value, maxPutBytes)
      if (bytes === null) return err({ kind: 'unreachable' })
      return (await isNamed(id, bytes)) ? ok(bytes) : err({ kind: 'damaged' })
    },
    async part(id, { start, end }, signal) {
      const answer = await ask(id, `${String(start)}-${String(end - 1)}`, signal)
      return answer.ok ? partOf(answer.value, end - start) : answer
    },
    async batch(ids, take, signal) {
      const answer = await post(blobBatchPath(group), ids, signal)
      if (!answer.ok) return whenAborted(signal, answer.error)
      const outcome = outcomeOf(answer.value)
      if (!outcome.ok || answer.value.body === null) return outcome
      return readBatch(answer.value.body, new Set(ids), take)
    },
    async missing(ids, signal) {
      const answer = await post(blobMissingPath(group), ids, signal)
      if (!answer.ok) return answer
      const outcome = outcomeOf(answer.value)
      if (!outcome.ok) return outcome
      const body = await readAtMost(answer.value, mostIdBytes * (ids.length + 1))
      if (body === null) return err({ kind: 'unreachable' })
      const value = parseCbor(body)
      const list = (value as { missing?: unknown } | null)?.missing
      if (!Array.isArray(list)) return err({ kind: 'refused' })
      const named = list.flatMap((one) =>
        one instanceof Uint8Array ? (idFromBytes('BlobId', one) ?? []) : [],
      )
      const missing = new Set(named)
      return ok(ids.filter((id) => missing.has(id)))
    },
  }
}

function whenAborted(
  signal: AbortSignal,
  problem: BlobProblem,
): { readonly ok: false; readonly error: BlobProblem } {
  return err(signal.aborted ? { kind: 'aborted' } : problem)
}

function openedFile(
  body: Body | null,
  { from, size }: { readonly from: number; readonly size: number },
): OpenedFile {
  // Node ends a body that nobody reads yet once its response is no longer in use.
  const reader = body?.getReader()
  return {
    size,
    end: async () => reader?.cancel().catch(() => undefined),
    async *pieces(at) {
      // Another tab has gone on meanwhile; or what is here is longer than this.
      if (at !== from) throw new Error('it is not asked for from there')
      if (reader !== undefined) yield* exactly(reader, size - from)
    },
  }
}

/** Of a file of which a part is answered, or of which there was no such part. */
function wholeSize(headers: Headers): number {
  return Number(/\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1] ?? NaN)
}

async function* exactly(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  length: number,
): AsyncGenerator<Bytes> {
  let came = 0
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      came += next.value.length
      if (came > length) throw new Error('more came than was said')
      yield plainBytes(next.value)
    }
  } catch (cause) {
    throw new Error('the connection broke', { cause })
  } finally {
    await reader.cancel().catch(() => undefined)
  }
  if (came !== length) throw new Error('the connection broke')
}

/** Never reads more than was asked for: who sends the whole is not listened to. */
async function partOf(
  response: Response,
  length: number,
): Promise<Result<SealedPart, BlobProblem>> {
  const declared = Number(response.headers.get('content-length'))
  if (response.status !== 206 || declared !== length) {
    await response.body?.cancel().catch(() => undefined)
    return err({ kind: 'damaged' })
  }
  const bytes = await readAtMost(response, length)
  if (bytes?.length !== length) return err({ kind: 'unreachable' })
  return ok({ bytes, whole: wholeSize(response.headers) })
}

async function isNamed(id: BlobId, bytes: Bytes): Promise<boolean> {
  return toHex(await digestSha256(bytes)) === id
}

/** Each that was asked for, once; whoever sends anything else is not listened to any more. */
async function readBatch(
  body: ReadableStream<Uint8Array>,
  asked: Set<BlobId>,
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
      if (id === null || !asked.delete(id)) return err({ kind: 'refused' })
      const size = new DataView(head.buffer).getUint32(32)
      if (size === absentLength) continue
      const bytes = size <= maxPutBytes ? await need(size) : null
      if (bytes === null) return err({ kind: 'unreachable' })
      if (await isNamed(id, bytes)) await take(id, bytes)
    }
  } catch {
    return err({ kind: 'unreachable' })
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
