/**
 * Budget: the same as for scrolling (docs/design.md §13), while the scale of dates is dragged from the newest of
 * 100,000 photos to the oldest and half-way back; and tiles with their placeholders ≤ 100 ms after it stops.
 *
 * The figure is the share of late frames. How long the tiles took is told beside it and decides over `ok`.
 */
import type { Page } from 'playwright-core'
import { openBigLibrary, openPhotos, watchMotion } from './support/big-library.ts'
import { report, rounded, tell } from './support/report.ts'

const limitPercent = 2
const limitTilesMs = 100
const slowdown = 4
const stepMs = 16
const steps = 150

const library = await openBigLibrary(100_000)
try {
  const page = await openPhotos(library, slowdown)
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
    for (let n = 1; n <= steps; n++) {
      const share = n <= 100 ? n / 100 : 1 - (n - 100) / 100
      await page.mouse.move(x, y(share))
      await page.waitForTimeout(stepMs)
    }
  })
  const tilesMs = await untilTiles(page)
  await page.mouse.up()
  tell(
    `tiles ${rounded(tilesMs, 0)} ms after it stopped; ${await scale.getAttribute('aria-valuetext')}`,
  )
  const value = rounded(motion.lateShare, 1)
  const ok = value <= limitPercent && motion.isSmooth && tilesMs <= limitTilesMs
  report({ name: 'scrub', value, unit: '% of frames late', limit: limitPercent, ok })
} finally {
  await library.dispose()
}

/** From now until every place in the window has its tile. */
function untilTiles(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const startMs = performance.now()
        const look = () => {
          const places = [...document.querySelectorAll('li[data-index]')].filter((place) => {
            const { top, bottom } = place.getBoundingClientRect()
            return bottom > 0 && top < innerHeight
          })
          const isFilled =
            places.length > 0 && places.every((place) => place.querySelector('canvas'))
          if (isFilled) resolve(performance.now() - startMs)
          else requestAnimationFrame(look)
        }
        look()
      }),
  )
}
