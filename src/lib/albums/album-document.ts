/**
 * An album: its title and its items. An Automerge document seen as plain data; `change…` functions are
 * applied to a draft inside one change, and everything a peer may have written is read with care.
 *
 * Shape   {v: 1, title, cover?, order?, items: {item id hex: {core, caption?, at?, place?, from?, bin?, album?, rank?}}}
 *         `bin` is null again after a restore: map keys are never deleted. `at`, `place` and `from`: item-corrections.ts.
 *         An item stays in the document in which it was added; `album` names the album that shows it instead of this one
 *         (album-arranging.ts).
 * Source  docs/design.md §6
 */
import type { DocId, ItemId, MemberId } from '#lib/base/ids.ts'
import { idFromBytes, parseId } from '#lib/base/ids.ts'
import { isDateMs } from '#lib/base/time.ts'
import {
  encodePlace,
  encodeTaken,
  parseOrigin,
  parsePlace,
  parseTaken,
  type Origin,
  type Place,
  type Taken,
} from './item-corrections.ts'
import { parseItemCore, type ItemCore } from './item-core.ts'

/** A document as merged from what peers wrote: anything may be in it. */
export type DocumentContent = Readonly<Record<string, unknown>> | null

export interface AlbumDocument {
  v: number
  title: string
  cover?: Uint8Array | null
  order?: string
  items: Record<string, AlbumItemFields>
}
export interface AlbumItemFields {
  core: Uint8Array
  caption?: string
  at?: Uint8Array
  place?: Uint8Array
  from?: Uint8Array
  bin?: { by: Uint8Array; at: number; gone?: boolean } | null
  album?: Uint8Array | null
  rank?: number
}

/** An item as it is added: with what is known of it already. */
export type NewItem = Pick<
  AlbumItemFields,
  'core' | 'caption' | 'at' | 'place' | 'from' | 'rank'
> & { readonly id: ItemId }

/** Who put something into the bin, and when by their clock. */
export interface BinMark {
  readonly by: MemberId | null
  readonly atMs: number
  /** The bin was emptied of it. Taking it out again wins over that. */
  readonly isGone: boolean
}

/** An item as read from the document. */
export interface AlbumItem {
  readonly id: ItemId
  /** The document that it is written in, where every change of it goes. */
  readonly album: DocId
  /** The album that shows it. */
  readonly shownIn: DocId
  readonly core: ItemCore
  readonly caption: string
  /** When and where, as members corrected it; what the core says where nobody did. */
  readonly taken: Taken
  readonly place: Place | null
  /** The group that it was copied from. */
  readonly from: Origin | null
  readonly binned: boolean
  readonly bin: BinMark | null
  /** Its place in an album that is ordered by hand; null where nobody has given it one. */
  readonly rank: number | null
}

export const maxCaptionChars = 10_000
const maxTitleChars = 200

/** What begins an album. */
export function changeToNewAlbum(title: string): (draft: AlbumDocument) => void {
  return (draft) => {
    draft.v = 1
    draft.title = title.slice(0, maxTitleChars)
  }
}

export function changeTitle(title: string): (draft: AlbumDocument) => void {
  return (draft) => {
    draft.title = title.slice(0, maxTitleChars)
  }
}

/** Adds items that are not there yet; a core is never written twice. */
export function changeToAddItems(items: readonly NewItem[]): (draft: AlbumDocument) => void {
  return (draft) => {
    for (const { id, ...fields } of items) if (!(id in draft.items)) draft.items[id] = fields
  }
}

export function changeCaption(item: ItemId, caption: string): (draft: AlbumDocument) => void {
  return (draft) => {
    const fields = draft.items[item]
    if (fields !== undefined) fields.caption = caption.slice(0, maxCaptionChars)
  }
}

/** Says when items were taken. */
export function changeTaken(
  items: readonly { readonly item: ItemId; readonly taken: Taken }[],
): (draft: AlbumDocument) => void {
  return (draft) => {
    for (const { item, taken } of items) {
      const fields = draft.items[item]
      if (fields !== undefined) fields.at = encodeTaken(taken)
    }
  }
}

/** Says where items were taken; null: nowhere that anybody should know. */
export function changePlace(
  items: readonly ItemId[],
  place: Place | null,
): (draft: AlbumDocument) => void {
  return (draft) => {
    for (const item of items) {
      const fields = draft.items[item]
      if (fields !== undefined) fields.place = encodePlace(place)
    }
  }
}

/** Puts items into the bin, or takes them out again. */
export function changeBin(
  items: readonly ItemId[],
  bin: { by: Uint8Array; at: number } | null,
): (draft: AlbumDocument) => void {
  return (draft) => {
    for (const item of items) {
      const fields = draft.items[item]
      if (fields !== undefined && (bin !== null || fields.bin)) fields.bin = bin
    }
  }
}

/** The title; empty where a peer wrote something else. */
export function albumTitle(document: DocumentContent): string {
  return typeof document?.['title'] === 'string' ? document['title'].slice(0, maxTitleChars) : ''
}

/** Ids of all items, the binned included; malformed keys are left out. */
export function albumItemIds(document: DocumentContent): ItemId[] {
  const items = document?.['items']
  if (typeof items !== 'object' || items === null) return []
  return Object.keys(items).flatMap((key) => parseId('ItemId', key) ?? [])
}

/** One item, or null where it is absent or malformed. */
export function readAlbumItem(
  document: DocumentContent,
  album: DocId,
  id: ItemId,
): AlbumItem | null {
  const items = document?.['items'] as Partial<Record<string, unknown>> | null | undefined
  const fields = items?.[id]
  if (typeof fields !== 'object' || fields === null) return null
  const record = fields as ItemRecord
  const { core: coreBytes, caption, bin, at, place, from, album: movedTo, rank } = record
  const core = coreBytes instanceof Uint8Array ? parseItemCore(coreBytes) : null
  if (core === null) return null
  return {
    id,
    album,
    core,
    shownIn: movedTo instanceof Uint8Array ? (idFromBytes('DocId', movedTo) ?? album) : album,
    caption: typeof caption === 'string' ? caption.slice(0, maxCaptionChars) : '',
    taken: parseTaken(at) ?? { takenMs: core.takenMs, offsetMinutes: core.offsetMinutes },
    place: correctedPlace(place, core),
    from: parseOrigin(from),
    binned: typeof bin === 'object' && bin !== null,
    bin: readBinMark(bin),
    rank: typeof rank === 'number' && Number.isFinite(rank) ? rank : null,
  }
}

type ItemRecord = Partial<Record<string, unknown>>

/** The mark of something in the bin, whatever a peer wrote into it; null where it is not there. */
export function readBinMark(bin: unknown): BinMark | null {
  if (typeof bin !== 'object' || bin === null) return null
  const { by, at, gone } = bin as ItemRecord
  return {
    by: by instanceof Uint8Array ? idFromBytes('MemberId', by) : null,
    atMs: isDateMs(at) ? at : 0,
    isGone: gone === true,
  }
}

/**
 * Empties the bin of items. Written inside the mark: whoever takes an item out at the same time replaces the mark, and
 * so wins.
 */
export function changeToEmpty(items: readonly ItemId[]): (draft: AlbumDocument) => void {
  return (draft) => {
    for (const id of items) {
      const bin = draft.items[id]?.bin
      if (bin && bin.gone !== true) bin.gone = true
    }
  }
}

function correctedPlace(bytes: unknown, core: ItemCore): Place | null {
  const corrected = parsePlace(bytes)
  return corrected === 'none' ? null : (corrected ?? core.place)
}
