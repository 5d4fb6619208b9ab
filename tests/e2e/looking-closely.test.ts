/** Sam spreads a photo further than its preview reaches, and sees the original: also of a type that browsers do not show. */
import { expect, test } from 'vitest'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { fingersOn } from '#tests/support/fingers.ts'
import { generatePhoto, samplePhotos } from '#tests/support/photos.ts'

const stage = createStage()
const middle = { x: 195, y: 420 }
const jpeg = {
  name: 'large.jpg',
  read: () => generatePhoto({ seed: 1, width: 3000, height: 4000 }),
}
/** There is none where the real files are missing. */
const heic = samplePhotos('formats').filter(({ name }) => name.endsWith('img_2927.heic'))

test('the original comes when Sam looks closely', async () => {
  const photos = [jpeg, ...heic]
  const sam = await stage.profile('Sam', {
    ...{ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
    deviceScaleFactor: 3,
  })
  await sam.startGroup(await stage.relay(), 'Family')
  await sam.addPhotos(stage.files(photos))
  await eventually(() => sam.paintedTiles()).toBe(photos.length)
  const fingers = await fingersOn(sam.page)
  const shown = sam.page.locator('.pswp__item[aria-hidden="false"] .pswp__img[data-shown]')
  const longest = () =>
    shown.evaluate((image: HTMLImageElement) => Math.max(image.naturalWidth, image.naturalHeight))
  await sam.page.getByRole('list', { name: 'Photos' }).getByRole('button').first().tap()
  for (const [n] of photos.entries()) {
    if (n > 0) await sam.page.keyboard.press('ArrowRight')
    await eventually(longest).toBeGreaterThan(1900)
    expect(await longest()).toBeLessThanOrEqual(2048)
    await fingers.pinch(middle, 4)
    await eventually(longest).toBeGreaterThanOrEqual(4000)
    expect(await shown.evaluate((image: HTMLImageElement) => image.complete)).toBe(true)
  }
})
