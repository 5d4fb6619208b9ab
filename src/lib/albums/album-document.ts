/**
 * An album: its title and its items. An Automerge document seen as plain data; `change…` functions are
 * applied to a draft inside one change, and everything a peer may have written is read with care.
 *
 * Shape   {v: 1, title, cover?, items: {item id hex: {core, caption?, at?, place?, from?, bin?}}}
 *         `bin` is null again after a restore: map keys are never deleted. `at`, `place` and `from`: item-corrections.ts.
 * Source  docs/design.md §6
 */
import type { DocId, ItemId } from '#lib/base/ids.ts'
import { parseId } from '#lib/base/ids.ts'
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
  items: Record<string, AlbumItemFields>
}
export interface AlbumItemFields {
  core: Uint8Array
  caption?: string
  at?: Uint8Array
  place?: Uint8Array
  from?: Uint8Array
  bin?: { by: Uint8Array; at: number } | null
}

/** An item as read from the document. */
export interface AlbumItem {
  readonly id: ItemId
  readonly album: DocId
  readonly core: ItemCore
  readonly caption: string
  /** When and where, as members corrected it; what the core says where nobody did. */
  readonly taken: Taken
  readonly place: Place | null
  /** The group that it was copied from. */
  readonly from: Origin | null
  readonly binned: boolean
}

const maxCaptionChars = 10_000
const maxTitleChars = 200

/** The first change of an album: title and root containers at once. */
export function changeToNewAlbum(title: string): (draft: AlbumDocument) => void {
  return (draft) => {
    draft.v = 1
    draft.title = title.slice(0, maxTitleChars)
    draft.items = {}
  }
}

export function changeTitle(title: string): (draft: AlbumDocument) => void {
  return (draft) => {
    draft.title = title.slice(0, maxTitleChars)
  }
}

/** Adds items that are not there yet; a core is never written twice. */
export function changeToAddItems(
  items: readonly (Pick<AlbumItemFields, 'core' | 'caption' | 'from'> & { readonly id: ItemId })[],
): (draft: AlbumDocument) => void {
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
      if (fields !== undefined) fields.bin = bin
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
  const {
    core: coreBytes,
    caption,
    bin,
    at,
    place,
    from,
  } = fields as Partial<Record<string, unknown>>
  const core = coreBytes instanceof Uint8Array ? parseItemCore(coreBytes) : null
  if (core === null) return null
  return {
    id,
    album,
    core,
    caption: typeof caption === 'string' ? caption.slice(0, maxCaptionChars) : '',
    taken: parseTaken(at) ?? { takenMs: core.takenMs, offsetMinutes: core.offsetMinutes },
    place: correctedPlace(place, core),
    from: parseOrigin(from),
    binned: typeof bin === 'object' && bin !== null,
  }
}

function correctedPlace(bytes: unknown, core: ItemCore): Place | null {
  const corrected = parsePlace(bytes)
  return corrected === 'none' ? null : (corrected ?? core.place)
}
