import { expect, test } from 'vitest'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

const stage = createStage()

test('Ana makes a new group without Sam: Luis joins by one tap and sees her photos, Sam is offered nothing', async () => {
  const relay = await stage.relay({ MANTEL_HOSTING: 'open' })
  const ana = await stage.profile('Ana')
  const luis = await stage.profile('Luis')
  const sam = await stage.profile('Sam')
  await ana.startGroup(relay, 'Family')
  await ana.addPhotos(stage.files(cameraPhotos(2)))
  await eventually(() => ana.status()).toBe('All photos are safe')
  for (const guest of [luis, sam]) {
    await guest.page.goto(await ana.invite('Family'))
    await guest.join('Family')
    await guest.photos(2)
  }
  await eventually(() => ana.members('Family')).toEqual(['Ana', 'Luis', 'Sam'])

  await ana.button('Make a new group from this one').click()
  await ana.page.getByRole('heading', { name: 'A new group from this one' }).waitFor()
  await ana.page.getByRole('checkbox', { name: 'Sam', exact: true }).uncheck()
  await ana.textbox('Group name').fill('Lake')
  await ana.button('Make the new group').click()
  await ana.page.getByRole('heading', { name: 'Lake', level: 1 }).waitFor()
  await eventually(() => ana.status()).toBe('All photos are safe')
  expect(await ana.photos(2)).toHaveLength(2)

  await luis.page.getByRole('heading', { name: 'Ana has made a new group: Lake' }).waitFor()
  await luis.button('Join Lake').click()
  await luis.page.getByRole('heading', { name: 'Lake', level: 1 }).waitFor()
  await eventually(() => ana.members('Lake')).toEqual(['Ana', 'Luis'])
  await luis.photos(4)

  await ana.openGroup('Family')
  await ana.page.getByRole('heading', { name: 'This group goes on in Lake' }).waitFor()
  expect(await ana.button('New album').count()).toBe(0)
  await ana.button('Remove from this device').click()
  await ana.page
    .getByRole('dialog', { name: 'Remove Family from this device?' })
    .getByRole('button', { name: 'Remove from this device' })
    .click()
  await ana.page.getByText('Family is gone from this device.').waitFor()
  expect(await ana.photos(2)).toHaveLength(2)

  await sam.visit('Groups')
  await sam.photos(2)
  expect(await sam.page.getByText('Lake').count()).toBe(0)
  expect(await sam.members('Family')).toEqual(['Ana', 'Luis', 'Sam'])
})
