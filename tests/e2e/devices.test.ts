import { expect, test } from 'vitest'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

const stage = createStage()

test('Ana scans a code with her tablet: one tap, and both are Ana; the code works once', async () => {
  const relay = await stage.relay()
  const phone = await stage.profile('Ana')
  await phone.startGroup(relay, 'Family')
  const [first = '', second = ''] = stage.files(cameraPhotos(2))
  await phone.addPhotos([first])
  await eventually(() => phone.status()).toBe('All photos are safe')
  const { link, tablet } = await addTablet(phone)
  await phone.page.getByText('Your other device is in.').waitFor()
  await phone.button('Done').click()
  const rows = phone.page.getByRole('list', { name: 'My devices, Family' }).getByRole('listitem')
  await eventually(() => rows.count()).toBe(2)

  await tablet.button('To the photos').click()
  expect((await tablet.photos(1)).every((name) => name.endsWith('by Ana'))).toBe(true)
  await tablet.addPhotos([second])
  expect((await phone.photos(2)).every((name) => name.endsWith('by Ana'))).toBe(true)

  const stranger = await stage.profile('Luis')
  await stranger.page.goto(`${relay.origin}/join`)
  await stranger.textbox('Invitation link').fill(`Look: ${link}`)
  await stranger.button('Continue').click()
  await stranger.button('Use it here').click()
  const refusal = await stranger.page.getByRole('alert').innerText()
  expect(refusal).toBe('This link does not work any more. Ask for a new one.')
})

test('Ana puts her tablet out from her phone, and is told what that leaves her with', async () => {
  const relay = await stage.relay()
  const phone = await stage.profile('Ana')
  await phone.startGroup(relay, 'Family')
  const { tablet } = await addTablet(phone)
  await tablet.button('To the photos').click()
  await phone.button('Done').click()

  await phone.button(/^Remove /).click()
  const dialog = phone.page.getByRole('dialog', { name: /^Remove / })
  await dialog.getByText('This device would be your only way into Family.').waitFor()
  await dialog.getByRole('button', { name: 'Remove from Family' }).click()
  await tablet.page.getByRole('heading', { name: 'You are not in Family any more' }).waitFor()
  const rows = phone.page.getByRole('list', { name: 'My devices, Family' }).getByRole('listitem')
  await eventually(() => rows.count()).toBe(1)
  await phone.page.getByText('your only way into Family').waitFor()
})

test('Ana moves to another address, and nothing is lost or left behind', async () => {
  const [home, club] = [await stage.relay(), await stage.relay()]
  const old = await stage.profile('Ana')
  await old.startGroup(home, 'Family')
  await old.addPhotos(stage.files(cameraPhotos(3)))
  await eventually(() => old.status()).toBe('All photos are safe')
  const before = await old.photos(3)
  await openDevices(old)
  await old.button('Move away from here').click()
  await old.textbox('New address').fill(club.origin)
  await old.button('Continue').click()
  const link = await old.textbox('Link for my device').inputValue()
  expect(new URL(link).origin).toBe(club.origin)
  await old.page.getByText('Waiting for signal').waitFor({ state: 'detached' })

  const next = await stage.profile('Ana, moved')
  await next.page.goto(link)
  await next.button('Use it here').click()
  await next.page.getByRole('heading', { name: 'This is now Ana’s device' }).waitFor()
  await next.button('To the photos').click()
  expect(await next.photos(3)).toEqual(before)
  await old.button('Start a group').waitFor()
  await openDevices(next)
  const rows = next.page.getByRole('list', { name: 'My devices, Family' }).getByRole('listitem')
  await eventually(() => rows.count()).toBe(1)
})

test('Ana loses everything but the sheet in her drawer, and is back as Ana', async () => {
  const relay = await stage.relay()
  const phone = await stage.profile('Ana')
  await phone.startGroup(relay, 'Family')
  await phone.addPhotos(stage.files(cameraPhotos(2)))
  await openDevices(phone)
  await phone.page.getByText('your only way into Family').waitFor()
  await phone.button('Make a recovery sheet').click()
  // My devices has a button of that name too: a second click before the sheet's page is there would be on it again.
  await phone.page.getByRole('heading', { name: 'Recovery sheet', level: 1 }).waitFor()
  await phone.button('Make a recovery sheet').click()
  await phone.page.getByRole('img', { name: 'Recovery code' }).waitFor()
  const secret = await phone.page.getByRole('group', { name: 'Recovery text' }).innerText()
  await phone.page.getByText('Waiting for signal').waitFor({ state: 'detached' })
  await eventually(() => phone.status()).toBe('All photos are safe')
  const before = await phone.photos(2)
  await phone.context.close()

  const fresh = await stage.profile('Ana, new phone')
  await fresh.page.goto(relay.origin)
  await fresh.button('Join with a link').click()
  await fresh.textbox('Invitation link').fill(secret)
  await fresh.button('Continue').click()
  await fresh.button('Use it here').click()
  await fresh.page.getByRole('heading', { name: 'This is now Ana’s device' }).waitFor()
  await fresh.button('To the photos').click()
  expect(await fresh.photos(2)).toEqual(before)
  await openDevices(fresh)
  await fresh.button('Remove Recovery sheet').waitFor()
})

/** Ana's tablet opens the link that her phone shows. */
async function addTablet(phone: BrowserDevice) {
  await openDevices(phone)
  await phone.button('Add my other device').click()
  const link = await phone.textbox('Link for my device').inputValue()
  await phone.page.getByText('Waiting for signal').waitFor({ state: 'detached' })
  const tablet = await stage.profile('Ana’s tablet')
  await tablet.page.goto(link)
  await tablet.button('Use it here').click()
  await tablet.page.getByRole('heading', { name: 'This is now Ana’s device' }).waitFor()
  return { link, tablet }
}

async function openDevices(device: BrowserDevice): Promise<void> {
  await device.visit('Settings')
  await device.page.getByRole('link', { name: 'My devices' }).click()
  await device.page.getByRole('heading', { name: 'My devices', level: 1 }).waitFor()
}
