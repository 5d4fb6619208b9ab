/**
 * What the service worker asks of a page when a rendition's ciphertext is not on the device: to have the engine fetch
 * it, or open a part of it where it is; and what it is, where the index is of two minds.
 *
 *   service worker → page   {kind: 'fetch-blob', group, blob} with a MessagePort
 *   page → that port        {ok: boolean}; true when the ciphertext is on the device
 *   service worker → page   {kind: 'open-part', group, blob, from, to} with a MessagePort; plaintext bytes [from, to)
 *   page → that port        {part: Uint8Array | null}; null where it cannot be had now
 *   service worker → page   {kind: 'tell-facts', group, blob} with a MessagePort
 *   page → that port        {facts: {size, mime} | null}; null where nobody can tell now
 */
import { plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { parseId, type BlobId, type GroupId } from '#lib/base/ids.ts'

interface Named {
  readonly group: GroupId
  readonly blob: BlobId
}

export interface FetchRequest extends Named {
  readonly kind: 'fetch-blob'
}

export interface PartRequest extends Named {
  readonly kind: 'open-part'
  readonly from: number
  readonly to: number
}

export interface FactsRequest extends Named {
  readonly kind: 'tell-facts'
}

export type MediaRequest = FetchRequest | PartRequest | FactsRequest

/** The request in a message, or null. */
export function parseMediaRequest(message: unknown): MediaRequest | null {
  if (typeof message !== 'object' || message === null) return null
  const { kind, group: groupText, blob: blobText, from, to } = message as Record<string, unknown>
  if (typeof groupText !== 'string' || typeof blobText !== 'string') return null
  const [group, blob] = [parseId('GroupId', groupText), parseId('BlobId', blobText)]
  if (group === null || blob === null) return null
  if (kind === 'fetch-blob' || kind === 'tell-facts') return { kind, group, blob }
  const isRange = isOffset(from) && isOffset(to) && from < to
  return kind === 'open-part' && isRange ? { kind, group, blob, from, to } : null
}

/** Whether an answer says that the ciphertext is there now. */
export function isFetched(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === true
}

/** The part in an answer, if it is as long as was asked for. */
export function parsePart(
  answer: unknown,
  { from, to }: Pick<PartRequest, 'from' | 'to'>,
): Bytes | null {
  if (typeof answer !== 'object' || answer === null || !('part' in answer)) return null
  const { part } = answer
  return part instanceof Uint8Array && part.length === to - from ? plainBytes(part) : null
}

/** The facts in an answer; `size` in bytes of plaintext. */
export function parseFacts(
  answer: unknown,
): { readonly size: number; readonly mime: string } | null {
  if (typeof answer !== 'object' || answer === null || !('facts' in answer)) return null
  const { size, mime } = (answer.facts ?? {}) as Record<string, unknown>
  return isOffset(size) && typeof mime === 'string' ? { size, mime } : null
}

const isOffset = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0
