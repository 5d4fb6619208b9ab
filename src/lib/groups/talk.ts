/**
 * Talk: the plaintext of `talk` entries, which every member may write, viewers too. Its author is the device that
 * signed it; nobody can say it for somebody else.
 *
 * Shape   canonical CBOR map {type, …}, ≤ 32 KiB
 *
 *   | type | fields                                                                     |
 *   |------|----------------------------------------------------------------------------|
 *   | self | fields map: what the author's member says of themself, all of it anew: the  |
 *   |      | same fields as their map in the group document (group-document.ts)          |
 *   | fork | id bytes 16: which fork it is; boxes map {device id hex: bytes 1…1024}: for   |
 *   |      | each of these devices, and for nobody else, the way into a new group that the |
 *   |      | author has made out of this one (crypto/sealed-offer.ts). Not empty; several   |
 *   |      | entries of one id where one is too small for all                              |
 *   | comment | item bytes 16; at uint; text ≤ 2,000 UTF-16 units; of? bytes 32: the entry  |
 *   |      | of the comment that this one corrects, or, with an empty text, withdraws       |
 *   | reaction | item bytes 16; at uint; text: one picture, ≤ 16 units, or empty: taken back |
 *
 *         `self` and `fork` are sealed under the key of the group document, the others under that of the item's album.
 *         Of several `self` of a member the newest holds, and it goes before what the document says: whoever has
 *         spoken so once goes on so, whatever their role becomes. What becomes of the others: item-talk.ts.
 * Units   `at` is counted time (item-talk.ts), milliseconds since 1970
 * Errors  `parseTalk` is total (null); other types than these are for newer versions and read as null
 * Source  docs/design.md §6 "Comments and reactions"
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor, type CborMap } from '#lib/base/cbor.ts'
import {
  isMap,
  readBytes,
  readExactMap,
  readId,
  readText,
  readUint,
  type Field,
} from '#lib/base/fields.ts'
import {
  idToBytes,
  parseId,
  type DeviceId,
  type EntryId,
  type ItemId,
  type MemberId,
} from '#lib/base/ids.ts'
import { isDateMs } from '#lib/base/time.ts'
import { maxOfferBytes } from '#lib/crypto/sealed-offer.ts'
import type { GroupContent, GroupDocument } from './group-document.ts'

/** What a member says of themself, as their map in the group document holds it. */
export type MemberWords = CborMap

export interface SelfTalk {
  readonly type: 'self'
  readonly fields: MemberWords
}
/** The author has made a new group out of this one; sealed offers for these devices. */
export interface ForkTalk {
  readonly type: 'fork'
  readonly id: Bytes
  readonly boxes: ReadonlyMap<DeviceId, Bytes>
}
/** Said about an item, or of an earlier comment on it: empty then where it is withdrawn. */
export interface CommentTalk {
  readonly type: 'comment'
  readonly item: ItemId
  readonly atMs: number
  readonly text: string
  readonly of: EntryId | null
}
/** What a member makes of an item in one picture; empty where they take it back. */
export interface ReactionTalk {
  readonly type: 'reaction'
  readonly item: ItemId
  readonly atMs: number
  readonly text: string
}
export type Talk = SelfTalk | ForkTalk | CommentTalk | ReactionTalk

/** UTF-16 units of a comment. */
export const maxCommentChars = 2000
const maxReactionChars = 16
const picture = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\u200d\ufe0f]+$/u
const maxTalkBytes = 32 * 1024
/** Boxes of the greatest size that are sure to fit into one entry. */
export const maxForkBoxes = 28

export function encodeTalk(talk: Talk): Bytes {
  switch (talk.type) {
    case 'self':
      return encodeCbor({ type: talk.type, fields: talk.fields })
    case 'fork':
      return encodeCbor({ type: talk.type, id: talk.id, boxes: Object.fromEntries(talk.boxes) })
    case 'comment': {
      const of = talk.of === null ? undefined : idToBytes(talk.of)
      return encodeCbor({ ...onItem(talk), of })
    }
    case 'reaction':
      return encodeCbor(onItem(talk))
  }
}

function onItem({ type, item, atMs, text }: CommentTalk | ReactionTalk): CborMap {
  return { type, item: idToBytes(item), at: atMs, text }
}

export function parseTalk(plaintext: Bytes): Talk | null {
  if (plaintext.length > maxTalkBytes) return null
  const parsed = parseCbor(plaintext) ?? undefined
  switch (isMap(parsed) ? parsed['type'] : undefined) {
    case 'self':
      return parseSelf(parsed)
    case 'fork':
      return parseFork(parsed)
    case 'comment':
      return parseComment(parsed)
    case 'reaction':
      return parseReaction(parsed)
    default:
      return null
  }
}

