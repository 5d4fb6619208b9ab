import { expect, test } from 'vitest'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

const stage = createStage()

test('Ana is in her family and in the Cat Club, which is kept elsewhere, in one app', async () => {
  const home = await stage.relay()
  const club = await stage.relay()
  const ana = await stage.profile('Ana')
  const sam = await stage.profile('Sam')
  const files = stage.files(cameraPhotos(5))
  await ana.startGroup(home, 'Family')
  await ana.addPhotos(files.slice(0, 2))
  await sam.startGroup(club, 'Cat Club')
  await sam.addPhotos(files.slice(2))
  await eventually(() => sam.status()).toBe('All photos are safe')
  await eventually(() => ana.status()).toBe('All photos are safe')
  const link = await sam.invite('Cat Club')

  await ana.visit('Groups')
  await ana.button('Join with a link').click()
  await ana.textbox('Invitation link').fill(`Hi Ana! Have a look: ${link}`)
  await ana.button('Continue').click()
  await eventually(() => ana.paintedTiles()).toBe(3)
  await ana.join('Cat Club')
  expect(new URL(ana.page.url()).origin).toBe(home.origin)
  await eventually(() => ana.paintedTiles()).toBe(5)

  const chips = ana.page.getByRole('group', { name: 'Show photos of' })
  await chips.getByRole('button', { name: 'Cat Club' }).click()
  await eventually(() => ana.tiles()).toEqual(await sam.photos(3))
  await chips.getByRole('button', { name: 'Family' }).click()
  await eventually(() => ana.tiles().then((tiles) => tiles.length)).toBe(2)
  for (const name of await ana.tiles()) expect(name).toContain('by Ana')

  await ana.visit('Albums')
  const albums = ana.page.getByRole('main').getByRole('link')
  await eventually(() => albums.count()).toBe(2)
  const titles = (await albums.allInnerTexts()).join()
  expect(titles).toContain('Family')
  expect(titles).toContain('Cat Club')

  await sam.visit('Groups')
  const groups = sam.page.getByRole('main').getByRole('link')
  expect(await groups.allInnerTexts()).toEqual([expect.stringContaining('Cat Club')])
  expect(await sam.members('Cat Club')).toEqual(['Ana', 'Sam'])
  expect(await ana.members('Family')).toEqual(['Ana'])
})
