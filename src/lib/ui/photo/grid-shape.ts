/** How dense a grid is in a given space: squares under a thumb, filled rows on a wide screen. */
import type { GridShape } from './grid-layout.ts'

const wideFromPx = 720

/** The shape of a grid that is `widthPx` wide in a window `heightPx` high. */
export function gridShapeOf(widthPx: number, heightPx: number): GridShape {
  if (widthPx < wideFromPx) {
    const columns = widthPx < 480 ? 3 : widthPx < 600 ? 4 : 5
    return { width: widthPx, rows: { columns }, gap: 2, header: 44, between: 6, leastDay: 112 }
  }
  return {
    width: widthPx,
    rows: { height: rowHeight(widthPx, heightPx) },
    gap: 4,
    header: 44,
    between: 20,
    leastDay: 132,
  }
}

/** Larger on larger screens, so that a screen never holds more pictures than eyes and memory can take. */
function rowHeight(widthPx: number, heightPx: number): number {
  const forSixty = Math.sqrt((widthPx * heightPx) / (60 * 1.3))
  return Math.round(Math.max(196, Math.min(420, forSixty)))
}
