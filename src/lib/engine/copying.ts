/**
 * Copies items into an album of another group. The files are opened here and sealed anew, under other keys and so
 * other names: from what they keep, the places of the two groups cannot tell that it is the same photo.
 *
 * One item at a time: its files are stored first, then one transaction holds the entry and its transfers, so a kill
 * leaves whole items or none. What the group keeps already, by content (kept-twins.ts), is not copied again.
 *
 * Errors  StorageProblem; an original that is nowhere in reach counts as missing
 * Source  docs/design.md §12
 */
import { changeToAddItems, type AlbumItem } from '#lib/albums/album-document.ts'
import {
  encodeItemCore,
  filmContent,
  type ItemCore,
  type RenditionName,
} from '#lib/albums/item-core.ts'
import { encodeOrigin } from '#lib/albums/item-corrections.ts'
import { platformRandom, type DocId, type ItemId, type MemberId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import type { Clock } from '#lib/base/time.ts'
import { createBlobKey } from '#lib/crypto/blob-format.ts'
import { groupName, memberName } from '#lib/groups/group-document.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import type { ChangeProblem } from './api.ts'
import type { DownloadedMedia } from './downloaded-media.ts'
import type { GroupSession } from './group-session.ts'
import type { CopyOutcome } from './item-api.ts'
import { transfersOf } from './prepared-item.ts'
import { sealIntoStore, type StoredRendition } from './seal-rendition.ts'
import { mayAdd } from './standing.ts'

export interface Copying {
  readonly from: GroupSession
  readonly to: GroupSession
  /** Of the receiving group. */
  readonly album: DocId
  readonly media: Pick<DownloadedMedia, 'openFile'>
  readonly clock: Clock
}

/** Without the original nothing else is worth fetching; without its film a live photo is not whole. */
const mostNeededFirst = ['original', 'motion', 'preview', 'thumbnail'] as const

type Sealed = Readonly<Record<RenditionName, StoredRendition | null>>

export async function copyItems(
  copying: Copying,
  items: readonly ItemId[],
): Promise<Result<CopyOutcome, ChangeProblem>> {
  const { from, to, album } = copying
  const member = to.replica.me()?.member
  if (member === undefined || !mayAdd(to.replica)) return err({ kind: 'not-allowed' })
  if (to.replica.documents.read(album) === null) return err({ kind: 'unknown' })
  const outcome = { copied: 0, duplicates: 0, missing: 0 }
  for (const id of items) {
    const item = from.projection.item(id)
    if (item === null) return err({ kind: 'unknown' })
    if (await isThere(to, item.core)) {
      outcome.duplicates++
      continue
    }
    const sealed = await sealAnew(copying, item.core)
    if (sealed === null) {
      outcome.missing++
      continue
    }
    const written = await writeCopy(copying, { item, sealed, member })
    if (!written.ok) return written
    outcome.copied++
  }
  return ok(outcome)
}

/** A live photo is there only with its film: where the still stands alone, all of it is copied. */
async function isThere({ keptTwins }: GroupSession, core: ItemCore): Promise<boolean> {
  const film = filmContent(core)
  return (await keptTwins.has(core.content)) && (film === null || (await keptTwins.has(film)))
}

/** Opens the files of an item and seals them for the other group; null where the original cannot be had. */
async function sealAnew(
  { from, to, media }: Copying,
  { renditions }: ItemCore,
): Promise<Sealed | null> {
  const sealed: Record<RenditionName, StoredRendition | null> = {
    ...{ thumbnail: null, preview: null, original: null, motion: null },
  }
  for (const name of mostNeededFirst) {
    const facts = renditions[name]
    if (facts === null) continue
    const file = await media.openFile(from.group, facts.blob)
    const plain = file && { file, mime: facts.mime }
    sealed[name] = plain && (await sealCopy(plain, to))
    if (sealed[name] === null) break
  }
  if (mostNeededFirst.every((name) => (renditions[name] === null) === (sealed[name] === null)))
    return sealed.original && sealed
  for (const one of Object.values(sealed))
    if (one !== null) await to.store.blobs.remove(one.facts.blob)
  return null
}

/** Null where the file turned out to be damaged. */
async function sealCopy(
  plain: Parameters<typeof sealIntoStore>[0],
  { store }: GroupSession,
): Promise<StoredRendition | null> {
  try {
    return await sealIntoStore(plain, createBlobKey(platformRandom), store.blobs)
  } catch (cause) {
    if (cause instanceof StorageProblem) throw cause
    return null
  }
}

async function writeCopy(
  { from, to, album, clock }: Copying,
  { item, sealed, member }: { item: AlbumItem; sealed: Sealed; member: MemberId },
): Promise<Result<unknown, ChangeProblem>> {
  const id = to.replica.newItemId(album)
  const document = from.replica.groupContent()
  const origin = { group: groupName(document), by: memberName(document, item.core.author) }
  const core = encodeItemCore({
    ...item.core,
    ...item.taken,
    ...{ place: item.place, author: member },
    renditions: {
      thumbnail: sealed.thumbnail?.facts ?? null,
      preview: sealed.preview?.facts ?? null,
      original: sealed.original?.facts ?? null,
      motion: sealed.motion?.facts ?? null,
    },
  })
  const fields = { id, core, from: encodeOrigin(origin) }
  const { caption } = item
  const relays = [...(to.replica.state()?.relays.keys() ?? [])]
  const made = { renditions: sealed, record: { item: id, album } }
  const transfers = transfersOf(made, relays, clock())
  return to.replica.change(
    album,
    changeToAddItems([caption === '' ? fields : { ...fields, caption }]),
    { transfers },
  )
}
