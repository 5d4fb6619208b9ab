/** The gestures that open and close a sheet. Units: CSS pixels. */
import type { Attachment } from 'svelte/attachments'

/** How far a finger has to go for a drag to mean something. */
export const dragPx = 40

/** Closes a sheet when its head is dragged down. */
export function closeByDraggingDown(close: () => void): Attachment<HTMLElement> {
  return (head) => {
    let startY: number | null = null
    const begin = (event: PointerEvent) => (startY = event.clientY)
    const end = (event: PointerEvent) => {
      if (startY !== null && event.clientY - startY > dragPx) close()
      startY = null
    }
    const forget = () => (startY = null)
    head.addEventListener('pointerdown', begin)
    addEventListener('pointerup', end)
    addEventListener('pointercancel', forget)
    return () => {
      head.removeEventListener('pointerdown', begin)
      removeEventListener('pointerup', end)
      removeEventListener('pointercancel', forget)
    }
  }
}
