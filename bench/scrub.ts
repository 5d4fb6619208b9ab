/**
 * Budget: the same as for scrolling (docs/design.md §13), while the scale of dates is dragged from the newest of
 * 100,000 photos to the oldest and half-way back; and tiles with their placeholders ≤ 100 ms after it stops.
 *
 * The figure is the share of late frames. How long the tiles took, once the finger held still and once it let go, is
 * told beside it and decides over `ok`.
 */
import type { Locator, Page } from 'playwright-core'
import { openBigLibrary, openPhotos, watchMotion } from './support/big-library.ts'
import { report, rounded, tell } from './support/report.ts'

declare global {
  /** From the last that the page heard of the pointer until every place in the window had its tile; null until then. */
  var tilesMs: number | null
}

const limitPercent = 2
const limitTilesMs = 100
const slowdown = 4
const stepMs = 16
const steps = 150

const library = await openBigLibrary(100_000)
try {
  const page = await openPhotos(library, slowdown)
  await page.evaluate(watchTiles)
  const scale = page.getByRole('slider', { name: 'Jump to a date' })
  const box = await scale.boundingBox()
  if (box === null) throw new Error('there is no scale')
  // A finger finds the knob once the list has moved.
  await page.mouse.wheel(0, 10)
  const x = box.x + box.width - 16
  const y = (share: number) => box.y + box.height * share
  await page.mouse.move(x, y(0))
  await page.mouse.down()
  const motion = await watchMotion(page, async () => {
    // A finger does not wait for the page between its moves.
    const moves: Promise<void>[] = []
    for (let n = 1; n <= steps; n++) {
      const share = n <= 100 ? n / 100 : 1 - (n - 100) / 100
      moves.push(page.mouse.move(x, y(share)))
      await page.waitForTimeout(stepMs)
    }
    await Promise.all(moves)
  })
  const heldMs = await untilTiles(page)
  tell(`tiles ${rounded(heldMs, 0)} ms after it stopped; ${await monthOf(scale)}`)
  await page.mouse.move(x, y(0.8))
  await page.mouse.up()
  const leftMs = await untilTiles(page)
  tell(`tiles ${rounded(leftMs, 0)} ms after it was let go; ${await monthOf(scale)}`)
  const value = rounded(motion.lateShare, 1)
  const ok = value <= limitPercent && motion.isSmooth && Math.max(heldMs, leftMs) <= limitTilesMs
  report({ name: 'scrub', value, unit: '% of frames late', limit: limitPercent, ok })
} finally {
  await library.dispose()
}

function monthOf(scale: Locator): Promise<string | null> {
  return scale.getAttribute('aria-valuetext')
}

/** Looks once the pointer has said nothing for more than a frame, so that a drag is not held up by it. */
function watchTiles(): void {
  const standsMs = 20
  let pointerMs = 0
  let [timer, frame] = [0, 0]
  const look = () => {
    let [lowest, isFilled] = [0, true]
    for (const place of document.querySelectorAll('li[data-index]')) {
      const { top, bottom } = place.getBoundingClientRect()
      if (bottom <= 0 || top >= innerHeight) continue
      lowest = Math.max(lowest, bottom)
      isFilled &&= place.matches('[data-item]:has(canvas)')
    }
    if (isFilled && lowest >= innerHeight) globalThis.tilesMs = performance.now() - pointerMs
    else frame = requestAnimationFrame(look)
  }
  const note = ({ timeStamp }: Event) => {
    pointerMs = timeStamp
    globalThis.tilesMs = null
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    timer = window.setTimeout(look, standsMs)
  }
  addEventListener('pointermove', note, { capture: true, passive: true })
  addEventListener('pointerup', note, { capture: true, passive: true })
}

async function untilTiles(page: Page): Promise<number> {
  const tiles = await page.waitForFunction(() => globalThis.tilesMs, null, { polling: 50 })
  return (await tiles.jsonValue()) ?? 0
}
