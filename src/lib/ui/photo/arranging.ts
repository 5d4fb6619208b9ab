/** Gives picked photos a place by hand in the album that shows them. */
import type { ItemId } from '#lib/base/ids.ts'
import type { Tile } from '#lib/engine/library.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { pickingWords } from '#lib/ui/shared/words-of-picking.ts'
import { words } from '#lib/ui/shared/words.ts'
import type { TimelineView } from './timeline-view.svelte.ts'

/** `before`: in front of a photo that is still to be named. */
export type Spot = 'first' | 'last' | 'before'

/** In front of the photo at a position (null: at the end); true where they are there now. */
export async function placeTo(
  { app, view, tiles }: { app: App; view: TimelineView; tiles: readonly Tile[] },
  position: number | null,
): Promise<boolean> {
  const { album } = view
  if (album === null) return false
  const items = tiles.map(({ item }) => item)
  const before = position === null ? null : await firstOther(view, new Set(items), position)
  const done = await app.client.engine.placeInAlbum({ ...album, items, before })
  app.toasts.show({ text: done.ok ? pickingWords.arranged : words.problem(done.error) })
  await app.refresh()
  return done.ok
}

/** The photo at a position, or the next after it that is not among these; null at the end. */
async function firstOther(
  view: TimelineView,
  items: ReadonlySet<ItemId>,
  position: number,
): Promise<ItemId | null> {
  const count = view.timeline?.count ?? 0
  for (let at = position; at < count; at++) {
    const tile = await view.tileAt(at)
    if (tile !== null && !items.has(tile.item)) return tile.item
  }
  return null
}
