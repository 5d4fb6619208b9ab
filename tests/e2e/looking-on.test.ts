/** What a photo is opened for besides looking at it: a slideshow, and handing it to another app. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { generateFilm } from '#tests/support/generate-film.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

declare global {
  /** The bytes of each file that the system's sheet was handed. */
  var handedOver: number[][]
}

const stage = createStage()

test('Sam watches three photos go by, holds one by a touch, and sees the last one stay', async () => {
  const sam = await samWith(3)
  const tiles = await sam.tiles()
  const viewer = sam.page.getByRole('dialog', { name: 'Photo viewer' })
  const shown = viewer.locator('[aria-live] .visually-hidden')
  const start = viewer.getByRole('button', { name: 'Slideshow' })
  await sam.page.getByRole('list', { name: 'Photos' }).getByRole('listitem').first().click()
  await eventually(() => shown.innerText()).toBe(tiles[0])
  await start.click()
  await eventually(() => shown.innerText()).toBe(tiles[1])
  await sam.page.mouse.click(200, 400)
  await start.waitFor()
  await sam.page.waitForTimeout(5000)
  expect(await shown.innerText()).toBe(tiles[1])
  await start.click()
  await eventually(() => shown.innerText()).toBe(tiles[2])
  // After the last one it ends by itself.
  await start.waitFor({ timeout: 15_000 })
  expect(await shown.innerText()).toBe(tiles[2])
})

test('a film between two photos plays to its end, without its sound', async () => {
  const sam = await stage.profile('Sam')
  await sam.startGroup(await stage.relay(), 'Family')
  const film = await generateFilm(sam.page, { seconds: 3, width: 320, height: 180 })
  await sam.addPhotos(stage.files([{ name: 'Film.mp4', read: () => film }, ...cameraPhotos(1)]))
  await eventually(() => sam.paintedTiles()).toBe(2)
  await sam.isControlled()
  expect(await sam.page.locator('.play .long').innerText()).toBe('0:03')
  const viewer = sam.page.getByRole('dialog', { name: 'Photo viewer' })
  const first = sam.page.getByRole('list', { name: 'Photos' }).getByRole('listitem').first()
  expect(await first.getByRole('button').getAttribute('aria-label')).toMatch(/^Video/)
  await first.click()
  const player = viewer.locator('video')
  await player.evaluate((video: HTMLVideoElement) => {
    video.addEventListener('ended', () => (document.title = `to its end, ${video.muted}`))
  })
  await viewer.getByRole('button', { name: 'Slideshow' }).click()
  await eventually(() => viewer.locator('[aria-live] .visually-hidden').innerText()).toMatch(
    /^Photo/,
  )
  expect(await sam.page.title()).toBe('to its end, true')
})

test('the system is handed the original as it was added', async () => {
  const sam = await samWith(1)
  await sam.page.evaluate(takeTheSheetsPlace)
  await sam.page.getByRole('list', { name: 'Photos' }).getByRole('listitem').first().click()
  const viewer = sam.page.getByRole('dialog', { name: 'Photo viewer' })
  await viewer.getByRole('button', { name: 'Share' }).click()
  await eventually(() => sam.page.evaluate(() => globalThis.handedOver.length)).toBe(1)
  const [handed] = await sam.page.evaluate(() => globalThis.handedOver)
  const [path = ''] = stage.files(cameraPhotos(1))
  expect(Buffer.from(handed ?? []).equals(await readFile(path))).toBe(true)
})

/** Runs inside the page: only the sheet itself belongs to the system, and a browser without a window has none. */
function takeTheSheetsPlace(): void {
  globalThis.handedOver = []
  navigator.canShare = () => true
  navigator.share = async (data?: ShareData) => {
    for (const file of data?.files ?? [])
      globalThis.handedOver.push([...new Uint8Array(await file.arrayBuffer())])
  }
}

async function samWith(photos: number) {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam')
  await sam.startGroup(relay, 'Family')
  await sam.addPhotos(stage.files(cameraPhotos(photos)))
  await eventually(() => sam.paintedTiles()).toBe(photos)
  return sam
}
