/**
 * Albums for what comes out of zips: those of the same name are filled up, others are made; photos that several albums
 * show are copied into them; order and cover are as they were.
 */
import { changeRanks } from '#lib/albums/album-arranging.ts'
import type { PlannedAlbum, PlannedFile } from '#lib/archive/import-plan.ts'
import type { DocId, ItemId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { copyToAlbum, createAlbum, setAlbumCover, setAlbumOrder, setCaption } from './album-acts.ts'
import { albumsOf } from './album-list.ts'
import type { ChangeProblem } from './api.ts'
import type { GroupSession } from './group-session.ts'
import { setPlace, setTaken } from './item-acts.ts'

/** A file that was taken, and the item that shows it. */
export interface Arrival {
  readonly planned: PlannedFile
  readonly album: DocId
  readonly item: ItemId
  readonly shown: ItemId | null
  readonly isNew: boolean
}

export interface ReadyAlbum {
  readonly planned: PlannedAlbum
  readonly album: DocId
  /** Made for this, or empty before: how it is arranged is up to the zip. */
  readonly isNew: boolean
}

interface Arranging {
  readonly session: GroupSession
  readonly clock: () => number
}

/** An album for each, by its title. */
export async function ensureAlbums(
  planned: readonly PlannedAlbum[],
  { session, clock }: Arranging,
): Promise<Result<ReadyAlbum[], ChangeProblem>> {
  const { replica, projection } = session
  const { listed, binned } = albumsOf(replica)
  const free = listed.filter((album) => !binned.has(album))
  const ready: ReadyAlbum[] = []
  for (const one of planned) {
    const title = one.title.trim()
    const at = free.findIndex((album) => projection.title(album) === title)
    const [found] = at < 0 ? [] : free.splice(at, 1)
    if (found !== undefined) {
      ready.push({ planned: one, album: found, isNew: projection.shown(found).length === 0 })
      continue
    }
    const made = await createAlbum(session, title === '' ? '…' : title, clock())
    if (!made.ok) return made
    ready.push({ planned: one, album: made.value.album, isNew: true })
  }
  return ok(ready)
}

/** Copies into further albums what they show as well: files given twice, and what the group had elsewhere. */
export async function showAgain(
  arrived: readonly Arrival[],
  again: readonly { readonly planned: PlannedFile; readonly album: DocId; readonly of: ItemId }[],
  { session }: Arranging,
): Promise<Result<null, ChangeProblem>> {
  const byItem = new Map(arrived.map((one) => [one.item, one]))
  const wanted = [
    ...arrived.filter(({ isNew }) => !isNew),
    ...again.map(({ of, ...one }) => ({ ...one, shown: byItem.get(of)?.shown ?? null })),
  ]
  for (const { planned, album, shown } of wanted) {
    if (shown === null || planned.album === null) continue
    const item = session.projection.item(shown)
    if (item === null || session.projection.placeOf(item) === album) continue
    const copied = await copyToAlbum(session, [shown], album)
    if (!copied.ok) return copied
    const [copy] = copied.value.copies
    if (copy === undefined) continue
    const said = await sayOfCopy(session, copy, planned)
    if (!said.ok) return said
  }
  return ok(null)
}

/** A copy has words of its own. */
async function sayOfCopy(
  session: GroupSession,
  copy: ItemId,
  { archived, rank }: PlannedFile,
): Promise<Result<unknown, ChangeProblem>> {
  const item = session.projection.item(copy)
  if (archived === null || item === null) return ok(null)
  const { caption, taken, place } = archived.item
  if (rank !== null) await session.replica.change(item.album, changeRanks([{ id: copy, rank }]))
  if (caption !== item.caption) {
    const said = await setCaption(session, copy, caption)
    if (!said.ok) return said
  }
  const { takenMs, offsetMinutes } = item.taken
  if (taken.takenMs !== takenMs || taken.offsetMinutes !== offsetMinutes) {
    const said = await setTaken(session, [{ item: copy, ...taken }])
    if (!said.ok) return said
  }
  const isThere =
    place?.latitudeE7 === item.place?.latitudeE7 && place?.longitudeE7 === item.place?.longitudeE7
  return isThere ? ok(null) : setPlace(session, [copy], place)
}

/** Order and cover of albums that are new here. */
export async function arrangeAlbums(
  albums: readonly ReadyAlbum[],
  arrived: readonly Arrival[],
  { session }: Arranging,
): Promise<Result<null, ChangeProblem>> {
  const shownOf = new Map(arrived.map(({ planned, shown }) => [planned.archived?.item.id, shown]))
  for (const { planned, album, isNew } of albums) {
    if (!isNew) continue
    if (planned.order !== null && planned.order !== 'newest') {
      const ordered = await setAlbumOrder(session, album, planned.order)
      if (!ordered.ok) return err(ordered.error)
    }
    const cover = planned.cover === null ? null : (shownOf.get(planned.cover) ?? null)
    if (cover === null) continue
    const covered = await setAlbumCover(session, album, cover)
    if (!covered.ok) return err(covered.error)
  }
  return ok(null)
}
