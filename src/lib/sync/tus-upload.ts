/**
 * Large blobs go up by tus 1.0 in chunks, and go on where they stopped: after a broken line, a new token, a restart of
 * the app. How far one came is asked of the relay, which alone knows.
 *
 *   | request | for |
 *   |---|---|
 *   | `POST` uploads, `Upload-Length`, `Upload-Metadata: blob …` | a new upload; `Location` names it |
 *   | `HEAD` of it | `Upload-Offset`; the length where the relay has checked and stored all of it |
 *   | `PATCH` of it, `Upload-Offset` | the next chunk |
 *
 * Own code: tus-js-client makes its own requests, with one token for all of them, and reads no Blob outside browsers.
 *
 * Units   bytes of ciphertext
 * Errors  `BlobProblem`; a line that breaks again before another chunk went is `unreachable`
 * Source  https://tus.io/protocols/resumable-upload 1.0; wire/paths.ts; relay/blobs/uploads.ts; docs/design.md §8
 */
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { tusChunkBytes } from '#lib/wire/limits.ts'
import { uploadsPath } from '#lib/wire/paths.ts'
import { isUploadName, type BegunUploads } from './begun-uploads.ts'
import { outcomeOf, type BlobProblem } from './blob-problem.ts'
import type { RelaySession } from './relay-session.ts'

export interface TusUpload {
  readonly group: GroupId
  readonly session: Pick<RelaySession, 'request'>
  readonly begun: BegunUploads
  readonly id: BlobId
  readonly ciphertext: Blob
  readonly signal: AbortSignal
}

interface Begun {
  readonly name: string
  readonly offset: number
}

/** Uploads one blob; resolves when the relay has checked and stored it. */
export async function uploadByTus(input: TusUpload): Promise<Result<null, BlobProblem>> {
  let furthest = -1
  for (;;) {
    const at = await goOn(input)
    if (!at.ok) return at
    const sent = at.value.offset === input.ciphertext.size ? ok(null) : await send(input, at.value)
    if (sent.ok || sent.error.kind === 'damaged') await input.begun.ended(input.id)
    if (sent.ok || sent.error.kind !== 'unreachable' || at.value.offset <= furthest) return sent
    furthest = at.value.offset
  }
}

/** Where the upload stands at the relay; a new one where it knows of none. */
async function goOn(input: TusUpload): Promise<Result<Begun, BlobProblem>> {
  const name = await input.begun.nameOf(input.id)
  if (name === null) return begin(input)
  const answer = await ask(input, `/${name}`, { method: 'HEAD' })
  if (!answer.ok) return answer.error.kind === 'absent' ? begin(input) : answer
  const offset = offsetOf(answer.value)
  return offset === null || offset > input.ciphertext.size ? begin(input) : ok({ name, offset })
}

async function begin(input: TusUpload): Promise<Result<Begun, BlobProblem>> {
  const headers = {
    'upload-length': String(input.ciphertext.size),
    'upload-metadata': `blob ${btoa(input.id)}`,
  }
  const answer = await ask(input, '', { method: 'POST', headers })
  if (!answer.ok) return answer
  const name = answer.value.headers.get('location')?.split('/').at(-1)
  if (!isUploadName(name)) return err({ kind: 'refused' })
  await input.begun.began(input.id, name)
  return ok({ name, offset: 0 })
}

/** All chunks from there on. */
async function send(input: TusUpload, { name, offset }: Begun): Promise<Result<null, BlobProblem>> {
  const { ciphertext } = input
  for (let at = offset; at < ciphertext.size;) {
    const end = Math.min(ciphertext.size, at + tusChunkBytes)
    const answer = await ask(input, `/${name}`, {
      method: 'PATCH',
      headers: { 'upload-offset': String(at), 'content-type': 'application/offset+octet-stream' },
      body: ciphertext.slice(at, end),
    })
    if (!answer.ok) return answer
    if (offsetOf(answer.value) !== end) return err({ kind: 'unreachable' })
    at = end
  }
  return ok(null)
}

async function ask(
  { group, session, signal }: TusUpload,
  below: string,
  init: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> },
): Promise<Result<Response, BlobProblem>> {
  const headers = { ...init.headers, 'tus-resumable': '1.0.0' }
  const answer = await session.request(uploadsPath(group) + below, { ...init, headers, signal })
  if (!answer.ok) return err(signal.aborted ? { kind: 'aborted' } : answer.error)
  const outcome = outcomeOfUpload(answer.value.status)
  return outcome.ok ? answer : outcome
}

/** Beside what answers mean everywhere: a request that broke off may hold the upload still, or have come further. */
function outcomeOfUpload(status: number): Result<null, BlobProblem> {
  if (status === 409 || status === 423) return err({ kind: 'unreachable' })
  return outcomeOf({ status: status === 410 ? 404 : status })
}

function offsetOf(answer: Response): number | null {
  const offset = Number(answer.headers.get('upload-offset') ?? NaN)
  return Number.isSafeInteger(offset) && offset >= 0 ? offset : null
}
