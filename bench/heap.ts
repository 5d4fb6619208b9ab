/**
 * Budget: the page's memory with 100,000 items, after all of them were gone through four times: ≤ 100 MB, and the
 * last time adds ≤ 5 % (docs/design.md §13).
 *
 * The library of `scroll`: its index is on the device, its thumbnails are not, and the engine is held back, whose
 * worker has a heap of its own. Counted after collecting garbage: objects, what the browser keeps for them, and the
 * bytes of buffers; decoded pictures are the browser's own. Going through means the knob of the scale of dates by its
 * keys, a page of dates at a time, to the oldest photo and back.
 */
import type { CDPSession, Page } from 'playwright-core'
import { openBigLibrary, openPhotos } from './support/big-library.ts'
import { report, rounded, tell } from './support/report.ts'

const limitMegabytes = 100
const limitGrowth = 1.05
const items = 100_000
/** What is kept for a while, such as tiles that were read, is full after the second. */
const rounds = 4
/** Enough for both ways, whatever the scale counts as a page. */
const steps = 60

const library = await openBigLibrary(items)
try {
  const page = await openPhotos(library, 1)
  const devtools = await page.context().newCDPSession(page)
  const all = [await megabytesOf(devtools)]
  for (let n = 0; n < rounds; n++) {
    await goThrough(page)
    all.push(await megabytesOf(devtools))
  }
  tell(all.map((megabytes) => `${megabytes.toFixed(1)} MB`).join(', then '))
  const [last = 0, before = 0] = all.toReversed()
  report({
    ...{ name: 'heap', value: rounded(last, 1), unit: 'MB', limit: limitMegabytes },
    ok: last <= limitMegabytes && last <= limitGrowth * before,
  })
} finally {
  await library.dispose()
}

/** To the oldest photo and back, waiting at each step for the tiles there. */
async function goThrough(page: Page): Promise<void> {
  const knob = page.getByRole('slider', { name: 'Jump to a date' })
  await knob.focus()
  for (const key of ['PageDown', 'PageUp'])
    for (let n = 0; n < steps; n++) {
      await page.keyboard.press(key)
      await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
    }
}

async function megabytesOf(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage')
  const usage = await devtools.send('Runtime.getHeapUsage')
  const { usedSize, embedderHeapUsedSize, backingStorageSize } = usage
  return (usedSize + embedderHeapUsedSize + backingStorageSize) / 1e6
}
