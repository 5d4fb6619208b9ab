import type { Attachment } from 'svelte/attachments'

/** Moves an element out of the app, so that a viewer over the app does not make it unreachable. */
export const toBody: Attachment<HTMLElement> = (element) => {
  document.body.append(element)
  return () => element.remove()
}
