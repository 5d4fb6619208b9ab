/** Corrections of chosen items: per album one change, durable when the act resolves, offline as well. */
import { changePlace, changeTaken, type AlbumDocument } from '#lib/albums/album-document.ts'
import type { Place } from '#lib/albums/item-corrections.ts'
import type { DocId, ItemId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import type { ChangeProblem } from './api.ts'
import type { GroupSession } from './group-session.ts'
import type { TakenCorrection } from './item-api.ts'

type Outcome = Result<null, ChangeProblem>

export function setTaken(
  session: GroupSession,
  corrections: readonly TakenCorrection[],
): Promise<Outcome> {
  const byItem = new Map(corrections.map((each) => [each.item, each]))
  return changeByAlbum(session, [...byItem.keys()], (items) =>
    changeTaken(
      items.flatMap((item) => {
        const correction = byItem.get(item)
        if (correction === undefined) return []
        const { takenMs, offsetMinutes } = correction
        return [{ item, taken: { takenMs: Math.round(takenMs), offsetMinutes } }]
      }),
    ),
  )
}

export function setPlace(
  session: GroupSession,
  items: readonly ItemId[],
  place: Place | null,
): Promise<Outcome> {
  return changeByAlbum(session, items, (ids) => changePlace(ids, place))
}

/** Nothing is changed where one of the items is not known. */
async function changeByAlbum(
  { replica, projection }: GroupSession,
  items: readonly ItemId[],
  change: (items: readonly ItemId[]) => (draft: AlbumDocument) => void,
): Promise<Outcome> {
  const byAlbum = new Map<DocId, ItemId[]>()
  for (const id of items) {
    const album = projection.item(id)?.album
    if (album === undefined) return err({ kind: 'unknown' })
    byAlbum.set(album, [...(byAlbum.get(album) ?? []), id])
  }
  for (const [album, ids] of byAlbum) {
    const changed = await replica.change(album, change(ids))
    if (!changed.ok) return changed
  }
  return ok(null)
}
