/**
 * What the service worker asks of a page when a picture's ciphertext is not on the device: to have the engine fetch it.
 *
 *   service worker → page   {kind: 'fetch-blob', group, blob} with a MessagePort
 *   page → that port        {ok: boolean}; true when the ciphertext is on the device
 */
import { parseId, type BlobId, type GroupId } from '#lib/base/ids.ts'

export interface MediaRequest {
  readonly kind: 'fetch-blob'
  readonly group: GroupId
  readonly blob: BlobId
}

/** The request in a message, or null. */
export function parseMediaRequest(message: unknown): MediaRequest | null {
  if (typeof message !== 'object' || message === null) return null
  const { kind, group: groupText, blob: blobText } = message as Record<string, unknown>
  if (kind !== 'fetch-blob' || typeof groupText !== 'string' || typeof blobText !== 'string')
    return null
  const [group, blob] = [parseId('GroupId', groupText), parseId('BlobId', blobText)]
  return group === null || blob === null ? null : { kind, group, blob }
}

/** Whether an answer says that the ciphertext is there now. */
export function isFetched(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === true
}
