/**
 * What stands in a slide: the thumbnail at once, the preview when it is here, the original when somebody
 * zooms further than the preview reaches (of very large pictures as much of it as a device can bear); a player for videos; a card for what cannot be shown.
 */
import type PhotoSwipe from 'photoswipe'
import type { SlideData } from 'photoswipe'
import type { Client } from '#lib/engine/client-types.ts'
import type { Tile } from '#lib/engine/library.ts'
import { startShowing } from '#lib/ui/shared/show-media.ts'
import { viewerWords } from '#lib/ui/shared/words-of-viewer.ts'
import { fileCard } from './file-card.ts'
import { filmPlayer } from './film-player.ts'
import type { Slides } from './slides.ts'

type Content = NonNullable<PhotoSwipe['currSlide']>['content']

/** What browsers show without help. */
const shownAsItIs = /^image\/(?:jpeg|png|webp|gif|avif)$/
/** What few do. */
const shownWithHelp = /^image\/hei[cf]$/
const enoughSharpness = 1.15
/** What has more pixels would take seconds and hundreds of megabytes to be drawn. */
const mostPixels = 2 ** 26

/** Facts that PhotoSwipe needs of a slide, also before the tile has been read. */
export function slideData(slides: Slides, index: number): SlideData {
  const tile = slides.known(index)
  if (!tile) {
    return { type: 'image', width: 2 * (slides.timeline.aspect[index] ?? 1000), height: 2000 }
  }
  // Square tiles show a part of their picture, and it grows out of that part.
  const size = { width: tile.width || 1200, height: tile.height || 900, thumbCropped: true, tile }
  if (tile.kind === 'photo' && tile.preview !== null) return { ...size, type: 'image' }
  return { ...size, type: tile.kind === 'video' ? 'video' : 'file' }
}

/** Fills slides with pictures as PhotoSwipe asks for them. */
export function fillSlides(photoSwipe: PhotoSwipe, client: Client): void {
  const stops = new Map<Content, (() => void)[]>()
  const keep = (content: Content, stop: () => void) =>
    stops.set(content, [...(stops.get(content) ?? []), stop])

  photoSwipe.on('contentLoadImage', (event) => {
    event.preventDefault()
    const tile = tileOf(event.content)
    const image = event.content.element
    if (tile === null || tile.preview === null || !(image instanceof HTMLImageElement)) return
    image.alt = tile.caption
    image.addEventListener('load', () => {
      event.content.onLoaded()
      void showWhileOpening(photoSwipe, event.content, image)
    })
    const showing = startShowing(client, { group: tile.group, blob: tile.preview }, image)
    keep(event.content, () => showing.stop())
  })

  photoSwipe.on('imageSizeChange', ({ content, width }) => {
    const tile = tileOf(content)
    const image = content.element
    if (!tile?.original || !(image instanceof HTMLImageElement)) return
    const isSharp = width * devicePixelRatio <= image.naturalWidth * enoughSharpness
    if (isSharp || !image.complete || image.dataset.original !== undefined) return
    if (!shownAsItIs.test(tile.mime) && !shownWithHelp.test(tile.mime)) return
    image.dataset.original = ''
    const sharp = new Image()
    sharp.addEventListener('load', () => (image.src = sharp.src))
    keep(content, showSharp(client, tile, sharp))
  })

  photoSwipe.on('contentLoad', (event) => {
    const { content } = event
    const tile = tileOf(content)
    if (tile === null || content.type === 'image') return
    event.preventDefault()
    content.element =
      content.type === 'video'
        ? filmPlayer(client, tile, (stop) => keep(content, stop))
        : fileCard(tile, tile.width > 0 ? viewerWords.tooManyPixels : viewerWords.notViewable)
    content.onLoaded()
  })

  // Whoever swipes on does not go on hearing it.
  photoSwipe.on('contentDeactivate', ({ content }) => {
    content.element?.querySelector('video')?.pause()
  })

  photoSwipe.on('contentDestroy', ({ content }) => {
    for (const stop of stops.get(content) ?? []) stop()
    stops.delete(content)
  })
}

/** PhotoSwipe itself waits until the picture has grown out of its tile. */
async function showWhileOpening(
  photoSwipe: PhotoSwipe,
  content: Content,
  image: HTMLImageElement,
): Promise<void> {
  const isOpening = () => photoSwipe.opener.isOpening && content.slide?.isActive === true
  if (!isOpening()) return
  // Drawn in the middle of a movement it must not hold that up.
  await image.decode().catch(() => undefined)
  if (isOpening()) content.append()
}

/** Puts the original into an image that nobody sees yet; the answer ends it. */
function showSharp(client: Client, { group, original, ...tile }: Tile, sharp: HTMLImageElement) {
  if (original === null) return () => undefined
  const isLarge = tile.width * tile.height > mostPixels
  if (!isLarge && shownAsItIs.test(tile.mime)) {
    const showing = startShowing(client, { group, blob: original }, sharp)
    return () => showing.stop()
  }
  // Of what is large and no JPEG the preview stays.
  const isMade = isLarge ? tile.mime === 'image/jpeg' : true
  const making = isMade ? client.closerUrl(group, original, tile.mime) : null
  void making?.then((url) => url !== null && (sharp.src = url)).catch(() => undefined)
  return () =>
    void making?.then((url) => url !== null && URL.revokeObjectURL(url)).catch(() => undefined)
}

function tileOf(content: Content): Tile | null {
  return (content.data as SlideData & { tile?: Tile }).tile ?? null
}
