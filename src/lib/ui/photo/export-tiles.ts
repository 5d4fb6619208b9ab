/** A zip of picked photos, which may be of several groups. */
import type { ExportWish } from '#lib/engine/archive-api.ts'
import type { Tile } from '#lib/engine/library.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'

/** Opens the dialog for it. */
export function exportTiles(app: App, tiles: readonly Tile[]): void {
  const wishes: ExportWish[] = [...Map.groupBy(tiles, ({ group }) => group)].map(
    ([group, own]) => ({
      group,
      items: own.map(({ item }) => item),
    }),
  )
  app.zip = { wishes }
}
