/** How dense a grid is in a given space: squares under a thumb, filled rows on a wide screen. */
import type { GridShape } from './grid-layout.ts'

const wideFromPx = 720
/** So many photos at once are as many as eyes and memory can take. */
const mostInSight = 95

/** What a person can choose: 0 is the usual size, negative is larger photos, positive more of them. */
export const densities = { largest: -1, smallest: 3 } as const
const heightFactors = [1.45, 1, 0.82, 0.68, 0.56]

/** The shape of a grid that is `widthPx` wide in a window `heightPx` high. */
export function gridShapeOf(widthPx: number, heightPx: number, density: number): GridShape {
  if (widthPx < wideFromPx) {
    const columns = (widthPx < 480 ? 3 : widthPx < 600 ? 4 : 5) + density
    // Days side by side stand in the same columns as the photos of one day.
    return { width: widthPx, rows: { columns }, gap: 2, header: 44, between: 2, leastDay: 112 }
  }
  return {
    width: widthPx,
    rows: { height: rowHeight(widthPx, heightPx, density) },
    gap: 4,
    header: 44,
    between: 20,
    leastDay: 132,
  }
}

/** From one photo to the next across and down; in filled rows as for photos of the usual shape. */
export function pitchOf({ rows, gap, width }: GridShape): { across: number; down: number } {
  if ('height' in rows) return { across: (rows.height * 4) / 3 + gap, down: rows.height + gap }
  const pitch = (width + gap) / rows.columns
  return { across: pitch, down: pitch }
}

/** Larger on larger screens, so that a screen never holds too many. */
function rowHeight(widthPx: number, heightPx: number, density: number): number {
  const heightFor = (photos: number) => Math.sqrt((widthPx * heightPx) / (photos * 1.3))
  const usual = Math.max(196, Math.min(420, heightFor(60)))
  const factor = heightFactors[density - densities.largest] ?? 1
  return Math.round(Math.max(heightFor(mostInSight), usual * factor))
}
