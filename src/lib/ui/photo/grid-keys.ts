/** Moving through a grid with the keyboard. */
import { boxOf, photoAt, rowOf, type GridLayout } from './grid-layout.ts'

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

/** The photo of the next line (below or above) whose middle is nearest to this one's. */
function inNextRow(layout: GridLayout, from: number, step: 1 | -1): number | null {
  const { rows } = layout
  const here = rowOf(rows, from)
  let row = here
  while (row >= 0 && row < rows.count && rows.top[row] === rows.top[here]) row += step
  const top = rows.top[row]
  if (row < 0 || row >= rows.count || top === undefined) return null
  const { left, width } = boxOf(layout, from)
  return photoAt(layout, left + width / 2, top)
}
