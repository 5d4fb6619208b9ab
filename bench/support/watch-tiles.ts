/** Runs inside a page: notes when photos stand in the grid and when their pictures are decoded. */

export interface SeenTile {
  readonly item: string
  /** Since the epoch, as all times here: pages of one machine agree on it. */
  readonly tileMs: number
  /** The frame after its picture was decoded. */
  pictureMs: number | null
}

declare global {
  var seenTiles: SeenTile[]
  /** When files were chosen last. */
  var chosenMs: number
}

/** Begins to watch; self-contained, because only its text travels into the page. */
export function watchTiles(): void {
  const nowMs = () => performance.timeOrigin + performance.now()
  const seen = new Map<string, SeenTile>()
  const decoding = new Set<SeenTile>()
  const decode = async (image: HTMLImageElement, tile: SeenTile) => {
    decoding.add(tile)
    await image.decode()
    if (!image.complete || image.naturalWidth === 0) return
    requestAnimationFrame(() => {
      performance.mark('mantel picture decoded')
      tile.pictureMs ??= nowMs()
    })
  }
  const look = () => {
    for (const place of document.querySelectorAll<HTMLElement>('li[data-item]')) {
      const item = place.dataset.item ?? ''
      const tile = seen.get(item) ?? { item, tileMs: nowMs(), pictureMs: null }
      if (!seen.has(item)) {
        performance.mark('mantel tile')
        globalThis.seenTiles.push(tile)
      }
      seen.set(item, tile)
      const image = place.querySelector<HTMLImageElement>('img[data-shown]')
      if (image !== null && !decoding.has(tile)) void decode(image, tile)
    }
  }
  globalThis.seenTiles = []
  globalThis.chosenMs = 0
  const chosen = () => {
    performance.mark('mantel chosen')
    globalThis.chosenMs = nowMs()
  }
  document.addEventListener('change', chosen, { capture: true })
  new MutationObserver(look).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-shown', 'data-item'],
  })
  look()
}
