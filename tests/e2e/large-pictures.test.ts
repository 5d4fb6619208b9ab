/**
 * Pictures of hundreds of megapixels: shown where they can be, kept where they cannot, and nobody’s phone stands still.
 * `SLOW=1` only: it takes gigabytes of memory for a moment.
 */
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { hugePng, writePanorama } from '#tests/support/generate-panorama.ts'
import { processOf, watchMemory } from '#tests/support/process-memory.ts'

const isSlow = process.env['SLOW'] === '1'
const stage = createStage()

test.runIf(isSlow && process.platform === 'linux')(
  'Sam’s panoramas of 200 megapixels show, open and are looked at closely, and what is larger is kept',
  async () => {
    const home = stage.newFolder('sam')
    const pictures = stage.newFolder('pictures')
    const relay = await stage.relay()
    const sam = await stage.profileOnDisk('Sam', home)
    await sam.startGroup(relay, 'Family')
    await sam.isControlled()
    await sam.page.setViewportSize({ width: 390, height: 844 })
    const size = { width: 20_000, height: 10_000 }
    const [bomb, coarse, fine, white] = ['bomb.png', 'coarse.jpg', 'fine.jpg', 'white.png'].map(
      (name) => join(pictures, name),
    ) as [string, string, string, string]
    await writePanorama(fine, { ...size, grain: 4 })
    // Too long to be read into memory at once.
    await writePanorama(coarse, { ...size, grain: 40 })
    writeFileSync(white, hugePng(size))
    writeFileSync(bomb, hugePng({ width: 60_000, height: 60_000 }))
    const root = processOf(home)
    const atMost = { [fine]: 300, [coarse]: 500, [white]: 1400 }
    for (const [path, mebibytes] of Object.entries(atMost)) {
      const before = await sam.paintedTiles()
      await watchFrames(sam)
      const adding = measure(root)
      await sam.addPhotos([path])
      await expect
        .poll(() => sam.paintedTiles(), { timeout: 120_000, interval: 200 })
        .toBe(before + 1)
      adding(`${basename(path)} is added`, await longestFrameMs(sam), mebibytes)
    }
    await sam.addPhotos([bomb])
    await sam.page.getByText('bomb.png has too many pixels to be shown').waitFor()
    await eventually(() => sam.status()).toBe('All photos are safe')

    await sam.page
      .getByRole('button', { name: /^Photo, / })
      .nth(1)
      .click()
    const picture = sam.page.locator('.pswp__item[aria-hidden="false"] img.pswp__img[src]').first()
    await picture.waitFor()
    await watchFrames(sam)
    const looking = measure(root)
    await sam.page.mouse.move(195, 420)
    const closer = () => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)
    while ((await closer()) !== 5000) await sam.page.mouse.wheel(0, -240)
    for (let n = 0; n < 10; n++) await sam.page.mouse.wheel(0, -240)
    await sam.page.waitForTimeout(2000)
    looking('one is looked at closely', await longestFrameMs(sam), 400)
  },
  600_000,
)

/** Watches the browser’s memory from now on; at the end it says, and checks, the most that a page with its workers had. */
function measure(root: number) {
  const startMs = Date.now()
  const watch = watchMemory(root)
  return (what: string, longestMs: number, mebibytes: number): void => {
    const renderer = watch.stop()['renderer']?.both ?? 0
    const took = `${Date.now() - startMs} ms, longest frame ${longestMs} ms`
    console.log(`${what}: ${took}, ${renderer} MiB more than before`)
    expect.soft(renderer, what).toBeLessThan(mebibytes)
  }
}

async function watchFrames({ page }: BrowserDevice): Promise<void> {
  await page.evaluate(() => {
    const seen = { last: performance.now(), longest: 0 }
    Object.assign(window, { seen })
    const look = (now: number): void => {
      seen.longest = Math.max(seen.longest, now - seen.last)
      seen.last = now
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
}

function longestFrameMs({ page }: BrowserDevice): Promise<number> {
  return page.evaluate(() =>
    Math.round((window as unknown as { seen: { longest: number } }).seen.longest),
  )
}
