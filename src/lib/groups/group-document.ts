/**
 * The group document: name, agreement, members' names, the list of albums. Who *is* a member is decided by
 * operations (membership/); this document only says how they are called.
 *
 * Shape   {v: 1, name, agreement, members: {member id hex: {name?, joined?, agreed?}}, albums: {album id hex: {added, bin?}},
 *         people: {}, settings: {}}; `joined` is when they said their name, `agreed` the SHA-256 of the agreement
 *         (UTF-8) that they said yes to
 * Units   times in milliseconds since 1970
 * Source  docs/design.md §5, §6
 */
import { equalBytes, plainBytes, utf8, type Bytes } from '#lib/base/bytes.ts'
import { parseId, type DocId, type MemberId } from '#lib/base/ids.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { cutText } from '#lib/base/texts.ts'
import { isDateMs } from '#lib/base/time.ts'

/** The document as merged from what peers wrote: anything may be in it. */
export type GroupContent = Readonly<Record<string, unknown>> | null

export interface GroupDocument {
  v: number
  name: string
  agreement: string
  members: Record<string, MemberFields>
  albums: Record<string, AlbumListing>
  people: Record<string, never>
  settings: Record<string, never>
}

/** `bin` is null again after an album is restored: map keys are never deleted. */
interface AlbumListing {
  added: number
  bin?: { by: Bytes; at: number; gone?: boolean } | null
}

interface MemberFields {
  name?: string
  joined?: number
  agreed?: Bytes
}

const maxNameChars = 100
const maxAgreementChars = 10_000

/** What begins a group's document. */
export function changeToNewGroup(first: {
  name: string
  member: MemberId
  memberName: string
  addedMs: number
}): (draft: GroupDocument) => void {
  return (draft) => {
    draft.v = 1
    draft.name = first.name.slice(0, maxNameChars)
    draft.agreement = ''
    const name = first.memberName.slice(0, maxNameChars)
    draft.members[first.member] = { name, joined: first.addedMs }
  }
}

/** Says how a member is called; said again, only the name is written, never the member anew. */
export function changeMemberName(member: MemberId, name: string): (draft: GroupDocument) => void {
  return (draft) => {
    fieldsOf(draft, member).name = name.slice(0, maxNameChars)
  }
}

/** What a newcomer says: name, when, and yes to the agreement they were shown (none where it is empty). */
export function changeToArrive(
  member: MemberId,
  arrival: { readonly name: string; readonly joinedMs: number; readonly agreement: string },
): (draft: GroupDocument) => void {
  return (draft) => {
    changeMemberName(member, arrival.name)(draft)
    fieldsOf(draft, member).joined ??= arrival.joinedMs
    if (arrival.agreement !== '') changeToAgree(member, arrival.agreement)(draft)
  }
}

/** Writes another agreement; of two at once, one holds, and everybody else is asked for their yes to it. */
export function changeAgreement(by: MemberId, text: string): (draft: GroupDocument) => void {
  return (draft) => {
    const shortened = text.slice(0, maxAgreementChars)
    if (draft.agreement !== shortened) draft.agreement = shortened
    if (shortened !== '') changeToAgree(by, shortened)(draft)
  }
}

/** Says yes to an agreement of exactly this text. */
export function changeToAgree(member: MemberId, text: string): (draft: GroupDocument) => void {
  return (draft) => {
    const fields = fieldsOf(draft, member)
    const hash = agreementHash(text)
    if (!isHash(fields.agreed, hash)) fields.agreed = hash
  }
}

/** The member's own map, made where it is missing and read again: what was put in is not the document's. */
function fieldsOf(draft: GroupDocument, member: MemberId): MemberFields {
  draft.members[member] ??= {}
  return draft.members[member]
}

/** Lists an album; listing it twice is the same. */
export function changeToListAlbum(album: DocId, addedMs: number): (draft: GroupDocument) => void {
  return (draft) => {
    if (!(album in draft.albums)) draft.albums[album] = { added: addedMs }
  }
}

