/** Sam may only look at the photos of Ana's family, and has a club of his own. */
import { expect, test } from 'vitest'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { placeOf } from '#tests/support/app-screens.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

const stage = createStage()

test('Sam picks photos of both: what he may only look at stays out of a change, and he is told', async () => {
  const { sam } = await anaAndSam()
  await eventually(() => sam.paintedTiles()).toBe(2)
  const [anas = '', own = ''] = (await sam.tiles()).toSorted((a, b) =>
    a.slice(-3).localeCompare(b.slice(-3)),
  )

  await sam.button('Select photos').click()
  await sam.button(anas).click()
  await sam.button('Download').waitFor()
  expect(await sam.button('Move to bin').count()).toBe(0)
  await sam.button('More').click()
  const dialog = sam.page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Copy to another group' }).waitFor()
  expect(await dialog.getByRole('button', { name: 'Correct the dates' }).count()).toBe(0)
  await sam.page.keyboard.press('Escape')

  await sam.button(own).click()
  await sam.button('More').click()
  await dialog.getByRole('button', { name: 'Set the place' }).click()
  await dialog.getByText('This changes 1 of 2 photos. You may only look at the other.').waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await sam.button('Move to bin').click()
  await sam.page.getByText(/In the bin now.* You may only look at the other\./).waitFor()
  await eventually(() => sam.tiles()).toEqual([anas])
})

test('Sam takes no photo for an album that he may only look at, and none goes anywhere else for it', async () => {
  const { ana, sam } = await anaAndSam()
  const { group, album } = placeOf(ana.page)
  await sam.visit('Albums')
  await sam.page.getByRole('main').getByRole('link', { name: 'Garden' }).click()
  await sam.page.getByText('Photos show here as soon as somebody adds some.').waitFor()
  expect(await sam.button(/^(Add photos|Take a photo)$/).count()).toBe(0)

  const camera = `/camera?group=${group}&album=${album}`
  await sam.page.goto(new URL(camera, sam.page.url()).href)
  await sam.page.getByText('You cannot add photos to that album. Choose another one.').waitFor()
  expect(await sam.button('Take picture').isEnabled()).toBe(false)
  const choice = sam.page.getByRole('combobox', { name: 'Album' })
  expect(await choice.inputValue()).toBe('')
  await choice.selectOption('Our photos · Cat Club')
  await sam.button('Take picture').click()
  await sam.page.getByRole('list', { name: 'Just taken' }).locator('li').waitFor()
  await sam.button('Close').click()
  await sam.photos(3)

  await withoutCamera(ana)
  await ana.page.goto(new URL('/camera', ana.page.url()).href)
  await ana.button('Open the phone’s camera').waitFor()
  await eventually(() => ana.button('Open the phone’s camera').isEnabled()).toBe(true)
  await withoutCamera(sam)
  await sam.page.goto(new URL(camera, sam.page.url()).href)
  await sam.page.getByText('You cannot add photos to that album.').waitFor()
  expect(await sam.button('Open the phone’s camera').isEnabled()).toBe(false)
})

test('Sam may only look since he has moved a photo: it cannot be taken back, and he is told so', async () => {
  const ana = await stage.profile('Ana')
  const sam = await stage.profile('Sam')
  await ana.startGroup(await stage.relay(), 'Family')
  await ana.addPhotos(stage.files(cameraPhotos(1)))
  await eventually(() => ana.status()).toBe('All photos are safe')
  await sam.page.goto(await ana.invite('Family'))
  await sam.join('Family')
  await ana.openMembers('Family')
  const mayDo = ana.page.getByRole('combobox', { name: 'What Sam may do' })
  await mayDo.waitFor()

  const [photo = ''] = await sam.photos(1)
  await sam.button('Select photos').click()
  await sam.button(photo).click()
  await sam.button('Put into an album').click()
  await sam.textbox('New album').fill('Lake')
  await sam.button('Create album').click()
  const undo = sam.button('Undo')
  await undo.focus()
  await mayDo.selectOption('Looks and talks')
  await sam.button('Add photos').waitFor({ state: 'detached' })
  // The dialog may have taken the focus back as it closed.
  await undo.focus()
  // Longer than it would stay if nobody had it in focus.
  await sam.page.waitForTimeout(9500)
  await sam.page.keyboard.press('Enter')
  await sam.page.getByText('It could not be undone. You cannot do that in this group.').waitFor()
  expect(await sam.page.getByText('Everything is as it was.').count()).toBe(0)
  expect(await sam.page.evaluate(() => document.activeElement?.localName)).toBe('main')
})

function withoutCamera({ page }: BrowserDevice): Promise<unknown> {
  return page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () =>
      Promise.reject(new DOMException('', 'NotAllowedError'))
  })
}

/** Ana with a photo and an empty album, and Sam with a photo of his own among hers. */
async function anaAndSam(): Promise<{ ana: BrowserDevice; sam: BrowserDevice }> {
  const ana = await stage.profile('Ana')
  const sam = await stage.profile('Sam', { permissions: ['camera'] })
  const [first = '', second = ''] = stage.files(cameraPhotos(2))
  await ana.startGroup(await stage.relay(), 'Family')
  await ana.addPhotos([first])
  await eventually(() => ana.status()).toBe('All photos are safe')
  await ana.visit('Albums')
  await ana.button('New album').click()
  await ana.textbox('Album name').fill('Garden')
  await ana.button('Create album').click()
  await ana.page.getByRole('heading', { name: 'Garden', level: 1 }).waitFor()

  await sam.startGroup(await stage.relay(), 'Cat Club')
  await sam.addPhotos([second])
  await eventually(() => sam.status()).toBe('All photos are safe')
  await sam.visit('Groups')
  await sam.button('Join with a link').click()
  await sam.textbox('Invitation link').fill(await inviteToLook(ana))
  await sam.button('Continue').click()
  await sam.join('Family')
  await ana.visit('Albums')
  await ana.page.getByRole('main').getByRole('link', { name: 'Garden' }).click()
  await ana.page.getByRole('heading', { name: 'Garden', level: 1 }).waitFor()
  return { ana, sam }
}

async function inviteToLook(ana: BrowserDevice): Promise<string> {
  await ana.openGroup('Family')
  await ana.button('Invite').click()
  const dialog = ana.page.getByRole('dialog', { name: 'Invite to Family' })
  await dialog.getByLabel('They can').selectOption('look and talk')
  await dialog.getByRole('button', { name: 'Make a new link' }).click()
  await dialog.getByRole('img', { name: 'Invitation QR code' }).waitFor()
  const link = await dialog.getByRole('textbox', { name: 'Invitation link' }).inputValue()
  await dialog.getByRole('button', { name: 'Close' }).click()
  return link
}
