/** Uploads in parts, request by request. */
import { createHash } from 'node:crypto'
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import { blobPath, uploadsPath } from '#lib/wire/paths.ts'

export interface TusClient {
  /** Begins one; its path is in `location`. */
  create(id: string, length: number): Promise<Response>
  patch(path: string | null, offset: number, part: Bytes): Promise<Response>
  head(path: string | null): Promise<Response>
  remove(path: string | null): Promise<Response>
  /** A whole file at once. */
  put(bytes: Bytes): Promise<Response>
}

interface More {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Bytes
}

/** For the holder of a token. */
export function createTusClient(origin: string, group: GroupId, token: string): TusClient {
  const own = { authorization: `Bearer ${token}`, 'tus-resumable': '1.0.0' }
  const ask = (path: string | null, method: string, more: More = {}) =>
    fetch(origin + (path ?? ''), { ...more, method, headers: { ...own, ...more.headers } })
  return {
    create: (id, length) => {
      const headers = { 'upload-length': String(length), 'upload-metadata': `blob ${btoa(id)}` }
      return ask(uploadsPath(group), 'POST', { headers })
    },
    patch: (path, offset, body) => {
      const type = { 'content-type': 'application/offset+octet-stream' }
      return ask(path, 'PATCH', { body, headers: { ...type, 'upload-offset': String(offset) } })
    },
    head: (path) => ask(path, 'HEAD'),
    remove: (path) => ask(path, 'DELETE'),
    put: (body) => ask(blobPath(group, nameOfBlob(body)), 'PUT', { body }),
  }
}

/** What these bytes are called. */
export function nameOfBlob(bytes: Bytes): BlobId {
  return toHex(createHash('sha256').update(bytes).digest()) as BlobId
}
