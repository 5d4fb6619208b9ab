/** The files of photos, byte by byte as they were given: saved to the device, or handed to the system's sheet. */
import { safeMediaName } from '#lib/base/media-name.ts'
import type { OriginalToSave } from '#lib/engine/client-types.ts'
import type { Tile } from '#lib/engine/library.ts'
import { askToStay } from '#lib/ui/shared/ask-to-stay.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { viewerWords } from '#lib/ui/shared/words-of-viewer.ts'
import { shownType } from '#lib/wire/shown-types.ts'

type Named = Pick<Tile, 'group' | 'original' | 'film' | 'kind' | 'name' | 'mime'>

/** What is longer goes to the disk piece by piece. */
const wholeBytes = 32 << 20
/** A sheet is handed whole files: longer ones would fill a phone's memory, and most sheets refuse them anyway. */
const sharedBytes = 200 << 20
const keepUrlMs = 60_000

/** Saves the original as a file of its own name (base/media-name.ts), and the film of a live photo beside it. */
export async function saveToDevice(app: App, tile: Named): Promise<void> {
  const long = await longOriginal(app, tile, wholeBytes)
  const file = long === null ? await openOriginal(app, tile) : null
  if (long !== null) await savePiecewise(app, long)
  else if (file === null) return
  else saveFile(file)
  const film = await openFilm(app, tile)
  if (film !== null) saveFile(film)
}

/** The same of several, one after another. */
export async function saveAllToDevice(app: App, tiles: readonly Named[]): Promise<void> {
  for (const tile of tiles) await saveToDevice(app, tile)
}

/** Among the downloads. */
export function saveFile(file: File): void {
  const link = document.createElement('a')
  // Not every browser saves what it could open as well.
  link.href = URL.createObjectURL(new Blob([file], { type: shownType(file.type) }))
  link.download = file.name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), keepUrlMs)
}

/** The original if it is longer than that. */
async function longOriginal(
  app: App,
  { group, original: blob, ...named }: Named,
  bytes: number,
): Promise<OriginalToSave | null> {
  const facts = blob && (await app.client.engine.mediaFacts({ group, blob }))
  if (blob === null || facts === null || facts.size <= bytes) return null
  return { group, blob, name: safeMediaName(named), size: facts.size }
}

async function savePiecewise(app: App, original: OriginalToSave): Promise<void> {
  const { toasts, client } = app
  const { name } = original
  toasts.show({ text: viewerWords.saving(name) })
  const saving = await client.saving()
  addEventListener('beforeunload', askToStay)
  const outcome = await saving.saveOriginal(client.engine, original)
  removeEventListener('beforeunload', askToStay)
  if (outcome === 'absent') toasts.show({ text: viewerWords.notHereYet })
  if (outcome === 'saved') toasts.show({ text: viewerWords.savedFile(name) })
  if (outcome === 'broken') toasts.show({ text: viewerWords.savingBroke(name) })
}

/** Called like its still, so that the two are found to belong together again; null where there is none of its own. */
async function openFilm(app: App, { group, film, name }: Named): Promise<File | null> {
  if (typeof film !== 'string') return null
  const bytes = await app.client.engine.openMedia({ group, blob: film })
  if (bytes === null) {
    app.toasts.show({ text: viewerWords.filmNotHere })
    return null
  }
  const extension = bytes.type === 'video/quicktime' ? 'MOV' : 'MP4'
  return new File([bytes], `${name.replace(/\.[^.]*$/, '')}.${extension}`, { type: bytes.type })
}

/** Whether this device has a sheet for files. */
export function canShareFiles(): boolean {
  return 'canShare' in navigator
}

/**
 * Hands photos to the system's sheet: of live photos both files where the sheet takes everything together, else the
 * stills.
 */
export async function sharePhotos(app: App, tiles: readonly Named[]): Promise<void> {
  if (await isTooMuch(app, tiles)) {
    const action = { label: viewerWords.download, run: () => void saveAllToDevice(app, tiles) }
    app.toasts.show({ text: viewerWords.tooMuchToShare(tiles.length), action })
    return
  }
  const stills: File[] = []
  const films: File[] = []
  for (const tile of tiles) {
    const still = await openOriginal(app, tile)
    if (still === null) return
    stills.push(still)
    const film = await openFilm(app, tile)
    if (film !== null) films.push(film)
  }
  const choices = films.length === 0 ? [stills] : [[...stills, ...films], stills]
  const files = choices.find((some) => navigator.canShare({ files: some }))
  if (files === undefined) {
    app.toasts.show({ text: viewerWords.cannotShare(tiles.length) })
    return
  }
  await handOver(app, files, () => {
    if (films.length > 0 && files === stills)
      app.toasts.show({ text: viewerWords.sharedWithoutFilm(stills.length) })
  })
}

/** Whether they are more than a sheet is handed; what is not known to be here is asked for later. */
async function isTooMuch(app: App, tiles: readonly Named[]): Promise<boolean> {
  const { engine } = app.client
  let bytes = 0
  for (const { group, original } of tiles)
    if (original !== null) bytes += (await engine.mediaFacts({ group, blob: original }))?.size ?? 0
  return bytes > sharedBytes
}

async function handOver(app: App, files: File[], onShared: () => void): Promise<void> {
  try {
    await navigator.share({ files })
    onShared()
  } catch (cause) {
    const sayWhy = (second: unknown) => {
      const isClosed = second instanceof DOMException && second.name === 'AbortError'
      if (!isClosed) app.toasts.show({ text: viewerWords.cannotShare(files.length) })
    }
    // Closing the sheet rejects as well; only a tap that lies too far back is worth another one.
    if (!(cause instanceof DOMException) || cause.name !== 'NotAllowedError') return
    const again = () => void navigator.share({ files }).then(onShared, sayWhy)
    app.toasts.show({
      text: viewerWords.readyToShare(files.length),
      action: { label: viewerWords.share, run: again },
    })
  }
}

async function openOriginal(app: App, tile: Named): Promise<File | null> {
  const { group, original, mime } = tile
  const bytes = original && (await app.client.engine.openMedia({ group, blob: original }))
  if (bytes) return new File([bytes], safeMediaName(tile), { type: mime })
  app.toasts.show({ text: viewerWords.notHereYet })
  return null
}