function parseSelf(value: Field): SelfTalk | null {
  const fields = readExactMap(value, ['type', 'fields'])?.['fields']
  return isMap(fields) ? { type: 'self', fields } : null
}

function parseFork(value: Field): ForkTalk | null {
  const map = readExactMap(value, ['type', 'id', 'boxes'])
  const id = readBytes(map?.['id'], 16)
  const boxes = parseBoxes(map?.['boxes'])
  return id !== null && boxes !== null ? { type: 'fork', id, boxes } : null
}

function parseComment(value: Field): CommentTalk | null {
  const first = readExactMap(value, ['type', 'item', 'at', 'text'])
  const later = readExactMap(value, ['type', 'item', 'at', 'text', 'of'])
  const said = readOnItem(first ?? later, maxCommentChars)
  if (said === null) return null
  if (later === null) return isBlank(said.text) ? null : { type: 'comment', ...said, of: null }
  const of = readId(later['of'], 'EntryId')
  const isSaid = said.text === '' || !isBlank(said.text)
  return of !== null && isSaid ? { type: 'comment', ...said, of } : null
}

function parseReaction(value: Field): ReactionTalk | null {
  const said = readOnItem(readExactMap(value, ['type', 'item', 'at', 'text']), maxReactionChars)
  if (said === null) return null
  return said.text === '' || picture.test(said.text) ? { type: 'reaction', ...said } : null
}

function readOnItem(
  map: CborMap | null,
  maxChars: number,
): Pick<CommentTalk, 'item' | 'atMs' | 'text'> | null {
  const item = readId(map?.['item'], 'ItemId')
  const atMs = readUint(map?.['at'])
  const text = readText(map?.['text'], maxChars)
  return item !== null && isDateMs(atMs) && text !== null ? { item, atMs, text } : null
}

function isBlank(text: string): boolean {
  return text.trim() === ''
}

function parseBoxes(value: Field): ReadonlyMap<DeviceId, Bytes> | null {
  if (!isMap(value)) return null
  const boxes = new Map<DeviceId, Bytes>()
  for (const [key, sealed] of Object.entries(value)) {
    const device = parseId('DeviceId', key)
    const box = readBytes(sealed)
    if (device === null || box === null || box.length === 0 || box.length > maxOfferBytes)
      return null
    boxes.set(device, box)
  }
  return boxes.size === 0 ? null : boxes
}

/** The group's document with what members said of themselves by talk. */
export function withWords(
  document: GroupContent,
  words: ReadonlyMap<MemberId, MemberWords>,
): GroupContent {
  if (document === null || words.size === 0) return document
  return {
    ...document,
    members: { ...recordOf(document['members']), ...Object.fromEntries(words) },
  }
}

/**
 * What a member will have said after this edit of the group's document; null where the edit changes anything else,
 * or nothing.
 */
export function wordsAfter(
  document: GroupContent,
  member: MemberId,
  edit: (draft: GroupDocument) => void,
): MemberWords | null {
  const before = encodeWords(recordOf(recordOf(document?.['members'])[member]))
  const draft = draftOf(document, member)
  const rest = JSON.stringify({ ...draft, members: null })
  edit(draft)
  const words = encodeWords(recordOf(draft.members[member]))
  const isOwn = JSON.stringify({ ...draft, members: null }) === rest
  const others = Object.keys(draft.members).some((id) => id !== member)
  return isOwn && !others && words.text !== before.text ? words.words : null
}

function draftOf(document: GroupContent, member: MemberId): GroupDocument {
  const fields = recordOf(document?.['members'])[member]
  const text = (name: string): string => {
    const value = document?.[name]
    return typeof value === 'string' ? value : ''
  }
  return {
    v: 1,
    name: text('name'),
    agreement: text('agreement'),
    members: fields === undefined ? {} : { [member]: structuredClone(plain(fields)) as object },
    albums: {},
    people: {},
    settings: {},
  }
}

/** A canonical copy, and a text by which two can be compared. */
function encodeWords(fields: Record<string, unknown>): { words: MemberWords; text: string } {
  const bytes = encodeCbor(plain(fields) as CborMap)
  const words = parseCbor(bytes, { maxValues: Infinity }) ?? undefined
  return { words: isMap(words) ? words : {}, text: bytes.join() }
}

/** Without what CBOR cannot say: a document may hold anything. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, inner]) => [key, plain(inner)] as const)
        .filter(([, inner]) => inner !== undefined),
    )
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined
  return typeof value === 'string' || typeof value === 'boolean' ? value : undefined
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
