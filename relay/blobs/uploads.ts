/**
 * Resumable uploads: tus 1.0 (https://tus.io/protocols/resumable-upload) for blobs above one PUT.
 *
 * Shape   the parts of an upload gather in `<group>/incoming/<random>`, its facts in `<random>.json`;
 *         `Upload-Metadata: blob` names the blob in hexadecimal. With the last byte the file is
 *         re-hashed, synced and renamed into the blob store, and only then is the request answered.
 * Resume  HEAD of an upload whose bytes are complete but were not taken over (the relay died between)
 *         takes it over first, so that "offset = length" always means "stored". One taken over
 *         answers so too until its facts are swept.
 * Errors  400 no or a wrong name or no length, 413, 422 other bytes than the name says (the upload is
 *         gone), 507, and those of the tus protocol; CBOR {code, say} as everywhere
 */
import type { FileStore } from '@tus/file-store'
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeCbor } from '#lib/base/cbor.ts'
import { parseId, type GroupId, type MemberId } from '#lib/base/ids.ts'
import type { RefusalCode } from '#lib/wire/frames.ts'
import { maxBlobBytes } from '#lib/wire/limits.ts'
import { uploadsPath } from '#lib/wire/paths.ts'
import { refusal } from '#relay/feed/refusal.ts'
import type { Group } from '#relay/groups/group.ts'

/** Which group an upload request is for, and whose device sends it. */
export interface UploadPlace {
  readonly group: Group
  readonly incoming: string
  readonly by: MemberId | null
}

export interface Uploads {
  /** Answers one request below /g/:group/uploads, whose sender may upload to that group. */
  handle(request: Request, place: UploadPlace): Promise<Response>
}

/** As the tus server wants it thrown. */
interface Problem {
  readonly status_code: number
  readonly body: string
}

const NAME = /^[0-9a-f]{32}$/

/**
 * The upload side of a relay. One tus server per group in use; they hold no state but locks. The
 * package is loaded with the first upload: an idle relay does without its 20 MB.
 */
export function createUploads(): Uploads {
  const perGroup = new Map<GroupId, UploadsOfGroup>()
  return {
    handle: async (request, place) => {
      const tus = await loadTus()
      const known = perGroup.get(place.group.id)
      // A group that was dropped and loaded again has other stores.
      const uploads = known?.group === place.group ? known : createUploadsOfGroup(tus, place)
      perGroup.set(place.group.id, uploads)
      return uploads.handle(request, place.by)
    },
  }
}

async function loadTus() {
  const [{ Server }, { FileStore }] = await Promise.all([
    import('@tus/server'),
    import('@tus/file-store'),
  ])
  return { Server, FileStore }
}

type Tus = Awaited<ReturnType<typeof loadTus>>

interface UploadsOfGroup {
  readonly group: Group
  handle(request: Request, by: MemberId | null): Promise<Response>
}

function createUploadsOfGroup(
  { Server, FileStore }: Tus,
  { group, incoming }: UploadPlace,
): UploadsOfGroup {
  const store = new FileStore({ directory: incoming })
  // The tus server calls back without saying for which of its requests.
  const sender = new AsyncLocalStorage<MemberId | null>()
  const takeOver = createTakeOver(group, incoming, () => sender.getStore() ?? null)
  const server = new Server({
    path: uploadsPath(group.id),
    datastore: store,
    relativeLocation: true,
    respectForwardedHeaders: false,
    maxSize: maxBlobBytes,
    namingFunction: () => randomBytes(16).toString('hex'),
    getFileIdFromRequest: (_, last) => (NAME.test(last ?? '') ? last : undefined),
    onUploadCreate: async (_, { size, metadata }) => {
      throwIf(await problemOfNew(group, size, metadata?.blob))
      return {}
    },
    onUploadFinish: async (_, { id, metadata }) => {
      throwIf(await takeOver(id, metadata?.blob))
      return {}
    },
  })
  return {
    group,
    handle: (request, by) =>
      sender.run(by, async () => {
        const isHead = request.method === 'HEAD'
        const before = isHead ? await answerHead(request, { group, store, takeOver }) : null
        return before ?? asRefusal(await server.handleWeb(request))
      }),
  }
}

