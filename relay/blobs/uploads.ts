/**
 * Resumable uploads: tus 1.0 (https://tus.io/protocols/resumable-upload) for blobs above one PUT.
 *
 * Shape   the parts of an upload gather in `<group>/incoming/<random>`, its facts in `<random>.json`;
 *         `Upload-Metadata: blob` names the blob in hexadecimal. With the last byte the file is
 *         re-hashed, synced and renamed into the blob store, and only then is the request answered.
 * Resume  HEAD of an upload whose bytes are complete but were not taken over (the relay died between)
 *         takes it over first, so that "offset = length" always means "stored". One taken over
 *         answers so too until its facts are swept.
 * Room    asked for the whole length when an upload is begun, again with each part of it and before it is taken over
 *         (groups/room.ts); a part for which there is none is refused, and what came before stays
 * Errors  400 no or a wrong name or no length, 413, 422 other bytes than the name says (the upload is
 *         gone), 507, and those of the tus protocol; CBOR {code, say} as everywhere
 */
import type { FileStore } from '@tus/file-store'
import type { Upload } from '@tus/server'
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
import { isUploadName } from './incoming-folder.ts'

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

/** One request; the tus server calls back without saying for which of them. */
interface Sending {
  readonly by: MemberId | null
  /** The upload that room was found for. */
  upload: string | null
}

function createUploadsOfGroup(
  { Server, FileStore }: Tus,
  { group, incoming }: UploadPlace,
): UploadsOfGroup {
  const store = new FileStore({ directory: incoming })
  const current = new AsyncLocalStorage<Sending>()
  const begin: Begin = async (upload, bytes, written) => {
    const hasRoom = await group.room.begin(upload, { bytes, written })
    const sending = current.getStore()
    if (hasRoom && sending !== undefined) sending.upload = upload
    return hasRoom ? null : FULL
  }
  const by = () => current.getStore()?.by ?? null
  const takeOver = createTakeOver({ group, incoming, by, begin })
  const server = new Server({
    path: uploadsPath(group.id),
    datastore: store,
    relativeLocation: true,
    respectForwardedHeaders: false,
    maxSize: maxBlobBytes,
    namingFunction: () => randomBytes(16).toString('hex'),
    getFileIdFromRequest: (_, last) => (isUploadName(last ?? '') ? last : undefined),
    onUploadCreate: async (_, { id, size, metadata }) => {
      throwIf(problemOfNew(size, metadata?.blob) ?? (await begin(id, size ?? 0, 0)))
      return {}
    },
    onUploadFinish: async (_, upload) => {
      throwIf(await takeOver(upload))
      return {}
    },
  })
  const answer = async (request: Request, sending: Sending): Promise<Response> => {
    const name = nameIn(request)
    const before =
      request.method === 'HEAD'
        ? await answerHead(name, { group, store, takeOver })
        : await refuseMore(request, { store, begin })
    if (request.method === 'DELETE') sending.upload = name
    return before ?? asRefusal(await server.handleWeb(request))
  }
  return {
    group,
    handle: (request, by) => {
      const sending: Sending = { by, upload: null }
      return current
        .run(sending, () => answer(request, sending))
        .finally(() => pause(sending.upload, { group, store }))
    },
  }
}

/** Finds room for an upload of which so much is here. */
type Begin = (upload: string, bytes: number, written: number) => Promise<Problem | null>

interface StoreParts {
  readonly group: Group
  readonly store: FileStore
}

/** The request is over; what became of the upload is seen on the disk. */
async function pause(upload: string | null, { group, store }: StoreParts): Promise<void> {
  if (upload === null) return
  const left = await store.getUpload(upload).catch(() => null)
  if (left === null) group.room.end(upload)
  else group.room.pause(upload, left.offset)
}

/** The answer to a part for which there is no room; null for the tus server to answer. */
async function refuseMore(
  request: Request,
  { store, begin }: { readonly store: FileStore; readonly begin: Begin },
): Promise<Response | null> {
  const name = nameIn(request)
  if (request.method !== 'PATCH' || !isUploadName(name)) return null
  const upload = await store.getUpload(name).catch(() => null)
  const problem = upload?.size === undefined ? null : await begin(name, upload.size, upload.offset)
  return problem && asRefusal(responseOf(problem))
}

function nameIn(request: Request): string {
  return new URL(request.url).pathname.split('/').at(-1) ?? ''
}

/** Moves a complete upload into the blob store, or tells why not. */
type TakeOver = (upload: Pick<Upload, 'id' | 'size' | 'metadata'>) => Promise<Problem | null>

interface TakeOverParts {
  readonly group: Group
  readonly incoming: string
  /** Who sends it. */
  readonly by: () => MemberId | null
  readonly begin: Begin
}

function createTakeOver({ group, incoming, by, begin }: TakeOverParts): TakeOver {
  return async ({ id: name, size = 0, metadata }) => {
    const id = parseId('BlobId', metadata?.blob ?? '')
    if (id === null) return NO_NAME
    const full = await begin(name, size, size)
    if (full !== null) return full
    const stored = await group.blobs.adopt(id, join(incoming, name))
    if (stored.ok) {
      await group.blobStored(id, by())
      return null
    }
    await rm(join(incoming, `${name}.json`), { force: true })
    return stored.error.kind === 'mismatch' ? MISMATCH : FULL
  }
}

interface HeadParts extends StoreParts {
  readonly takeOver: TakeOver
}

/** The answer to HEAD where all bytes are here; null for the tus server to answer. */
async function answerHead(
  name: string,
  { group, store, takeOver }: HeadParts,
): Promise<Response | null> {
  const facts = isUploadName(name) ? await store.configstore.get(name) : undefined
  const blob = parseId('BlobId', facts?.metadata?.blob ?? '')
  if (blob === null || facts?.size === undefined) return null
  if ((await group.blobs.size(blob)) !== null) return answerStored(facts.size)
  const upload = await store.getUpload(name).catch(() => null)
  if (upload?.offset !== facts.size) return null
  const problem = await takeOver(upload)
  return problem === null ? answerStored(facts.size) : responseOf(problem, null)
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

function problemOfNew(size: number | undefined, blob: string | null | undefined): Problem | null {
  if (parseId('BlobId', blob ?? '') === null) return NO_NAME
  return size === undefined ? NO_LENGTH : null
}

function responseOf({ status_code: status, body }: Problem, text: string | null = body): Response {
  return new Response(text, { status, headers: TUS })
}

/** The tus server wants problems thrown, with these two fields. */
function throwIf(problem: Problem | null): void {
  if (problem !== null) throw Object.assign(new Error(problem.body), problem)
}
