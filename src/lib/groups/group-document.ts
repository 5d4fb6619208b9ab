/**
 * The group document: name, agreement, members' names, the list of albums. Who *is* a member is decided by
 * operations (membership/); this document only says how they are called.
 *
 * Shape   {v: 1, name, agreement, members: {member id hex: {name}}, albums: {album id hex: {}}, people: {}, settings: {}}
 * Source  docs/design.md §5, §6
 */
import { parseId, type DocId, type MemberId } from '#lib/base/ids.ts'

/** The document as merged from what peers wrote: anything may be in it. */
export type GroupContent = Readonly<Record<string, unknown>> | null

export interface GroupDocument {
  v: number
  name: string
  agreement: string
  members: Record<string, { name: string }>
  albums: Record<string, { added: number }>
  people: Record<string, never>
  settings: Record<string, never>
}

const maxNameChars = 100
const maxAgreementChars = 10_000

/** The first change of a group's document: root containers at once. */
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
    draft.members = { [first.member]: { name: first.memberName.slice(0, maxNameChars) } }
    draft.albums = {}
    draft.people = {}
    draft.settings = {}
  }
}

/** Says how a member is called; said again, only the name is written, never the member anew. */
export function changeMemberName(member: MemberId, name: string): (draft: GroupDocument) => void {
  return (draft) => {
    const fields = draft.members[member]
    if (fields === undefined) draft.members[member] = { name: name.slice(0, maxNameChars) }
    else fields.name = name.slice(0, maxNameChars)
  }
}

/** Lists an album; listing it twice is the same. */
export function changeToListAlbum(album: DocId, addedMs: number): (draft: GroupDocument) => void {
  return (draft) => {
    if (!(album in draft.albums)) draft.albums[album] = { added: addedMs }
  }
}

export function groupName(document: GroupContent): string {
  return textOf(document?.['name'], maxNameChars)
}

export function groupAgreement(document: GroupContent): string {
  return textOf(document?.['agreement'], maxAgreementChars)
}

/** The member's name, or an empty text while it is not known. */
export function memberName(document: GroupContent, member: MemberId): string {
  const members = document?.['members'] as Partial<Record<string, unknown>> | null | undefined
  const fields = members?.[member]
  if (typeof fields !== 'object' || fields === null) return ''
  return textOf((fields as { name?: unknown }).name, maxNameChars)
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
  return typeof value === 'string' ? value.slice(0, maxChars) : ''
}
