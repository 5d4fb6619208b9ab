import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

const stage = createStage()

const viewerOf = (device: BrowserDevice) =>
  device.page.getByRole('dialog', { name: 'Photo viewer' })

async function openInfo(device: BrowserDevice) {
  const grid = device.page.getByRole('list', { name: 'Photos' })
  await grid.getByRole('listitem').first().click()
  await viewerOf(device).getByRole('button', { name: 'Info' }).click()
}

const commentsOf = (device: BrowserDevice) =>
  viewerOf(device).getByRole('region', { name: 'Comments' }).getByRole('listitem').allInnerTexts()

test('Ana comments and reacts without signal, and Sam sees it when she is back', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam')
  const ana = await stage.profile('Ana')
  await sam.startGroup(relay, 'Family')
  await sam.addPhotos(stage.files(cameraPhotos(1)))
  await eventually(() => sam.status()).toBe('All photos are safe')
  await ana.page.goto(await sam.invite('Family'))
  await ana.join('Family')
  await ana.visit('Photos')
  await eventually(() => ana.paintedTiles()).toBe(1)
  await ana.isControlled()

  await ana.context.setOffline(true)
  await openInfo(ana)
  await ana.textbox('Add a comment').fill('I remember that day')
  await viewerOf(ana).getByRole('button', { name: 'Send' }).click()
  await viewerOf(ana).getByRole('button', { name: 'Heart' }).click()
  await eventually(async () => (await commentsOf(ana)).join()).toContain('I remember that day')
  await ana.context.setOffline(false)

  await sam.visit('Photos')
  await openInfo(sam)
  await eventually(async () => (await commentsOf(sam)).join()).toMatch(
    /Ana[\s\S]*I remember that day/,
  )
  await viewerOf(sam).getByRole('button', { name: 'Heart, 1: Ana' }).waitFor()
})

test('Sam goes through the viewer by keyboard, corrects a date, and gets his file back as it was', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam', { acceptDownloads: true })
  await sam.startGroup(relay, 'Family')
  const files = stage.files(cameraPhotos(3))
  await sam.addPhotos(files)
  await eventually(() => sam.paintedTiles()).toBe(3)
  const tiles = await sam.tiles()
  const viewer = viewerOf(sam)
  const shown = viewer.locator('[aria-live] .visually-hidden')

  await sam
    .button(tiles[0] ?? '')
    .first()
    .click()
  await eventually(() => shown.innerText()).toBe(tiles[0])
  const { keyboard } = sam.page
  await keyboard.press('End')
  await eventually(() => shown.innerText()).toBe(tiles[2])
  await keyboard.press('Home')
  await eventually(() => shown.innerText()).toBe(tiles[0])
  await keyboard.press('ArrowRight')
  await eventually(() => shown.innerText()).toBe(tiles[1])

  const downloading = sam.page.waitForEvent('download')
  await viewer.getByRole('button', { name: 'Download' }).click()
  const download = await downloading
  const original = files.find((path) => path.endsWith(`/${download.suggestedFilename()}`))
  expect(original).toBeDefined()
  expect(hashOf(await download.path())).toBe(hashOf(original ?? ''))

  await keyboard.press('i')
  await viewer.getByRole('button', { name: 'Correct the date' }).click()
  await viewer.getByLabel('Date and time').fill('1987-07-14T12:05:37')
  await viewer.getByRole('button', { name: 'Save' }).click()
  const sheet = viewer.getByRole('complementary', { name: 'Info' })
  await sheet.getByText(/14 July 1987|July 14, 1987/).waitFor()
  await viewer.getByRole('button', { name: 'Correct the date' }).click()
  expect(await viewer.getByLabel('Date and time').inputValue()).toBe('1987-07-14T12:05:37')
  await viewer.getByLabel('Time zone').selectOption('UTC+03:00')
  await viewer.getByRole('button', { name: 'Save' }).click()
  await sheet.getByText('UTC+03:00').waitFor()
  await keyboard.press('i')
  await sheet.waitFor({ state: 'detached' })
  await keyboard.press('Escape')
  await viewer.waitFor({ state: 'detached' })
  await eventually(async () => (await sam.tiles()).at(-1)).toMatch(/1987/)
})

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
