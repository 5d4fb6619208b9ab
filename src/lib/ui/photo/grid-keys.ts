/** Moving through a grid with the keyboard. */
import type { GridLayout } from './grid-layout.ts'

/** The photo that a key leads to from another, or null where the key means nothing or there is none. */
export function neighbourOf(layout: GridLayout, from: number, key: string): number | null {
  const last = layout.count - 1
  switch (key) {
    case 'ArrowRight':
      return from < last ? from + 1 : null
    case 'ArrowLeft':
      return from > 0 ? from - 1 : null
    case 'ArrowDown':
      return inNextRow(layout, from, 1)
    case 'ArrowUp':
      return inNextRow(layout, from, -1)
    case 'Home':
      return last >= 0 ? 0 : null
    case 'End':
      return last >= 0 ? last : null
    default:
      return null
  }
}

/** The photo of the next row (below or above) whose middle is nearest to this one's. */
function inNextRow(layout: GridLayout, from: number, step: 1 | -1): number | null {
  const { top, left, width, count } = layout
  const middle = (i: number) => (left[i] ?? 0) + (width[i] ?? 0) / 2
  let i = from
  while (i >= 0 && i < count && top[i] === top[from]) i += step
  if (i < 0 || i >= count) return null
  const rowTop = top[i]
  let best = i
  for (; i >= 0 && i < count && top[i] === rowTop; i += step) {
    if (Math.abs(middle(i) - middle(from)) < Math.abs(middle(best) - middle(from))) best = i
  }
  return best
}
