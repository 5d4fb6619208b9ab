/**
 * Addresses of pictures inside the app: answered by the service worker, never by a relay.
 * They name a blob and nothing secret: keys are looked up on the device.
 *
 *   /media/<group hex>/<blob hex>
 */
import { parseId, type BlobId, type GroupId } from '#lib/base/ids.ts'

/** The address of a rendition. */
export function mediaUrl(group: GroupId, blob: BlobId): string {
  return `/media/${group}/${blob}`
}

/** Group and blob of a path, or null. */
export function parseMediaPath(path: string): { group: GroupId; blob: BlobId } | null {
  const match = /^\/media\/([0-9a-f]{64})\/([0-9a-f]{64})$/.exec(path)
  const group = parseId('GroupId', match?.[1] ?? '')
  const blob = parseId('BlobId', match?.[2] ?? '')
  return group === null || blob === null ? null : { group, blob }
}
