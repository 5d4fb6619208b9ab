/**
 * Runs inside a page before anything else: notes when the window shows its first photos, drawn ahead or by the app, and
 * when the app's own list, which answers fingers, stands there.
 */

interface FirstTiles {
  /** Since the navigation. */
  readonly paintedMs: number
  readonly answeringMs: number
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
  /** The frame after the first one in which so many photos are in the window. */
  const whenShown = (which: string) =>
    new Promise<number>((resolve) => {
      const look = () => {
        const tiles = [...document.querySelectorAll(which)]
        if (tiles.length < enough || tiles.filter(isInWindow).length < enough)
          requestAnimationFrame(look)
        else
          requestAnimationFrame(() => {
            resolve(performance.now())
          })
      }
      requestAnimationFrame(look)
    })
  globalThis.firstTiles = null
  const shown = [whenShown('li button canvas'), whenShown('li[data-index] button canvas')] as const
  void Promise.all(shown).then(([paintedMs, answeringMs]) => {
    globalThis.firstTiles = { paintedMs, answeringMs }
  })
}
