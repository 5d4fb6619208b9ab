/** What a person does with one photo. */
import type { Tile } from '#lib/engine/library.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { words } from '#lib/ui/shared/words.ts'

/** Puts a photo into the bin and offers to undo it; true where it is in the bin now. */
export async function binWithUndo(app: App, tile: Tile, onBack: () => void): Promise<boolean> {
  const isDone = await setBinned(app, tile, true)
  if (!isDone) return false
  const bringBack = async () => {
    if (!(await setBinned(app, tile, false))) return
    app.toasts.show({ text: words.broughtBack })
    onBack()
  }
  app.toasts.show({
    text: words.movedToBin,
    action: { label: words.undo, run: () => void bringBack() },
  })
  return true
}

async function setBinned(app: App, tile: Tile, binned: boolean): Promise<boolean> {
  const { group, item } = tile
  const result = await app.client.engine.setBinned({ group, items: [item], binned })
  if (!result.ok) app.toasts.show({ text: words.problem(result.error) })
  return result.ok
}
