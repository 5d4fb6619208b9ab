import { expect, test } from 'vitest'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos, samplePhotos } from '#tests/support/photos.ts'

const stage = createStage()
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1'

test('Ana opens the link inside a chat app and is told to open it in a real browser', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam')
  await sam.startGroup(relay, 'Family')
  const link = await sam.invite('Family')

  const inChat = await stage.profile('Ana', { userAgent: `${iphone} Instagram 300.0` })
  await inChat.page.goto(link)
  await inChat.page.getByText('open it in Safari or Chrome').waitFor()
  expect(await inChat.textbox('Invitation link').inputValue()).toBe(link)
  expect(await inChat.button('Join Family').count()).toBe(0)

  const onPhone = await stage.profile('Ana', { userAgent: iphone })
  await onPhone.page.goto(link)
  await onPhone.page.getByText('Choose Add to Home Screen').waitFor()
  expect(await onPhone.textbox('Invitation link').inputValue()).toBe(link)
  await onPhone.button('Join here anyway').click()
  await onPhone.join('Family')
  await eventually(() => sam.members('Family')).toEqual(['Ana', 'Sam'])
})

test('Sam, about to start a group where it would be forgotten, is told what to open instead', async () => {
  const relay = await stage.relay()
  const address = `${relay.origin}/#host=${relay.hostingCode() ?? ''}`
  const onPhone = await stage.profile('Sam', { userAgent: iphone })
  await onPhone.page.goto(address)
  await onPhone.button('Start a group').click()
  await onPhone.page.getByText('Choose Add to Home Screen').waitFor()
  expect(await onPhone.textbox('Address').inputValue()).toBe(address)
  await onPhone.button('Start here anyway').click()
  await onPhone.textbox('Group name').waitFor()

  const isPrivate = await stage.profile('Sam')
  await isPrivate.context.addInitScript(() => {
    Object.defineProperty(StorageManager.prototype, 'getDirectory', { value: undefined })
  })
  await isPrivate.page.goto(address)
  await isPrivate.button('Start a group').click()
  await isPrivate.page.getByText('This browser cannot keep photos').waitFor()
  expect(await isPrivate.textbox('Group name').count()).toBe(0)

  // Pasted into Mantel on the home screen, the address leads on, code and all.
  const atHome = await stage.profile('Sam')
  await atHome.page.goto(`${relay.origin}/join`)
  await atHome.textbox('Invitation link').fill(address)
  await atHome.button('Continue').click()
  await atHome.textbox('Group name').fill('Family')
  await atHome.textbox('Your name').fill('Sam')
  await atHome.button('Create group').click()
  await atHome.button('Add photos').waitFor()
})

test('Ana and Luis look at the same photos by a link for one, and only the first can join', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam')
  await sam.startGroup(relay, 'Family')
  await sam.addPhotos(stage.files(cameraPhotos(2)))
  await eventually(() => sam.status()).toBe('All photos are safe')
  const link = await sam.invite('Family')
  const ana = await stage.profile('Ana')
  const luis = await stage.profile('Luis')
  for (const visitor of [ana, luis]) {
    await visitor.page.goto(link)
    await eventually(() => visitor.paintedTiles()).toBe(2)
  }
  await ana.join('Family')
  await luis.textbox('Your name').fill('Luis')
  await luis.button('Join Family').click()
  const alert = luis.page.getByRole('alert')
  expect(await alert.innerText()).toBe('This link does not work any more. Ask for a new one.')
  await eventually(() => ana.members('Family')).toEqual(['Ana', 'Sam'])
})

test('Sam chooses a file that is no picture, an empty one and a photo twice, and is told plainly', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam')
  await sam.startGroup(relay, 'Family')
  const [photo = '', note = '', empty = ''] = stage.files([
    ...cameraPhotos(1),
    { name: 'shopping.jpg', read: () => new TextEncoder().encode('milk, bread, film') },
    { name: 'nothing.jpg', read: () => new Uint8Array() },
  ])
  await sam.addPhotos([photo])
  await eventually(() => sam.paintedTiles()).toBe(1)
  const name = photo.slice(photo.lastIndexOf('/') + 1)
  await sam.addPhotos([photo])
  await sam.page.getByText(`${name} is in Our photos already.`).waitFor()
  await sam.addPhotos([note])
  await sam.page.getByText('shopping.jpg cannot be shown as a picture.').waitFor()
  await sam.addPhotos([empty])
  await sam.page.getByText('nothing.jpg is an empty file.').waitFor()
  await eventually(() => sam.tiles().then((tiles) => tiles.length)).toBe(3)
  await eventually(() => sam.status()).toBe('All photos are safe')
})

const broken = samplePhotos('broken')

test.skipIf(broken.length === 0)(
  'Broken files of all kinds are kept, and the app stays alive',
  async () => {
    const relay = await stage.relay()
    const sam = await stage.profile('Sam')
    await sam.startGroup(relay, 'Family')
    const [photo = ''] = stage.files(cameraPhotos(1))
    await sam.addPhotos([...stage.files(broken), photo])
    await eventually(() => sam.tiles().then((tiles) => tiles.length)).toBe(broken.length + 1)
    await eventually(() => sam.status()).toBe('All photos are safe')
    await sam.page.reload()
    await eventually(() => sam.tiles().then((tiles) => tiles.length)).toBe(broken.length + 1)
  },
)
