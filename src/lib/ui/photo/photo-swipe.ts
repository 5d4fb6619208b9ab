/** PhotoSwipe set up for this app: gestures and animation are its own, everything else is ours. */
import PhotoSwipe from 'photoswipe'
import 'photoswipe/style.css'
import type { Client } from '#lib/engine/client-types.ts'
import { mediaUrl } from '#lib/wire/media-url.ts'
import { fillSlides, slideData } from './slide-content.ts'
import type { Slides } from './slides.ts'

export interface Stage {
  readonly element: HTMLElement
  readonly client: Client
  readonly slides: Slides
  readonly index: number
  /** Whether the picture grows out of its tile. */
  readonly isAnimated: boolean
  readonly onChange: (index: number) => void
  readonly onClosed: () => void
}

/** Opens the viewer on a stage; the tile of `index` has been read. */
export function openPhotoSwipe(stage: Stage): PhotoSwipe {
  const { element, slides, client } = stage
  const isStill = !stage.isAnimated || matchMedia('(prefers-reduced-motion: reduce)').matches
  const photoSwipe = new PhotoSwipe({
    appendToEl: element,
    index: stage.index,
    mainClass: 'mantel-stage',
    getViewportSizeFn: () => ({ x: element.clientWidth, y: element.clientHeight }),
    showHideAnimationType: isStill ? 'none' : 'zoom',
    showAnimationDuration: 200,
    hideAnimationDuration: 180,
    zoomAnimationDuration: isStill ? 0 : 200,
    bgOpacity: 1,
    maxZoomLevel: 4,
    loop: false,
    wheelToZoom: true,
    trapFocus: false,
    returnFocus: false,
    clickToCloseNonZoomable: false,
    bgClickAction: false,
    close: false,
    zoom: false,
    counter: false,
    arrowPrev: false,
    arrowNext: false,
    preload: [1, 2],
  })
  photoSwipe.addFilter('numItems', () => slides.count)
  photoSwipe.addFilter('itemData', (_, index) => slideData(slides, index))
  photoSwipe.addFilter('thumbEl', (_, __, index) => tileImage(slides, index))
  photoSwipe.addFilter('placeholderSrc', (_, { index }) => thumbnailUrl(client, slides, index))
  fillSlides(photoSwipe, client)
  photoSwipe.on('change', () => {
    const { currIndex } = photoSwipe
    stage.onChange(currIndex)
    void readNear(photoSwipe, slides, currIndex)
  })
  // Arrows and Escape belong to a text field while somebody writes in it.
  photoSwipe.on('keydown', (event) => {
    const { target } = event.originalEvent
    if (target instanceof Element && target.closest('input, textarea, select, .mantel-dialog')) {
      event.preventDefault()
    }
  })
  photoSwipe.on('destroy', stage.onClosed)
  photoSwipe.init()
  // The dialog around the stage has the role and the name.
  photoSwipe.element?.removeAttribute('role')
  return photoSwipe
}

async function readNear(photoSwipe: PhotoSwipe, slides: Slides, index: number): Promise<void> {
  const missing = [index - 2, index - 1, index, index + 1, index + 2].filter(
    (i) => i >= 0 && i < slides.count && slides.known(i) === undefined,
  )
  const isNew = await slides.read(index)
  if (isNew && !photoSwipe.isDestroying) missing.forEach((i) => photoSwipe.refreshSlideContent(i))
}

function tileImage(slides: Slides, index: number): HTMLElement {
  const item = slides.known(index)?.item ?? ''
  // PhotoSwipe's types do not say so, but without an element it fades instead.
  return document.querySelector(`[data-item="${item}"] img`) as HTMLElement
}

function thumbnailUrl(client: Client, slides: Slides, index: number): string | false {
  const tile = slides.known(index)
  if (!tile?.thumbnail) return false
  if (client.serviceWorker.controlled()) return mediaUrl(tile.group, tile.thumbnail)
  const image = document.querySelector<HTMLImageElement>(`[data-item="${tile.item}"] img`)
  return image?.currentSrc || false
}
