/** Sam puts photos in order: into albums and back, a cover, by hand, and their dates. */
import { expect, test } from 'vitest'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

const stage = createStage()

async function pick(sam: BrowserDevice, tiles: readonly (string | undefined)[]): Promise<void> {
  await sam.button('Select photos').click()
  for (const tile of tiles) await sam.button(tile ?? '').click()
}

async function more(sam: BrowserDevice, act: string): Promise<void> {
  await sam.button('More').click()
  await sam.button(act).click()
}

async function openAlbum(sam: BrowserDevice, title: string): Promise<void> {
  await sam.visit('Albums')
  await sam.page.getByRole('main').getByRole('link', { name: title }).click()
  await sam.page.getByRole('heading', { name: title, level: 1 }).waitFor()
}

test('Sam moves photos to a new album, takes it back, shows them in both, and arranges them', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam')
  await sam.startGroup(relay, 'Family')
  await sam.addPhotos(stage.files(cameraPhotos(3)))
  await eventually(() => sam.paintedTiles()).toBe(3)
  const [newest, middle, oldest] = await sam.tiles()

  await pick(sam, [newest, oldest])
  await sam.button('Put into an album').click()
  await sam.textbox('New album').fill('Garden')
  await sam.button('Create album').dblclick()
  await sam.page.getByText('2 photos are in Garden now.').waitFor()
  await sam.button('Undo').click()
  await sam.page.getByText('Everything is as it was.').waitFor()
  await sam.visit('Albums')
  await eventually(() => sam.page.getByRole('main').getByRole('link').count()).toBe(2)
  await openAlbum(sam, 'Our photos')
  await eventually(() => sam.tiles()).toEqual([newest, middle, oldest])

  await pick(sam, [newest, middle, oldest])
  await sam.button('Put into an album').click()
  await sam.page.getByRole('combobox', { name: 'How' }).selectOption('Show them there as well')
  await sam.page.getByRole('dialog').getByRole('button', { name: 'Garden' }).click()
  await sam.page.getByText('3 photos show in Garden as well.').waitFor()
  await eventually(() => sam.tiles()).toEqual([newest, middle, oldest])
  await openAlbum(sam, 'Garden')
  await eventually(() => sam.tiles()).toEqual([newest, middle, oldest])

  await pick(sam, [oldest])
  await more(sam, 'Arrange by hand')
  await sam.button('In front of another photo').click()
  await sam.page.getByText('Tap the photo they go in front of').waitFor()
  await sam.button(middle ?? '').click()
  await eventually(() => sam.tiles()).toEqual([newest, oldest, middle])
  await pick(sam, [middle])
  await more(sam, 'Arrange by hand')
  await sam.button('To the beginning').click()
  await eventually(() => sam.tiles()).toEqual([middle, newest, oldest])

  await pick(sam, [oldest])
  await more(sam, 'Use as album cover')
  await sam.page.getByText('This is the cover now.').waitFor()
  await sam.button('Album menu').click()
  await sam.button('Newest photo as cover').click()
  await sam.button('Newest photo as cover').waitFor({ state: 'detached' })
})

test('Sam moves the dates of two photos at once, and the time between them stays', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam')
  await sam.startGroup(relay, 'Family')
  await sam.addPhotos(stage.files(cameraPhotos(2)))
  await eventually(() => sam.paintedTiles()).toBe(2)
  const before = await sam.tiles()

  await pick(sam, before)
  await more(sam, 'Correct the dates')
  const first = sam.page.getByLabel('When the first was taken')
  await first.waitFor()
  await sam.page.keyboard.press('Escape')
  await first.waitFor({ state: 'detached' })
  expect(await sam.page.getByText('2 selected').count()).toBe(1)
  await more(sam, 'Correct the dates')
  const shown = await first.inputValue()
  const later = `${String(Number(shown.slice(0, 4)) + 1)}${shown.slice(4)}`
  await first.fill(later)
  await sam.button('Save').click()
  await sam.page.getByText('2 dates saved').waitFor()
  await eventually(async () => (await sam.tiles()).filter((tile) => before.includes(tile))).toEqual(
    [],
  )
  const after = await sam.tiles()
  expect(after).toHaveLength(2)
  expect(after.at(-1)).toContain(later.slice(0, 4))
  await sam.button('Undo').click()
  await sam.page.getByText('2 dates are as before').waitFor()
  await eventually(() => sam.tiles()).toEqual(before)
})
