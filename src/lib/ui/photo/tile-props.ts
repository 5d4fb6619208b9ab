import type { Tile } from '#lib/engine/library.ts'

/** What the grid says of one tile. */
export interface TileProps {
  tile: Tile
  isTabStop: boolean
  isPicked: boolean
  /** Whether a tap picks instead of opening. */
  isPicking: boolean
  isPickable: boolean
  /** Whether a picture may be asked for: placeholders come first. */
  isInTime: boolean
  onpress: (event: MouseEvent) => void
  onpick: (event: MouseEvent) => void
  onfocus: () => void
}
