/** Ana looks through three thousand photos: by date, picking some; and comes back to where she was. */
import { expect, test } from 'vitest'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { openManyPhotos } from '#tests/support/many-photos.ts'

const stage = createStage()

async function anaWithManyPhotos(): Promise<BrowserDevice> {
  const relay = await stage.relay()
  const ana = await stage.profile('Ana', { viewport: { width: 1280, height: 800 } })
  await openManyPhotos(ana, relay, 3000)
  return ana
}

const scaleOf = ({ page }: BrowserDevice) => page.getByRole('slider', { name: 'Jump to a date' })
const dateOf = (ana: BrowserDevice) => scaleOf(ana).getAttribute('aria-valuetext')

/** The photo that stands in the middle of the window. */
function photoInSight({ page }: BrowserDevice): Promise<string> {
  return page.evaluate(() => {
    const at = document.elementsFromPoint(600, 400).find((element) => element.closest('li'))
    return at?.closest('li')?.dataset.item ?? ''
  })
}

test('Ana goes to a month and comes back to it from the albums, a reload and a photo', async () => {
  const ana = await anaWithManyPhotos()
  await scaleOf(ana).press('PageDown')
  // Twenty photos a day, from June 2026 on.
  await scaleOf(ana).press('Home')
  expect(await dateOf(ana)).toBe('June 2026')
  await scaleOf(ana).press('ArrowDown')
  await scaleOf(ana).press('ArrowDown')
  expect(await dateOf(ana)).toBe('April 2026')
  await eventually(() => photoInSight(ana)).not.toBe('')
  await ana.visit('Albums')
  await ana.page.goBack()
  await eventually(() => dateOf(ana)).toBe('April 2026')
  await ana.page.reload()
  await eventually(() => dateOf(ana)).toBe('April 2026')

  await eventually(() => photoInSight(ana)).not.toBe('')
  const photo = await photoInSight(ana)
  await ana.page.mouse.click(600, 400)
  await ana.page.getByRole('dialog', { name: 'Photo viewer' }).waitFor()
  await ana.page.locator('.pswp--open').waitFor()
  await ana.page.keyboard.press('Escape')
  await ana.page.getByRole('dialog').waitFor({ state: 'detached' })
  await eventually(() => photoInSight(ana)).toBe(photo)
})

test('photos that fly past Ana are left alone, and where she stops they are there', async () => {
  const ana = await anaWithManyPhotos()
  await scaleOf(ana).waitFor()
  const marks = await ana.page.evaluateHandle(countMarks)
  const { quick, changed } = await ana.page.evaluate(fly, 20)
  expect(quick).toBeGreaterThan(0)
  expect(changed).toBe(0)
  expect(await dateOf(ana)).not.toBe('June 2026')
  await eventually(() => photoInSight(ana)).not.toBe('')
  await eventually(() => ana.page.locator('.flown').isVisible()).toBe(false)
  // Nobody points at a photo that is put aside.
  expect(await marks.evaluate((counted) => counted.made)).toBe(0)
})

/** Runs inside the page: counts the marks for picking that are made from now on. */
function countMarks(): { made: number } {
  const counted = { made: 0 }
  new MutationObserver((changes) => {
    for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes]))
      if (node instanceof HTMLLabelElement) counted.made += 1
  }).observe(document.body, { subtree: true, childList: true })
  return counted
}

/**
 * Runs inside the page: has the list fly two screens a frame, and counts what changed in it from the third on. A frame
 * that comes late is left out: by then the list may well have rested. So is what becomes of a picture that was asked for
 * before.
 */
async function fly(frames: number): Promise<{ quick: number; changed: number }> {
  const lateMs = 60
  const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
  const list = document.querySelector('ul[aria-label="Photos"]')
  if (list === null) throw new Error('there is no list')
  const found = { quick: 0, changed: 0 }
  let changes = 0
  const watch = new MutationObserver(
    (all) => (changes += all.filter(({ target }) => !(target instanceof HTMLImageElement)).length),
  )
  let lastMs = await frame()
  for (let n = 0; n < frames; n++) {
    if (n === 2) watch.observe(list, { subtree: true, childList: true, attributes: true })
    scrollBy({ top: 2 * innerHeight, behavior: 'instant' })
    const nowMs = await frame()
    if (n >= 2 && nowMs - lastMs < lateMs) {
      found.quick += 1
      found.changed += changes
    }
    changes = 0
    lastMs = nowMs
  }
  watch.disconnect()
  return found
}

test('Ana picks photos with the mouse, a range with the keyboard, and lets go', async () => {
  const ana = await anaWithManyPhotos()
  const list = ana.page.getByRole('list', { name: 'Photos' })
  const picked = ana.page.getByText(/selected$/)
  await list.getByRole('listitem').nth(1).hover()
  await list.getByRole('checkbox').click()
  await eventually(() => picked.innerText()).toBe('1 selected')
  await list
    .getByRole('listitem')
    .nth(4)
    .click({ modifiers: ['Shift'] })
  await eventually(() => picked.innerText()).toBe('4 selected')
  await ana.page.keyboard.press('Shift+ArrowRight')
  await eventually(() => picked.innerText()).toBe('5 selected')
  expect(await list.getByRole('button', { pressed: true }).count()).toBe(5)
  await ana.page.keyboard.press('Escape')
  await picked.waitFor({ state: 'detached' })
  expect(await list.getByRole('checkbox', { checked: true }).count()).toBe(0)
})
