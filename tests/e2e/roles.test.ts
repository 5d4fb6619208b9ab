/** Who may do what in a group, as people change it on the screens. */
import { expect, test } from 'vitest'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

const stage = createStage()

test('Ana makes Sam an admin, so that she is not the only one, and hands the group over to him', async () => {
  const relay = await stage.relay()
  const ana = await stage.profile('Ana')
  const sam = await stage.profile('Sam')
  await ana.startGroup(relay, 'Family')
  const alone = ana.page.getByText('Who looks after Family with you?')
  expect(await alone.count()).toBe(0)

  await ana.openGroup('Family')
  await ana.button('Invite').click()
  const inviting = ana.page.getByRole('dialog', { name: 'Invite to Family' })
  await inviting.getByLabel('They can').selectOption('look and talk')
  await inviting.getByLabel('For how many people').selectOption('5 people')
  await inviting.getByLabel('Works for').selectOption('1 day')
  await inviting.getByRole('button', { name: 'Make a new link' }).click()
  await inviting.getByRole('img', { name: 'Invitation QR code' }).waitFor()
  const link = await inviting.getByRole('textbox', { name: 'Invitation link' }).inputValue()
  await inviting.getByRole('button', { name: 'Close' }).click()
  await sam.page.goto(link)
  await sam.join('Family')
  await sam.page.getByText('Photos show here as soon as somebody adds some.').waitFor()
  expect(await sam.button('Add photos').count()).toBe(0)

  await ana.visit('Photos')
  await alone.waitFor()
  await ana.page.getByText('If this phone is lost').waitFor()
  await ana.button('Choose somebody').click()
  await ana.page.getByText(/^For 4 people: look/).waitFor()
  const mayDo = ana.page.getByRole('combobox', { name: 'What Sam may do' })
  await mayDo.selectOption('Adds photos')
  await sam.button('Add photos').waitFor()
  await sam.addPhotos(stage.files(cameraPhotos(1)))
  await sam.photos(1)
  await mayDo.selectOption('Adds photos, manages people')
  await ana.visit('Photos')
  await alone.waitFor({ state: 'detached' })
  const listOfSam = await sam.openMembers('Family')
  expect(await sam.button('Remove Ana').count()).toBe(0)

  await ana.openMembers('Family')
  await ana.button('Choose who looks after it').click()
  await ana.page
    .getByRole('dialog', { name: 'Hand Family over' })
    .getByRole('button', { name: 'Hand over to Sam' })
    .click()
  await ana.page.getByText('Sam looks after the group now.').waitFor()
  await eventually(() =>
    listOfSam.getByRole('listitem').filter({ hasText: 'you' }).innerText(),
  ).toContain('ooks after the group')
  await sam.button('Remove Ana').waitFor()
  expect(await ana.button('Remove Sam').count()).toBe(0)
})

test('Sam lost his phone: Ana lets him back in on a new one, the lost one is out, and Luis is told', async () => {
  const relay = await stage.relay()
  const ana = await stage.profile('Ana')
  const lost = await stage.profile('Sam')
  const luis = await stage.profile('Luis')
  await ana.startGroup(relay, 'Family')
  await ana.addPhotos(stage.files(cameraPhotos(1)))
  await eventually(() => ana.status()).toBe('All photos are safe')
  for (const device of [lost, luis]) {
    await device.page.goto(await ana.invite('Family'))
    await device.join('Family')
    await device.photos(1)
  }

  await ana.openMembers('Family')
  await ana.button('Sam lost their devices').click()
  const dialog = ana.page.getByRole('dialog', { name: 'Let Sam back in' })
  await dialog.getByText('put out at once').waitFor()
  await dialog.getByRole('button', { name: 'Put the old devices out and make a link' }).click()
  await dialog.getByRole('img').waitFor()
  const link = await dialog.getByRole('textbox').inputValue()
  await lost.page.getByRole('heading', { name: 'You are not in Family any more' }).waitFor()

  const found = await stage.profile('Sam, new phone')
  await found.page.goto(link)
  await found.button('Use it here').click()
  await found.page.getByRole('heading', { name: 'This is now Sam’s device' }).waitFor()
  await found.button('To the photos').click()
  await found.photos(1)
  await dialog.getByText('Sam is back.').waitFor()
  await luis.page.getByText('Ana let Sam back in on a new device').waitFor()
  await eventually(() => luis.members('Family')).toEqual(['Ana', 'Luis', 'Sam'])
})
