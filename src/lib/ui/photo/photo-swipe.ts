/** PhotoSwipe set up for this app: gestures and animation are its own, everything else is ours. */
import PhotoSwipe from 'photoswipe'
import 'photoswipe/style.css'
import type { Client } from '#lib/engine/client-types.ts'
import { mediaUrl } from '#lib/wire/media-url.ts'
import { dragPx } from './sheet-drag.ts'
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
  /** The picture is about to go back to its tile, or is being pulled towards it. */
  readonly onLeaving: () => void
  readonly onClosed: () => void
  /** One tap: the buttons go, or come back. */
  readonly onTap: () => void
  /** A drag up, or down while the sheet is open: true where it has a meaning, so that the picture stays. */
  readonly isForSheet: (direction: 'up' | 'down') => boolean
  readonly onSheetDrag: (direction: 'up' | 'down') => void
  /** True where the key has a meaning of its own. */
  readonly onKey: (key: string) => boolean
}

/** A photo of twelve megapixels can be looked at four times as large as it is; larger ones no larger than that. */
const maxZoom = 4
const maxZoomedPx = 16_000
/** As in viewer.css. */
const phoneBelowPx = 768

/** Opens the viewer on a stage; the tile of `index` has been read. */
export function openPhotoSwipe(stage: Stage): PhotoSwipe {
  const { element, slides, client } = stage
  const isStill = !stage.isAnimated || matchMedia('(prefers-reduced-motion: reduce)').matches
  const photoSwipe = new PhotoSwipe({
    appendToEl: element,
    index: stage.index,
    mainClass: 'mantel-stage',
    paddingFn: ({ x }, _, index) => roomBelow(slides.known(index)?.kind === 'video', x),
    getViewportSizeFn: () => ({ x: element.clientWidth, y: element.clientHeight }),
    showHideAnimationType: isStill ? 'none' : 'zoom',
    showAnimationDuration: 160,
    hideAnimationDuration: 160,
    zoomAnimationDuration: isStill ? 0 : 200,
    bgOpacity: 1,
    maxZoomLevel: ({ elementSize }) =>
      Math.min(maxZoom, maxZoomedPx / Math.max(elementSize?.x ?? 1, elementSize?.y ?? 1)),
    loop: false,
    wheelToZoom: true,
    trapFocus: false,
    returnFocus: false,
    clickToCloseNonZoomable: false,
    bgClickAction: false,
    close: false,
    zoom: false,
    tapAction: stage.onTap,
    counter: false,
    arrowPrev: false,
    arrowNext: false,
    preload: [1, 2],
  })
  offerSlides(photoSwipe, client, slides)
  photoSwipe.on('change', () => {
    const { currIndex } = photoSwipe
    stage.onChange(currIndex)
    void readNear(photoSwipe, slides, currIndex)
  })
  listenToKeys(photoSwipe, stage)
  listenToDrags(photoSwipe, stage)
  listenToMoves(photoSwipe, stage)
  photoSwipe.init()
  // The dialog around the stage has the role and the name.
  photoSwipe.element?.removeAttribute('role')
  return photoSwipe
}

/** The stage has another size; while the picture grows out of its tile, that is taken in afterwards. */
export function fitStage(photoSwipe: PhotoSwipe): void {
  const fit = () => photoSwipe.updateSize(true)
  if (photoSwipe.opener.isOpening) photoSwipe.on('openingAnimationEnd', fit)
  else fit()
}

/** The player of a film stands above what people say of it, and above the buttons of a phone. */
function roomBelow(isFilm: boolean, widthPx: number) {
  const bottom = widthPx < phoneBelowPx ? 164 : 104
  return { top: 0, bottom: isFilm ? bottom : 0, left: 0, right: 0 }
}

function offerSlides(photoSwipe: PhotoSwipe, client: Client, slides: Slides): void {
  photoSwipe.addFilter('numItems', () => slides.count)
  photoSwipe.addFilter('itemData', (_, index) => slideData(slides, index))
  photoSwipe.addFilter('thumbEl', (_, __, index) => tileImage(slides, index))
  photoSwipe.addFilter('placeholderSrc', (_, { index }) => thumbnailUrl(client, slides, index))
  fillSlides(photoSwipe, client)
}

function listenToKeys(photoSwipe: PhotoSwipe, { onKey }: Stage): void {
  photoSwipe.on('keydown', (event) => {
    const { originalEvent } = event
    const { target, key } = originalEvent
    const isPlain = !originalEvent.ctrlKey && !originalEvent.metaKey && !originalEvent.altKey
    // Arrows and Escape belong to a text field while somebody writes in it.
    if (target instanceof Element && target.closest('input, textarea, select, .mantel-dialog')) {
      event.preventDefault()
    } else if (isPlain && onKey(key)) {
      event.preventDefault()
      originalEvent.preventDefault()
    }
  })
}

function listenToDrags(photoSwipe: PhotoSwipe, stage: Stage): void {
  let pulled: 'up' | 'down' | null = null
  photoSwipe.on('verticalDrag', (event) => {
    const { p1, startP1 } = photoSwipe.gestures
    const pulledPx = p1.y - startP1.y
    const direction = pulledPx < 0 ? 'up' : 'down'
    if (!stage.isForSheet(direction)) {
      stage.onLeaving()
      return
    }
    event.preventDefault()
    pulled = Math.abs(pulledPx) > dragPx ? direction : null
  })
  photoSwipe.on('pointerUp', () => {
    if (pulled !== null) stage.onSheetDrag(pulled)
    pulled = null
  })
}

/** Out of the tile and back to it; `data-moving` meanwhile. */
function listenToMoves(photoSwipe: PhotoSwipe, { element, onLeaving, onClosed }: Stage): void {
  element.dataset['moving'] = ''
  photoSwipe.on('openingAnimationEnd', () => delete element.dataset['moving'])
  photoSwipe.on('close', () => (element.dataset['moving'] = ''))
  photoSwipe.on('close', onLeaving)
  photoSwipe.on('pinchClose', onLeaving)
  photoSwipe.on('destroy', onClosed)
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
