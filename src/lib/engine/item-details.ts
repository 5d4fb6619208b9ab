/**
 * What the info sheet tells of one item, with the number of places that keep its original, and the film of a live photo.
 */
import type { ItemCore } from '#lib/albums/item-core.ts'
import type { ItemId } from '#lib/base/ids.ts'
import { groupName, memberName } from '#lib/groups/group-document.ts'
import type { ItemDetails } from './api.ts'
import type { GroupSession } from './group-session.ts'

/** The details, or null where the item is not known. Asks places for the original when there is signal. */
export async function itemDetailsOf(
  session: GroupSession,
  id: ItemId,
  nowMs: number,
): Promise<ItemDetails | null> {
  const { replica, projection } = session
  const item = projection.item(id)
  if (item === null) return null
  const document = replica.groupContent()
  const { core } = item
  return {
    group: replica.group,
    groupName: groupName(document),
    album: projection.placeOf(item),
    albumTitle: projection.title(projection.placeOf(item)),
    item: id,
    name: core.name,
    author: memberName(document, core.author),
    ...item.taken,
    place: item.place,
    from: item.from,
    camera: core.camera,
    caption: item.caption,
    width: core.width,
    height: core.height,
    bytes: (core.renditions.original?.size ?? 0) + (core.renditions.motion?.size ?? 0),
    mime: core.mime,
    copies: await copiesOf(session, core.renditions, nowMs),
  }
}

async function copiesOf(
  { store, connections }: GroupSession,
  { original, motion }: ItemCore['renditions'],
  nowMs: number,
): Promise<ItemDetails['copies']> {
  if (original === null) return { places: 0, onThisDevice: false, checkedMs: null }
  const files = [original.blob, ...(motion === null ? [] : [motion.blob])]
  const kept = await Promise.all(files.map((blob) => store.blobs.has(blob)))
  const onThisDevice = kept.every(Boolean)
  const holders = await connections.holders(files)
  // As many as hold all of it.
  const asked = holders && Math.min(...files.map((blob) => holders.get(blob) ?? 0))
  const here = onThisDevice ? 1 : 0
  if (asked === null) return { places: here, onThisDevice, checkedMs: null }
  return { places: asked + here, onThisDevice, checkedMs: nowMs }
}
