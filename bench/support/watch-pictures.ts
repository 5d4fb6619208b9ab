/** Runs inside a page before anything else: notes when so many tiles have their pictures. */

declare global {
  /** Since the navigation; null until then. */
  var picturesMs: number | null
}

/** Begins to watch; self-contained, because only its text travels into the page. */
export function watchPictures(enough: number): void {
  globalThis.picturesMs = null
  const look = (): void => {
    const shown = document.querySelectorAll<HTMLImageElement>('li[data-item] img[data-shown]')
    const painted = [...shown].filter((image) => image.complete && image.naturalWidth > 0)
    if (painted.length < enough) return
    watch.disconnect()
    requestAnimationFrame(() => (globalThis.picturesMs = performance.now()))
  }
  const watch = new MutationObserver(look)
  watch.observe(document, { subtree: true, childList: true, attributeFilter: ['data-shown'] })
}
