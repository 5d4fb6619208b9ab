/** What a person does with photos. */
import type { GroupId } from '#lib/base/ids.ts'
import type { Tile } from '#lib/engine/library.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { words } from '#lib/ui/shared/words.ts'

/** Puts photos into the bin and offers to undo it; true where they are in the bin now. */
export async function binWithUndo(
  app: App,
  tiles: readonly Tile[],
  onBack: () => void = () => undefined,
): Promise<boolean> {
  const isDone = await setBinned(app, tiles, true)
  if (!isDone) return false
  const bringBack = async () => {
    if (!(await setBinned(app, tiles, false))) return
    app.toasts.show({ text: words.broughtBack })
    onBack()
  }
  app.toasts.show({
    text: tiles.length === 1 ? words.movedToBin : words.movedManyToBin(tiles.length),
    action: { label: words.undo, run: () => void bringBack() },
  })
  return true
}

async function setBinned(app: App, tiles: readonly Tile[], binned: boolean): Promise<boolean> {
  const byGroup = new Map<GroupId, Tile[]>()
  for (const tile of tiles) byGroup.set(tile.group, [...(byGroup.get(tile.group) ?? []), tile])
  for (const [group, own] of byGroup) {
    const items = own.map(({ item }) => item)
    const result = await app.client.engine.setBinned({ group, items, binned })
    if (result.ok) continue
    app.toasts.show({ text: words.problem(result.error) })
    return false
  }
  return tiles.length > 0
}
