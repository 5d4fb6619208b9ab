/** Lighthouse, which browsers bring along, has nothing against any screen: accessibility, best practices, search engines. */
import { expect, test } from 'vitest'
import {
  goToScreen,
  placeOf,
  screensOfMembers,
  screensOfStrangers,
  type AppScreen,
} from '#tests/support/app-screens.ts'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { openLighthouse, type Lighthouse } from '#tests/support/lighthouse.ts'
import { cameraPhotos } from '#tests/support/photos.ts'
import { freePort } from '#tests/support/start-relay.ts'

const debuggingPort = await freePort()
const stage = createStage({ debuggingPort })
/** Show what `/join` shows, where no link came along. */
const pasting = ['/move', '/recover']
const phone = { width: 390, height: 844 }
const desk = { width: 1280, height: 800 }
/** Where a wide screen is laid out otherwise; their colours by night are looked at as well. */
const wide = ['/', '/photos', '/groups/[group]', '/settings']

test(
  'Lighthouse has nothing against any screen that Sam meets, nor against what happens on his way',
  { timeout: 300_000 },
  async () => {
    const relay = await stage.relay()
    const sam = await stage.profile('Sam', { viewport: phone })
    await sam.page.goto(relay.origin)
    const lighthouse = await openLighthouse(debuggingPort)
    const none = { group: '', album: '' }
    for (const screen of screensOfStrangers.filter(({ route }) => !pasting.includes(route))) {
      await goToScreen(sam, screen, none)
      await expectNothing(sam, lighthouse, screen)
    }

    await sam.startGroup(relay, 'Family')
    const place = placeOf(sam.page)
    const seenOnTheWay = await lighthouse.watch()
    await sam.addPhotos(stage.files(cameraPhotos(2)))
    await eventually(() => sam.paintedTiles()).toBe(2)
    await sam.page.getByRole('list', { name: 'Photos' }).getByRole('button').first().click()
    await sam.button('Move to bin').click()
    await sam.button('Undo').waitFor()
    await sam.button('Close').click()
    for (const screen of ['Albums', 'Groups', 'Settings', 'Photos'] as const)
      await sam.visit(screen)
    expect(await seenOnTheWay()).toEqual([])

    for (const screen of screensOfMembers) {
      await goToScreen(sam, screen, place)
      await expectNothing(sam, lighthouse, screen)
    }
    await lighthouse.dispose()
  },
)

async function expectNothing(
  { page }: BrowserDevice,
  lighthouse: Lighthouse,
  { route }: AppScreen,
): Promise<void> {
  expect({ route, said: await lighthouse.look('mobile') }).toEqual({ route, said: [] })
  if (!wide.includes(route)) return
  await page.setViewportSize(desk)
  await page.emulateMedia({ colorScheme: 'dark' })
  expect({ route, desk: await lighthouse.look('desktop') }).toEqual({ route, desk: [] })
  await page.setViewportSize(phone)
  await page.emulateMedia({ colorScheme: 'light' })
}
