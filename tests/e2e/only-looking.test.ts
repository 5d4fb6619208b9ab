/** Sam may only look at the photos of Ana's family, and has a club of his own. */
import { expect, test } from 'vitest'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
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

/** Ana with a photo and an empty album, and Sam with a photo of his own among hers. */
async function anaAndSam(): Promise<{ ana: BrowserDevice; sam: BrowserDevice }> {
  const ana = await stage.profile('Ana')
  const sam = await stage.profile('Sam')
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
  return { ana, sam }
}

async function inviteToLook(ana: BrowserDevice): Promise<string> {
  await ana.openGroup('Family')
  await ana.button('Invite').click()
  const dialog = ana.page.getByRole('dialog', { name: 'Invite to Family' })
  await dialog.getByLabel('They can').selectOption('look and talk')
  await dialog.getByRole('button', { name: 'Make a new link' }).click()
  await dialog.getByRole('img', { name: 'Invitation QR code' }).waitFor()
  return dialog.getByRole('textbox', { name: 'Invitation link' }).inputValue()
}
