/** Runs inside a page before anything else: notes when the window shows its first photos. */

interface FirstTiles {
  readonly originMs: number
  /** Since the navigation. */
  readonly paintedMs: number
}

declare global {
  var firstTiles: FirstTiles | null
}

/** Begins to watch; self-contained, because only its text travels into the page. */
export function watchFirstTiles(): void {
  const enough = 12
  const isInWindow = (tile: Element) => {
    const { top, bottom } = tile.getBoundingClientRect()
    return bottom > 0 && top < innerHeight
  }
  const look = () => {
    const tiles = document.querySelectorAll('li[data-index] button canvas')
    if (tiles.length < enough || [...tiles].filter(isInWindow).length < enough) {
      requestAnimationFrame(look)
      return
    }
    performance.mark('mantel-first-tiles')
    requestAnimationFrame(() => {
      globalThis.firstTiles = {
        originMs: performance.timeOrigin,
        paintedMs: performance.now(),
      }
    })
  }
  globalThis.firstTiles = null
  requestAnimationFrame(look)
}
