import { expect, test } from 'vitest'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'

const stage = createStage()
const lisbon = { latitude: 38.7223, longitude: -9.1393 }

test('Ana wants the place on her photos and gets it there; before she said so it was left out', async () => {
  const ana = await stage.profile('Ana', {
    geolocation: lisbon,
    permissions: ['camera', 'geolocation'],
  })
  await openCamera(ana)
  const wish = ana.page.getByRole('switch', { name: 'Add the place' })
  expect(await wish.isChecked()).toBe(false)
  await shoot(ana)
  await wish.check()
  // A phone needs a moment to find out where it is.
  await ana.page.waitForTimeout(500)
  await shoot(ana)
  expect(await placesOf(ana, 2)).toEqual(['38.72230, -9.13930', null])

  await ana.button('Take a photo').click()
  await wish.waitFor()
  expect(await wish.isChecked()).toBe(true)
})

test('Sam’s browser does not say where he is: his photo is taken without, and he is told', async () => {
  const sam = await stage.profile('Sam', { permissions: ['camera'] })
  await openCamera(sam)
  await sam.page.getByRole('switch', { name: 'Add the place' }).check()
  await sam.page.getByText('This phone does not say where it is.').waitFor()
  await shoot(sam)
  expect(await placesOf(sam, 1)).toEqual([null])
})

async function openCamera(device: BrowserDevice): Promise<void> {
  await device.startGroup(await stage.relay(), 'Family')
  await device.button('Take a photo').click()
  await device.page.getByRole('switch', { name: 'Add the place' }).waitFor()
}

async function shoot(device: BrowserDevice): Promise<void> {
  const taken = device.page.getByRole('list', { name: 'Just taken' }).locator('li')
  const before = await taken.count()
  await device.button('Take picture').click()
  await eventually(() => taken.count()).toBe(before + 1)
}

/** What *Info* says of the place of each photo, newest first. */
async function placesOf(device: BrowserDevice, count: number): Promise<(string | null)[]> {
  await device.button('Close').click()
  await eventually(() => device.paintedTiles()).toBe(count)
  const viewer = device.page.getByRole('dialog', { name: 'Photo viewer' })
  const info = viewer.getByRole('complementary', { name: 'Info' })
  const places: (string | null)[] = []
  for (let n = 0; n < count; n++) {
    await device.page.getByRole('list', { name: 'Photos' }).getByRole('listitem').nth(n).click()
    await viewer.getByRole('button', { name: 'Info' }).click()
    await info.getByText('By').first().waitFor()
    const facts = await info.innerText()
    places.push(/-?\d+\.\d{5}, -?\d+\.\d{5}/.exec(facts)?.[0] ?? null)
    await device.page.keyboard.press('Escape')
    await viewer.waitFor({ state: 'detached' })
  }
  return places
}
