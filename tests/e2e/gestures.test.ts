/** What Sam's fingers do to his photos: opening, swiping, spreading, pulling, picking; and where it leaves him. */
import { expect, test } from 'vitest'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { fingersOn } from '#tests/support/fingers.ts'
import { openManyPhotos } from '#tests/support/many-photos.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

const stage = createStage()
const middle = { x: 195, y: 420 }
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

const viewerOf = ({ page }: BrowserDevice) => page.getByRole('dialog', { name: 'Photo viewer' })
const shownBy = (device: BrowserDevice) =>
  viewerOf(device).locator('[aria-live] .visually-hidden').innerText()
const pickedBy = ({ page }: BrowserDevice) => page.getByText(/selected$/).innerText()

/** On whole screens, because a grid measures itself in the frame after a change. */
const tileWidth = ({ page }: BrowserDevice) =>
  page
    .getByRole('list', { name: 'Photos' })
    .getByRole('listitem')
    .first()
    .evaluate((li) => li.clientWidth)

test('Sam spreads, double taps, swipes, pulls the sheet up and the photo down', async () => {
  const sam = await stage.profile('Sam', phone)
  await sam.startGroup(await stage.relay(), 'Family')
  await sam.addPhotos(stage.files(cameraPhotos(3)))
  await eventually(() => sam.paintedTiles()).toBe(3)
  const tiles = await sam.tiles()
  const fingers = await fingersOn(sam.page)
  const zoomed = sam.page.locator('.pswp--zoomed-in')

  /** Again where the machine was so busy that two taps came too far apart. */
  const doubleTapUntil = (isZoomed: boolean) =>
    eventually(async () => {
      if ((await zoomed.count()) > 0 !== isZoomed) await fingers.doubleTap(middle)
      return (await zoomed.count()) > 0
    }).toBe(isZoomed)

  await sam.page.getByRole('list', { name: 'Photos' }).getByRole('button').first().tap()
  await sam.page.locator('.pswp--open .pswp__img[data-shown]').first().waitFor()
  await fingers.pinch(middle, 2.5)
  await zoomed.waitFor()
  await fingers.pinch(middle, 0.3)
  await zoomed.waitFor({ state: 'detached' })
  await doubleTapUntil(true)
  await doubleTapUntil(false)

  await fingers.swipe({ x: 320, y: 420 }, { x: 40, y: 420 })
  await eventually(() => shownBy(sam)).toBe(tiles[1])
  await fingers.swipe({ x: 60, y: 420 }, { x: 340, y: 420 })
  await eventually(() => shownBy(sam)).toBe(tiles[0])

  const sheet = viewerOf(sam).getByRole('complementary', { name: 'Info' })
  await fingers.swipe({ x: 195, y: 600 }, { x: 195, y: 300 })
  await sheet.waitFor()
  await fingers.swipe({ x: 195, y: 100 }, { x: 195, y: 330 })
  await sheet.waitFor({ state: 'detached' })
  await fingers.swipe({ x: 195, y: 300 }, { x: 195, y: 700 })
  await viewerOf(sam).waitFor({ state: 'detached' })
})

test('what Sam is writing about a photo is kept when he swipes on, or goes back', async () => {
  const sam = await stage.profile('Sam', phone)
  await sam.startGroup(await stage.relay(), 'Family')
  await sam.addPhotos(stage.files(cameraPhotos(2)))
  await eventually(() => sam.paintedTiles()).toBe(2)
  const tiles = await sam.tiles()
  const fingers = await fingersOn(sam.page)
  const swipeOn = () => fingers.swipe({ x: 320, y: 120 }, { x: 40, y: 120 })
  const swipeBack = () => fingers.swipe({ x: 60, y: 120 }, { x: 340, y: 120 })
  const photos = sam.page.getByRole('list', { name: 'Photos' }).getByRole('button')

  await photos.first().click()
  await sam.button('Info').click()
  await sam.textbox('Add a comment').fill('Do you remember')
  await sam.textbox('Caption').fill('Our picnic place')
  await swipeOn()
  await eventually(() => shownBy(sam)).toBe(tiles[1])
  await sam.page.getByText('Caption saved').waitFor()
  await eventually(() => sam.textbox('Caption').inputValue()).toBe('')
  expect(await sam.textbox('Add a comment').inputValue()).toBe('')
  await sam.textbox('Caption').fill('On the way home')
  await eventually(() => sam.textbox('Caption').inputValue()).toBe('On the way home')
  await sam.page.goBack()
  await viewerOf(sam).waitFor({ state: 'detached' })

  await photos.last().click()
  await sam.button('Info').click()
  await eventually(() => sam.textbox('Caption').inputValue()).toBe('On the way home')
  await swipeBack()
  await eventually(() => shownBy(sam)).toBe(tiles[0])
  await eventually(() => sam.textbox('Caption').inputValue()).toBe('Our picnic place')
  expect(await sam.textbox('Add a comment').inputValue()).toBe('Do you remember')
  await sam.textbox('Add a comment').press('Enter')
  await viewerOf(sam).getByText('Do you remember').waitFor()
  await eventually(() => sam.textbox('Add a comment').inputValue()).toBe('')
})

