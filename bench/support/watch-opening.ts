/** Runs inside a page: says when a tapped photo stands in the viewer, first as thumbnail, then in screen size. */

export interface SeenOpening {
  /** Milliseconds from the tap to the frame after the one that has the picture. */
  thumbnailMs: number | null
  screenMs: number | null
}

declare global {
  /** Of the last tap on a photo; null before the first. */
  var seenOpening: SeenOpening | null
}

/** Self-contained, because only its text travels into the page. */
export function watchOpening(): void {
  globalThis.seenOpening = null
  const isPainted = (image: HTMLImageElement | null) =>
    image !== null && image.complete && image.naturalWidth > 0

  addEventListener(
    'click',
    ({ timeStamp, target }) => {
      if (!(target instanceof Element) || target.closest('[data-item]') === null) return
      const seen: SeenOpening = { thumbnailMs: null, screenMs: null }
      globalThis.seenOpening = seen
      const look = () => {
        const slide = document.querySelector('.viewer .pswp__item[aria-hidden="false"]')
        const placeholder = slide?.querySelector<HTMLImageElement>('.pswp__img--placeholder')
        const picture = slide?.querySelector<HTMLImageElement>(
          '.pswp__img:not(.pswp__img--placeholder)',
        )
        const hasPicture = isPainted(picture ?? null)
        const hasThumbnail = hasPicture || isPainted(placeholder ?? null)
        requestAnimationFrame((nowMs) => {
          if (hasThumbnail) seen.thumbnailMs ??= nowMs - timeStamp
          if (hasPicture) seen.screenMs ??= nowMs - timeStamp
          else look()
        })
      }
      look()
    },
    true,
  )
}
