import { expect, test } from 'vitest'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

const stage = createStage()

/** From the page of a group to its members. */
async function openMembers(device: BrowserDevice, groupName: string) {
  await device.openGroup(groupName)
  await device.page.getByRole('link', { name: 'All members' }).click()
  await device.page.getByRole('heading', { name: 'Members', level: 1 }).waitFor()
  const list = device.page.getByRole('list', { name: 'Members' })
  await list.waitFor()
  return list
}

test('Ana removes Sam while he looks: he is told within seconds, and her next photo never reaches him', async () => {
  const relay = await stage.relay()
  const ana = await stage.profile('Ana')
  const sam = await stage.profile('Sam')
  const files = stage.files(cameraPhotos(3))
  await ana.startGroup(relay, 'Family')
  await ana.addPhotos(files.slice(0, 2))
  await eventually(() => ana.status()).toBe('All photos are safe')
  await sam.page.goto(await ana.invite('Family'))
  await sam.join('Family')
  await sam.photos(2)
  await eventually(() => sam.status()).toBe('All photos are safe')

  await openMembers(ana, 'Family')
  await ana.page.getByText('Came by Ana’s link').waitFor()
  await ana.button('Remove Sam').click()
  const dialog = ana.page.getByRole('dialog', { name: 'Remove Sam?' })
  await dialog.getByText('cannot be taken back').waitFor()
  await dialog.getByRole('button', { name: 'Remove from Family' }).click()
  const removedMs = Date.now()
  await sam.page.getByRole('heading', { name: 'You are not in Family any more' }).waitFor()
  expect(Date.now() - removedMs).toBeLessThan(5000)
  await ana.page.getByText('Sam is not in the group any more.').waitFor()
  await eventually(() => ana.members('Family')).toEqual(['Ana'])

  await ana.visit('Photos')
  await ana.addPhotos(files.slice(2))
  await ana.photos(3)
  await eventually(() => ana.status()).toBe('All photos are safe')
  await sam.page.reload()
  await sam.page.getByRole('heading', { name: 'You are not in Family any more' }).waitFor()
  expect(await sam.photos(2)).toHaveLength(2)
  expect(await sam.button('Add photos').count()).toBe(0)

  await sam.openGroup('Family')
  await sam.button('Remove from this device').click()
  await sam.page
    .getByRole('dialog', { name: 'Remove Family from this device?' })
    .getByRole('button', { name: 'Remove from this device' })
    .click()
  await sam.button('Start a group').first().waitFor()
  expect(await sam.page.getByText('Family', { exact: true }).count()).toBe(0)
})

test('Luis may only look; Ana takes a link back; the agreement is shown, accepted and asked again', async () => {
  const relay = await stage.relay()
  const ana = await stage.profile('Ana')
  const luis = await stage.profile('Luis')
  await ana.startGroup(relay, 'Cat Club')
  await ana.addPhotos(stage.files(cameraPhotos(1)))
  await eventually(() => ana.status()).toBe('All photos are safe')
  await writeAgreement(ana, 'Write it down', 'Ask before you show a cat to strangers.')

  await ana.button('Invite').click()
  const inviting = ana.page.getByRole('dialog', { name: 'Invite to Cat Club' })
  await inviting.getByRole('textbox', { name: 'Invitation link' }).waitFor()
  await inviting.getByLabel('They can').selectOption('look and talk')
  await inviting.getByRole('button', { name: 'Make a new link' }).click()
  await inviting.getByRole('img', { name: 'Invitation QR code' }).waitFor()
  const link = await inviting.getByRole('textbox', { name: 'Invitation link' }).inputValue()
  await inviting.getByRole('button', { name: 'Close' }).click()

  await luis.page.goto(link)
  await luis.page.getByText('Ask before you show a cat to strangers.').waitFor()
  await luis.join('Cat Club')
  await luis.photos(1)
  for (const name of ['Add photos', 'Take a photo', 'New album'])
    expect(await luis.button(name).count()).toBe(0)
  await luis.page.getByRole('list', { name: 'Photos' }).getByRole('button').first().click()
  await luis.button('Download').waitFor()
  expect(await luis.button('Move to bin').count()).toBe(0)
  await luis.button('Info').click()
  await luis.textbox('Add a comment').waitFor()
  expect(await luis.textbox('Caption').count()).toBe(0)
  await luis.page.keyboard.press('Escape')

  await openMembers(ana, 'Cat Club')
  const open = ana.page.getByRole('button', { name: /^Take back the link/ })
  await eventually(() => open.count()).toBe(0)
  await ana.button('Invite').click()
  await inviting.getByRole('img', { name: 'Invitation QR code' }).waitFor()
  const late = await inviting.getByRole('textbox', { name: 'Invitation link' }).inputValue()
  await inviting.getByRole('button', { name: 'Close' }).click()
  await open.click()
  await ana.page.getByText('That link does not work any more.').waitFor()
  const eve = await stage.profile('Eve')
  await eve.page.goto(late)
  expect(await eve.page.getByRole('alert').innerText()).toBe(
    'This link does not work any more. Ask for a new one.',
  )

  const sam = await stage.profile('Sam')
  await sam.page.goto(await ana.invite('Cat Club'))
  await sam.join('Cat Club')
  await sam.photos(1)
  expect(await sam.button('I agree').count()).toBe(0)
  await ana.openGroup('Cat Club')
  await writeAgreement(ana, 'Change it', 'No cats to strangers.')
  await sam.page.getByText('No cats to strangers.').waitFor()
  const membersOfAna = await openMembers(ana, 'Cat Club')
  const unasked = membersOfAna.getByRole('listitem').filter({ hasText: 'Sam' })
  await unasked.getByText('Has not said yes').waitFor()
  await sam.button('I agree').click()
  await unasked.getByText('Has not said yes').waitFor({ state: 'detached' })

  await sam.openGroup('Cat Club')
  await sam.button('Leave Cat Club').click()
  await sam.page
    .getByRole('dialog', { name: 'Leave Cat Club?' })
    .getByRole('button', { name: 'Leave Cat Club' })
    .click()
  await sam.button('Start a group').first().waitFor()
  await eventually(() => ana.button('Remove Sam').count()).toBe(0)
})

async function writeAgreement(device: BrowserDevice, button: string, text: string) {
  if ((await device.button(button).count()) === 0) await device.openGroup('Cat Club')
  await device.button(button).click()
  await device.textbox('Agreement').fill(text)
  await device.button('Save agreement').click()
  await device.page.getByText(text).first().waitFor()
}