test('Sam spreads the grid, rests on a photo and draws over others to the edge', async () => {
  const sam = await stage.profile('Sam', phone)
  await openManyPhotos(sam, await stage.relay(), 600)
  const fingers = await fingersOn(sam.page)
  const before = await tileWidth(sam)
  await fingers.pinch(middle, 1.6)
  await eventually(() => tileWidth(sam)).toBeGreaterThan(before)
  await fingers.pinch(middle, 0.6)
  await eventually(() => tileWidth(sam)).toBe(before)

  await fingers.down(middle)
  await eventually(() => pickedBy(sam)).toBe('1 selected')
  await fingers.to({ x: middle.x, y: middle.y + 2 * before })
  await eventually(() => pickedBy(sam)).toMatch(/^[5-9] selected$/)
  // A finger at the edge goes on through the list by itself.
  await fingers.to({ x: middle.x, y: 838 })
  await eventually(async () => Number.parseInt(await pickedBy(sam)) > 60).toBe(true)
  await fingers.up()
  expect(await viewerOf(sam).count()).toBe(0)
})

test('Sam looks far ahead in the viewer, closes it, and the list is where he got to', async () => {
  const sam = await stage.profile('Sam', phone)
  await openManyPhotos(sam, await stage.relay(), 600)
  const isInSight = (index: number) =>
    sam.page.evaluate((at) => {
      const box = document.querySelector(`[data-index="${at}"]`)?.getBoundingClientRect()
      return box !== undefined && box.top >= 0 && box.bottom <= innerHeight
    }, index)
  await sam.page.locator('[data-index="4"] button').tap()
  await eventually(() => shownBy(sam)).not.toBe('')
  await sam.page.keyboard.press('End')
  await sam.page.keyboard.press('ArrowLeft')
  await sam.page.keyboard.press('Escape')
  await viewerOf(sam).waitFor({ state: 'detached' })
  await eventually(() => isInSight(598)).toBe(true)
  expect(await isInSight(4)).toBe(false)
})

test('Sam loads the page anew while he looks at a photo, and goes on looking at it', async () => {
  const sam = await stage.profile('Sam', phone)
  await sam.startGroup(await stage.relay(), 'Family')
  await sam.addPhotos(stage.files(cameraPhotos(3)))
  await eventually(() => sam.paintedTiles()).toBe(3)
  await eventually(() => sam.status()).toBe('All photos are safe')
  const tiles = await sam.tiles()
  await sam.page.getByRole('list', { name: 'Photos' }).getByRole('button').first().tap()
  await eventually(() => shownBy(sam)).toBe(tiles[0])
  await sam.page.keyboard.press('ArrowRight')
  await eventually(() => shownBy(sam)).toBe(tiles[1])
  // It counts as his place once he stays there.
  await sam.page.waitForTimeout(600)
  await sam.page.reload()
  await eventually(() => shownBy(sam)).toBe(tiles[1])
  await sam.page.keyboard.press('Escape')
  await viewerOf(sam).waitFor({ state: 'detached' })
  await eventually(() => sam.paintedTiles()).toBe(3)
  await sam.page.reload()
  await eventually(() => sam.paintedTiles()).toBe(3)
  expect(await viewerOf(sam).count()).toBe(0)
})

