/**
 * The system's choice of photos and videos. It belongs to the page and to no part of a screen: while somebody chooses,
 * photos of others arrive, and what the button stood in may be gone when the answer comes.
 */
import type { ChosenFile } from '#lib/engine/api.ts'

let asking: HTMLInputElement | null = null

/** What the person chooses; nothing where they think better of it. To be called while a press is being handled. */
export function choosePhotos(): Promise<readonly ChosenFile[]> {
  asking?.remove()
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = 'image/*,video/*'
  input.multiple = true
  input.hidden = true
  asking = input
  // Safari opens it only where it stands in the page.
  document.body.append(input)
  const openedMs = Date.now()
  return new Promise((resolve) => {
    const answer = () => {
      resolve(chosenSince(openedMs, [...(input.files ?? [])]))
      input.remove()
    }
    input.addEventListener('change', answer)
    input.addEventListener('cancel', answer)
    input.click()
  })
}

/**
 * Phones offer their camera among what can be chosen: one file alone that is newer than the question is taken for such
 * a shot, which the phone keeps nowhere else.
 */
export function chosenSince(openedMs: number, files: readonly File[]): ChosenFile[] {
  return files.map((file) =>
    files.length === 1 && file.lastModified >= openedMs
      ? { file, capturedMs: file.lastModified }
      : { file },
  )
}
