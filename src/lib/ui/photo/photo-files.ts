/** The file of a photo, byte by byte as it was given: saved to the device, or handed to the system's sheet. */
import type { Tile } from '#lib/engine/library.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { words } from '#lib/ui/shared/words.ts'
import { viewerWords } from '#lib/ui/shared/words-of-viewer.ts'

type Named = Pick<Tile, 'group' | 'original' | 'name' | 'mime'>

const keepUrlMs = 60_000

/** Saves the original as a file of its own name. */
export async function saveToDevice(app: App, tile: Named): Promise<void> {
  const file = await openOriginal(app, tile)
  if (file === null) return
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = file.name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), keepUrlMs)
}

/** Whether this device has a sheet for files. */
export function canShareFiles(): boolean {
  return 'canShare' in navigator
}

/** Hands the original to the system's sheet. */
export async function sharePhoto(app: App, tile: Named): Promise<void> {
  const file = await openOriginal(app, tile)
  if (file === null) return
  if (!navigator.canShare({ files: [file] })) {
    app.toasts.show({ text: viewerWords.cannotShare })
    return
  }
  try {
    await navigator.share({ files: [file] })
  } catch (cause) {
    // Closing the sheet rejects as well; only a tap that lies too far back is worth another one.
    if (!(cause instanceof DOMException) || cause.name !== 'NotAllowedError') return
    const again = () => void navigator.share({ files: [file] }).catch(() => undefined)
    app.toasts.show({
      text: viewerWords.readyToShare,
      action: { label: viewerWords.share, run: again },
    })
  }
}

async function openOriginal(app: App, tile: Named): Promise<File | null> {
  const { group, original, name, mime } = tile
  const bytes = original && (await app.client.engine.openMedia({ group, blob: original }))
  if (bytes) return new File([bytes], name, { type: mime })
  app.toasts.show({ text: words.notHereYet })
  return null
}
