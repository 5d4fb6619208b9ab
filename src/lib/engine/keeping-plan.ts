/**
 * What to keep of a group, what to fetch for that, and in which order to give things up: no storage, no network.
 *
 * Units   times in milliseconds; bytes of ciphertext
 * Source  docs/design.md §8 "What a device keeps"
 */
import type { AlbumItem } from '#lib/albums/album-document.ts'
import { renditionNames, type RenditionName } from '#lib/albums/item-core.ts'
import type { BlobId, MemberId } from '#lib/base/ids.ts'
import { dayMs } from '#lib/base/time.ts'
import type { HeldBlob } from '#lib/ports/blob-store.ts'
import type { Rendition } from '#lib/ports/index-store.ts'
import { rankOf, type KeepingChoice } from './keeping-choice.ts'
import type { Keeping } from './storage-api.ts'

/** The files of one item. */
export interface ItemFiles extends Readonly<Record<RenditionName, Rendition | null>> {
  readonly takenMs: number
}

/** A blob that may be given up once a place is known to hold it. */
export interface Dispensable {
  readonly blob: BlobId
  /** It is what somebody gave, and must be in as many places as the group wants copies. */
  readonly isGiven: boolean
  readonly size: number
  readonly usedMs: number
  /** More than was chosen to be kept. */
  readonly isMore: boolean
  /** Smaller goes first. */
  readonly turn: number
}

const recentMs = 90 * dayMs
/** What was chosen to be kept goes after everything else. */
const chosenTurn = 10

/** Thumbnails, and of previews what the choice asks for; newest first where the items are. */
export function smallFilesWanted(
  items: readonly ItemFiles[],
  keeping: Keeping,
  nowMs: number,
): BlobId[] {
  const thumbnails = items.flatMap(({ thumbnail }) => thumbnail?.blob ?? [])
  if (keeping === 'thumbnails') return thumbnails
  const previews = items.filter(
    ({ takenMs }) => keeping === 'originals' || takenMs > nowMs - recentMs,
  )
  return [...thumbnails, ...previews.flatMap(({ preview }) => preview?.blob ?? [])]
}

/** The files of items that somebody can see, newest first. */
export function filesOf(items: readonly AlbumItem[]): ItemFiles[] {
  return items
    .map(({ taken, core }) => ({ takenMs: taken.takenMs, ...core.renditions }))
    .sort((a, b) => b.takenMs - a.takenMs)
}

/** What each choice takes with all of it here. */
export function bytesByChoice(
  items: readonly ItemFiles[],
  nowMs: number,
): Readonly<Record<Keeping, number>> {
  const total = { thumbnails: 0, previews: 0, originals: 0 }
  for (const { takenMs, thumbnail, preview, original, motion } of items) {
    const recent = takenMs > nowMs - recentMs ? (preview?.size ?? 0) : 0
    total.thumbnails += thumbnail?.size ?? 0
    total.previews += (thumbnail?.size ?? 0) + recent
    total.originals += (thumbnail?.size ?? 0) + (preview?.size ?? 0)
    total.originals += (original?.size ?? 0) + (motion?.size ?? 0)
  }
  return total
}

export interface HeldFiles {
  /** All items that the documents name, those in the bin too. */
  readonly items: Iterable<AlbumItem>
  readonly held: ReadonlyMap<BlobId, HeldBlob>
  readonly choice: KeepingChoice
  readonly me: MemberId
}

/**
 * What of this is here and belongs to an item. What several renditions share, of one item or of many, is given where one
 * of them is, and goes as late as any of them: an item can name another's files as it likes.
 */
export function dispensableOf({ items, held, choice, me }: HeldFiles): Dispensable[] {
  const found = new Map<BlobId, Dispensable>()
  const own = new Set<BlobId>()
  for (const { core } of items)
    for (const name of renditionNames) {
      const blob = core.renditions[name]?.blob
      const here = blob === undefined ? undefined : held.get(blob)
      if (blob === undefined || here === undefined) continue
      if (core.author === me) own.add(blob)
      const known = found.get(blob)
      const isMore = stepOf(name) > rankOf(choice.keeping) && known?.isMore !== false
      const turn = turnOf(name, own.has(blob)) + (isMore ? 0 : chosenTurn)
      found.set(blob, {
        ...{ blob, ...here, isMore },
        isGiven: isGiven(name) || known?.isGiven === true,
        turn: Math.max(turn, known?.turn ?? 0),
      })
    }
  return [...found.values()]
}

/** Originals of others first, then own ones, previews, thumbnails; of each the one not used for longest. */
export function byTurn(a: Dispensable, b: Dispensable): number {
  return a.turn - b.turn || a.usedMs - b.usedMs
}

/** Whether the person wants the room back that this takes. */
export function isToGo({ isMore, usedMs }: Dispensable, choice: KeepingChoice): boolean {
  return isMore && usedMs <= choice.giveUpBeforeMs
}

/** What was given, the film of a live photo with it, is kept or let go by one choice. */
const isGiven = (name: RenditionName): boolean => name === 'original' || name === 'motion'

const stepOf = (name: RenditionName): number =>
  isGiven(name) ? rankOf('originals') : renditionNames.indexOf(name)

function turnOf(name: RenditionName, isOwn: boolean): number {
  if (!isGiven(name)) return name === 'preview' ? 2 : 3
  return isOwn ? 1 : 0
}
