/** What stands in a slide for a file that cannot be shown. */
import type { Tile } from '#lib/engine/library.ts'

/** Its name, and why it is not shown. */
export function fileCard(tile: Tile, why: string): HTMLDivElement {
  const card = document.createElement('div')
  card.className = 'file-card'
  const name = document.createElement('strong')
  name.textContent = tile.name
  const text = document.createElement('p')
  text.textContent = why
  card.append(name, text)
  return card
}