/** Moves a complete upload into the blob store, or tells why not. */
type TakeOver = (name: string, blob: string | null | undefined) => Promise<Problem | null>

function createTakeOver(group: Group, incoming: string, sender: () => MemberId | null): TakeOver {
  return async (name, blob) => {
    const id = parseId('BlobId', blob ?? '')
    if (id === null) return NO_NAME
    const stored = await group.blobs.adopt(id, join(incoming, name))
    if (stored.ok) {
      await group.blobStored(id, sender())
      return null
    }
    await rm(join(incoming, `${name}.json`), { force: true })
    return stored.error.kind === 'mismatch' ? MISMATCH : FULL
  }
}

interface HeadParts {
  readonly group: Group
  readonly store: FileStore
  readonly takeOver: TakeOver
}

/** The answer to HEAD where all bytes are here; null for the tus server to answer. */
async function answerHead(
  request: Request,
  { group, store, takeOver }: HeadParts,
): Promise<Response | null> {
  const name = new URL(request.url).pathname.split('/').at(-1) ?? ''
  const facts = NAME.test(name) ? await store.configstore.get(name) : undefined
  const blob = parseId('BlobId', facts?.metadata?.blob ?? '')
  if (blob === null || facts?.size === undefined) return null
  if ((await group.blobs.size(blob)) !== null) return answerStored(facts.size)
  const upload = await store.getUpload(name).catch(() => null)
  if (upload?.offset !== facts.size) return null
  const problem = await takeOver(name, blob)
  if (problem === null) return answerStored(facts.size)
  return new Response(null, { status: problem.status_code, headers: TUS })
}

/** The tus server explains itself in plain text, or, in trouble, by what went wrong inside. */
async function asRefusal(answer: Response): Promise<Response> {
  if (answer.status < 400) return answer
  const code = codeOfStatus(answer.status)
  const text = (await answer.text()).trim()
  const { say } = code === 'broken' ? refusal(code) : refusal(code, text || undefined)
  const headers = new Headers(answer.headers)
  headers.set('content-type', 'application/cbor')
  headers.delete('content-length')
  return new Response(encodeCbor({ code, say }), { status: answer.status, headers })
}

function codeOfStatus(status: number): RefusalCode {
  if (status === 413) return 'too-large'
  if (status === 507) return 'full'
  if (status === 423 || status === 429) return 'too-many'
  if (status === 404 || status === 410) return 'missing-past'
  return status < 500 ? 'malformed' : 'broken'
}

const TUS = { 'tus-resumable': '1.0.0', 'cache-control': 'no-store' }

function answerStored(size: number): Response {
  const headers = { ...TUS, 'upload-offset': String(size), 'upload-length': String(size) }
  return new Response(null, { status: 200, headers })
}

const NO_NAME: Problem = { status_code: 400, body: 'Upload-Metadata must name the blob.\n' }
const NO_LENGTH: Problem = { status_code: 400, body: 'Upload-Length is needed from the start.\n' }
const MISMATCH: Problem = { status_code: 422, body: 'These bytes are not the blob of that name.\n' }
const FULL: Problem = { status_code: 507, body: 'This relay has no room left.\n' }

async function problemOfNew(
  group: Group,
  size: number | undefined,
  blob: string | null | undefined,
): Promise<Problem | null> {
  if (parseId('BlobId', blob ?? '') === null) return NO_NAME
  if (size === undefined) return NO_LENGTH
  return (await group.room.has(size)) ? null : FULL
}

/** The tus server wants problems thrown, with these two fields. */
function throwIf(problem: Problem | null): void {
  if (problem !== null) throw Object.assign(new Error(problem.body), problem)
}
