/**
 * What members do to albums and items: one change each, durable when the act resolves, offline as well.
 */
import {
  changeBin,
  changeCaption,
  changeTitle,
  changeToNewAlbum,
} from '#lib/albums/album-document.ts'
import { idToBytes, randomId, type DocId, type ItemId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { groupDocId } from '#lib/crypto/derive.ts'
import { changeToListAlbum } from '#lib/groups/group-document.ts'
import type { ChangeProblem } from './api.ts'
import type { GroupSession } from './group-session.ts'

type Outcome = Result<null, ChangeProblem>

/** A new album, listed in its group. */
export async function createAlbum(
  { replica }: GroupSession,
  title: string,
  nowMs: number,
): Promise<Result<{ album: DocId }, ChangeProblem>> {
  if (title.trim() === '') return err({ kind: 'empty-name' })
  const album = randomId('DocId')
  const created = await replica.change(album, changeToNewAlbum(title.trim()))
  if (!created.ok) return created
  const listed = await replica.change(groupDocId(replica.group), changeToListAlbum(album, nowMs))
  return listed.ok ? ok({ album }) : listed
}

export async function renameAlbum(
  { replica }: GroupSession,
  album: DocId,
  title: string,
): Promise<Outcome> {
  if (title.trim() === '') return err({ kind: 'empty-name' })
  if (replica.documents.read(album) === null) return err({ kind: 'unknown' })
  return settled(await replica.change(album, changeTitle(title.trim())))
}

export async function setCaption(
  { replica, projection }: GroupSession,
  item: ItemId,
  caption: string,
): Promise<Outcome> {
  const album = projection.item(item)?.album
  if (album === undefined) return err({ kind: 'unknown' })
  return settled(await replica.change(album, changeCaption(item, caption.trim())))
}

/** Into the bin or out of it, per album one change; every twin with the same content goes along. */
export async function setBinned(
  { replica, projection }: GroupSession,
  items: readonly ItemId[],
  bin: { binned: boolean; nowMs: number },
): Promise<Outcome> {
  const member = replica.me()?.member
  if (member === undefined) return err({ kind: 'not-allowed' })
  const byAlbum = new Map<DocId, ItemId[]>()
  for (const id of items) {
    const album = projection.item(id)?.album
    if (album === undefined) return err({ kind: 'unknown' })
    byAlbum.set(album, [...(byAlbum.get(album) ?? []), ...projection.twins(id)])
  }
  const mark = bin.binned ? { by: idToBytes(member), at: bin.nowMs } : null
  for (const [album, ids] of byAlbum) {
    const outcome = settled(await replica.change(album, changeBin(ids, mark)))
    if (!outcome.ok) return outcome
  }
  return ok(null)
}

function settled(outcome: Result<unknown, ChangeProblem>): Outcome {
  return outcome.ok ? ok(null) : outcome
}
