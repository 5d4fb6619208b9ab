/** Handing chosen files to the engine, and saying what came of it. */
import type { ChosenFile } from '#lib/engine/api.ts'
import type { AlbumPlace, App } from '#lib/ui/shared/app.svelte.ts'
import { words } from '#lib/ui/shared/words.ts'
import { rememberAlbum } from './last-album.ts'

/**
 * Adds files to an album, which the person may still be choosing; true where at least one is safe on this
 * device now. From this call on they are counted as waiting.
 */
export function addFiles(
  app: App,
  where: AlbumPlace | Promise<AlbumPlace | null>,
  files: readonly ChosenFile[],
): Promise<boolean> {
  return app.handOver(files.length, async () => {
    const place = await where
    return place !== null && addTo(app, place, files)
  })
}

async function addTo(app: App, place: AlbumPlace, files: readonly ChosenFile[]): Promise<boolean> {
  const group = place.group.id
  const album = place.album.id
  const result = await app.client.engine.addPhotos({ group, album, files })
  if (!result.ok) {
    app.toasts.show({ text: words.problem(result.error) })
    return false
  }
  const { taken, problem } = result.value
  if (problem !== null) app.toasts.show({ text: words.addStopped[problem] })
  if (taken === 0) return false
  rememberAlbum(group, album)
  // From the first photo on there is something to lose; browsers ask or decide by themselves.
  void app.client.keepStorage()
  return true
}
