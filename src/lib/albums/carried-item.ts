/**
 * Items that go along when a group is made out of another one: the same facts, captions and places in the bin, under
 * ids that follow from the old ones, so that it can be taken up again after a kill, and nothing is in the new album
 * twice.
 *
 * The core stays byte by byte as it is, with the author's id of the old group, so that nobody has to be asked who was
 * who; names of those ids go along in the group's document. Only what the carrying member added themself gets the
 * id that they have now.
 *
 * Errors  total: what a peer wrote in another shape is not carried, for it does not show in the old group either
 * Source  docs/design.md §5 "Forking", §6
 */
import { idToBytes, type DocId, type ItemId, type MemberId } from '#lib/base/ids.ts'
import { isDateMs } from '#lib/base/time.ts'
import {
  readAlbumItem,
  type AlbumDocument,
  type AlbumItemFields,
  type DocumentContent,
} from './album-document.ts'
import { encodeItemCore, type ItemCore } from './item-core.ts'

/** One item on its way into the new album. */
export interface CarriedItem {
  readonly id: ItemId
  readonly core: ItemCore
  readonly fields: AlbumItemFields
}

/** The ids that the carrying member, and the albums, had and have. */
export interface SamePerson {
  readonly was: MemberId
  readonly is: MemberId
  /** The new album in the place of an old one. */
  readonly albumOf: (album: DocId) => DocId
}

/** An item of the old album as it goes into the new one, under the id `as`; null where there is none to show. */
export function readCarriedItem(
  document: DocumentContent,
  at: { readonly album: DocId; readonly id: ItemId; readonly as: ItemId },
  me: SamePerson,
): CarriedItem | null {
  const item = readAlbumItem(document, at.album, at.id)
  if (item === null || item.bin?.isGone === true) return null
  const { core: bytes, bin, ...said } = fieldsOf(document, at.id)
  const { core, caption, binned, rank, shownIn } = item
  const isOwn = core.author === me.was
  return {
    id: at.as,
    core,
    fields: {
      core: isOwn ? encodeItemCore({ ...core, author: me.is }) : new Uint8Array(bytes ?? []),
      ...(caption === '' ? {} : { caption }),
      ...bytesIn(said),
      ...(rank === null ? {} : { rank }),
      ...(shownIn === at.album ? {} : { album: idToBytes(me.albumOf(shownIn)) }),
      ...(binned ? { bin: { by: idToBytes(me.is), at: timeOf(bin?.at) } } : {}),
    },
  }
}

/** As they stand there; `readAlbumItem` has found an item in them. */
function fieldsOf(document: DocumentContent, id: ItemId): Partial<AlbumItemFields> {
  const items = document?.['items'] as Partial<Record<string, AlbumItemFields>> | undefined
  return items?.[id] ?? {}
}

/** When, where and where from: copied as bytes, whatever they say. */
function bytesIn({ at, place, from }: Partial<AlbumItemFields>): Partial<AlbumItemFields> {
  const given = Object.entries({ at, place, from }).flatMap(([name, bytes]) =>
    bytes instanceof Uint8Array ? [[name, new Uint8Array(bytes)] as const] : [],
  )
  return Object.fromEntries(given)
}

function timeOf(at: unknown): number {
  return isDateMs(at) ? at : 0
}

/** Adds those that are not there yet. */
export function changeToCarry(items: readonly CarriedItem[]): (draft: AlbumDocument) => void {
  return (draft) => {
    for (const { id, fields } of items) if (!(id in draft.items)) draft.items[id] = fields
  }
}