test('what is written about a photo elsewhere shows while Sam looks at it', async () => {
  const sam = await stage.profile('Sam', { viewport: { width: 1280, height: 800 } })
  await sam.startGroup(await stage.relay(), 'Family')
  await sam.addPhotos(stage.files(cameraPhotos(1)))
  await eventually(() => sam.paintedTiles()).toBe(1)
  await eventually(() => sam.status()).toBe('All photos are safe')
  const other = await sam.newTab('/photos')
  for (const tab of [sam, other]) {
    await tab.page.getByRole('list', { name: 'Photos' }).getByRole('button').first().click()
    await viewerOf(tab).getByRole('button', { name: 'Download' }).waitFor()
  }
  await other.button('Info').click()
  await other.textbox('Caption').fill('Our picnic place')
  await other.textbox('Caption').press('Enter')
  await other.textbox('Add a comment').fill('Next year again!')
  await other.button('Send').click()
  await viewerOf(sam).getByText('Our picnic place').waitFor()
  await viewerOf(sam).getByRole('button', { name: '1 comment' }).click()
  await viewerOf(sam).getByText('Next year again!').waitFor()
})

test('Sam goes back to what he had looked for, or loads it anew, and is at his place in it', async () => {
  const sam = await stage.profile('Sam', phone)
  await openManyPhotos(sam, await stage.relay(), 600)
  await sam.page.goto(new URL('/search', sam.page.url()).href)
  await sam.page.getByRole('searchbox').fill('2026')
  const tiles = sam.page.getByRole('list', { name: 'Photos' }).getByRole('listitem')
  await tiles.first().waitFor()
  await sam.page.evaluate(() => scrollTo(0, 4000))
  const inSight = () =>
    sam.page.evaluate(() => document.elementFromPoint(195, 420)?.closest('li')?.dataset['item'])
  await eventually(inSight).toBeTypeOf('string')
  const seen = await inSight()
  await sam.visit('Albums')
  await sam.page.goBack()
  await eventually(() => sam.page.getByRole('searchbox').inputValue()).toBe('2026')
  await eventually(inSight).toBe(seen)
  await sam.page.reload()
  await eventually(() => sam.page.getByRole('searchbox').inputValue()).toBe('2026')
  await eventually(inSight).toBe(seen)
})

test('Sam taps the knob of the scale, a year beside it, and is there; a photo he taps elsewhere opens', async () => {
  const sam = await stage.profile('Sam', phone)
  await openManyPhotos(sam, await stage.relay(), 3000)
  const fingers = await fingersOn(sam.page)
  const scale = sam.page.getByRole('slider', { name: 'Jump to a date' })
  const date = () => scale.getAttribute('aria-valuetext')
  const box = await scale.boundingBox()
  if (box === null) throw new Error('the scale has a place')
  const on = (share: number) => ({ x: box.x + box.width - 16, y: box.y + box.height * share })
  const tap = async (share: number) => {
    await fingers.down(on(share))
    await fingers.up()
  }
  const isOpen = () => scale.evaluate((element) => element.classList.contains('open'))
  await sam.page.mouse.wheel(0, 40)
  await eventually(() => scale.evaluate((element) => element.classList.contains('shown'))).toBe(
    true,
  )
  await tap(0)
  await eventually(isOpen).toBe(true)
  expect(await date()).toBe('June 2026')
  await tap(0.6)
  await eventually(date).not.toBe('June 2026')
  // It goes away by itself, and what lies there is a photo again.
  await eventually(isOpen).toBe(false)
  expect(await viewerOf(sam).count()).toBe(0)
  await sam.page.touchscreen.tap(on(0.3).x, on(0.3).y)
  await viewerOf(sam).waitFor()
})

test('Sam looks at his favourites, and finds them again on the way back', async () => {
  const sam = await stage.profile('Sam', phone)
  await sam.startGroup(await stage.relay(), 'Family')
  await sam.addPhotos(stage.files(cameraPhotos(2)))
  await eventually(() => sam.paintedTiles()).toBe(2)
  await sam.visit('Photos')
  await sam.page.getByRole('list', { name: 'Photos' }).getByRole('button').first().tap()
  await viewerOf(sam).getByRole('button', { name: 'Favourite' }).click()
  await sam.page.keyboard.press('Escape')
  await viewerOf(sam).waitFor({ state: 'detached' })
  const chip = sam.page.getByRole('button', { name: 'Favourites' })
  await chip.click()
  await eventually(() => sam.paintedTiles()).toBe(1)
  await sam.visit('Albums')
  await sam.page.goBack()
  await eventually(() => chip.getAttribute('aria-pressed')).toBe('true')
  await eventually(() => sam.paintedTiles()).toBe(1)
})
