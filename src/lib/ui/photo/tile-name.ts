import type { Tile } from '#lib/engine/library.ts'
import { formatDate } from '#lib/ui/shared/format.ts'
import { words } from '#lib/ui/shared/words.ts'

/** What a tile is called by assistive technology: "Photo, 3 October 2026, by Ana". */
export function tileName(tile: Pick<Tile, 'kind' | 'takenMs' | 'authorName' | 'name'>): string {
  const author = tile.authorName === '' ? words.someone : tile.authorName
  const date = formatDate(tile.takenMs)
  switch (tile.kind) {
    case 'photo':
      return words.photoBy(date, author)
    case 'video':
      return words.videoBy(date, author)
    case 'file':
      return words.fileBy(tile.name, date, author)
  }
}
