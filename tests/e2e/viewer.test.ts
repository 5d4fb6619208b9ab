import { expect, test } from 'vitest'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

const stage = createStage()

test('Sam looks through the photos, says where one was taken, and Ana reads what he wrote', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam', { viewport: { width: 1280, height: 2400 } })
  const photos = cameraPhotos(34)
  const withPlace = photos.filter(({ expected }) => expected?.gps !== undefined).slice(0, 1)
  const others = photos.filter(({ expected }) => expected?.gps === undefined).slice(0, 2)
  await sam.startGroup(relay, 'Family')
  await sam.addPhotos(stage.files([...others, ...withPlace]))
  await eventually(() => sam.paintedTiles()).toBe(3)
  await eventually(() => sam.status()).toBe('All photos are safe')
  const tiles = await sam.tiles()

  const viewer = sam.page.getByRole('dialog', { name: 'Photo viewer' })
  const shown = viewer.locator('[aria-live] .visually-hidden')
  await sam
    .button(tiles[0] ?? '')
    .first()
    .click()
  await eventually(() => shown.innerText()).toBe(tiles[0])
  await viewer.getByRole('button', { name: 'Next' }).click()
  await eventually(() => shown.innerText()).toBe(tiles[1])
  await viewer.getByRole('button', { name: 'Previous' }).click()
  await eventually(() => shown.innerText()).toBe(tiles[0])
  await sam.page.keyboard.press('ArrowRight')
  await sam.page.keyboard.press('ArrowRight')
  await eventually(() => shown.innerText()).toBe(tiles[2])
  await sam.page.keyboard.press('Escape')
  await viewer.waitFor({ state: 'detached' })

  const info = viewer.getByRole('complementary', { name: 'Info' })
  const [latitude = 0, longitude = 0] = withPlace[0]?.expected?.gps ?? []
  const name = withPlace[0]?.name.replace(/^camera\//, '') ?? ''
  let at = -1
  for (const [index, tile] of tiles.entries()) {
    await sam.page.getByRole('list', { name: 'Photos' }).getByRole('listitem').nth(index).click()
    await viewer.getByRole('button', { name: 'Info' }).click()
    await info.getByText('Safe in 2 places').waitFor()
    const facts = await info.innerText()
    expect(facts).toMatch(/\bBy\s+Sam\b/)
    expect(facts).toContain(tile.split(', ')[1])
    if (facts.includes(name)) {
      at = index
      expect(facts).toContain(latitude.toFixed(3))
      expect(facts).toContain(longitude.toFixed(3))
      await sam.textbox('Caption').fill('Our picnic place')
      await sam.textbox('Caption').press('Enter')
      await sam.page.getByText('Caption saved').waitFor()
    }
    await viewer.getByRole('button', { name: 'Close' }).click()
    await viewer.waitFor({ state: 'detached' })
  }
  expect(at).toBeGreaterThanOrEqual(0)

  const ana = await stage.profile('Ana', { viewport: { width: 1280, height: 2400 } })
  await ana.page.goto(await sam.invite('Family'))
  await ana.join('Family')
  await eventually(() => ana.tiles()).toEqual(tiles)
  await ana.page.getByRole('list', { name: 'Photos' }).getByRole('listitem').nth(at).click()
  await ana.button('Info').click()
  await eventually(() => ana.textbox('Caption').inputValue()).toBe('Our picnic place')
})