/** Puts an album with all it shows into the bin, or takes it out again. */
export function changeAlbumBin(
  album: DocId,
  bin: { readonly by: Bytes; readonly at: number } | null,
): (draft: GroupDocument) => void {
  return (draft) => {
    const listing = draft.albums[album]
    if (listing !== undefined && (bin !== null || listing.bin)) listing.bin = bin
  }
}

/** Empties the bin of an album; taking it out at the same time wins. */
export function changeToEmptyAlbum(album: DocId): (draft: GroupDocument) => void {
  return (draft) => {
    const bin = draft.albums[album]?.bin
    if (bin && bin.gone !== true) bin.gone = true
  }
}

/** What stands in the listing about an album's being in the bin, as a peer wrote it; null where it is not. */
export function albumBin(document: GroupContent, album: DocId): unknown {
  const albums = document?.['albums'] as
    Partial<Record<string, { readonly bin?: unknown } | null>> | null | undefined
  const bin = albums?.[album]?.bin
  return typeof bin === 'object' ? bin : null
}

export function groupName(document: GroupContent): string {
  return textOf(document?.['name'], maxNameChars)
}

export function groupAgreement(document: GroupContent): string {
  return textOf(document?.['agreement'], maxAgreementChars)
}

/** Whether the member said yes to the agreement as it is; true where there is none. */
export function hasAgreed(document: GroupContent, member: MemberId): boolean {
  const text = groupAgreement(document)
  return text === '' || isHash(memberFields(document, member)?.['agreed'], agreementHash(text))
}

/** The member's name, or an empty text while it is not known. */
export function memberName(document: GroupContent, member: MemberId): string {
  return textOf(memberFields(document, member)?.['name'], maxNameChars)
}

/** When the member said their name first; null where nobody wrote it down. */
export function memberJoinedMs(document: GroupContent, member: MemberId): number | null {
  const joined = memberFields(document, member)?.['joined']
  return isDateMs(joined) && joined > 0 ? joined : null
}

function memberFields(document: GroupContent, member: MemberId): Record<string, unknown> | null {
  const members = document?.['members'] as Partial<Record<string, unknown>> | null | undefined
  const fields = members?.[member]
  return typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>) : null
}

/** What a yes to an agreement names: SHA-256 of its text. */
function agreementHash(text: string): Bytes {
  return sha256(utf8(text))
}

function isHash(value: unknown, hash: Bytes): boolean {
  return value instanceof Uint8Array && equalBytes(plainBytes(value), hash)
}

/**
 * Keeps the names of people whose photos came along from another group, under the ids that they had there. They are no
 * members by that: who is one is decided by operations.
 */
export function changeToRemember(
  names: ReadonlyMap<MemberId, string>,
): (draft: GroupDocument) => void {
  return (draft) => {
    for (const [member, name] of names)
      if (!(member in draft.members)) draft.members[member] = { name: name.slice(0, maxNameChars) }
  }
}

/** Everybody whose name was ever said here, former members too. */
export function namesIn(document: GroupContent): Map<MemberId, string> {
  const members = document?.['members']
  if (typeof members !== 'object' || members === null) return new Map()
  const ids = Object.keys(members).flatMap((key) => parseId('MemberId', key) ?? [])
  return new Map(
    ids.map((id) => [id, memberName(document, id)] as const).filter(([, name]) => name !== ''),
  )
}

/** Ids of the listed albums in the order in which they were added, then by id. */
export function listedAlbums(document: GroupContent): DocId[] {
  const albums = document?.['albums']
  if (typeof albums !== 'object' || albums === null) return []
  return Object.entries(albums)
    .flatMap(([key, fields]) => {
      const id = parseId('DocId', key)
      return id === null ? [] : [{ id, added: addedOf(fields) }]
    })
    .sort((a, b) => a.added - b.added || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id)
}

function addedOf(fields: unknown): number {
  const added = (fields as { added?: unknown } | null)?.added
  return typeof added === 'number' && Number.isFinite(added) ? added : 0
}

function textOf(value: unknown, maxChars: number): string {
  return typeof value === 'string' ? cutText(value, maxChars) : ''
}
