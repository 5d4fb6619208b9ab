import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

const stage = createStage()
const photoName = /^(?:Photo|Video|File), .+, by (?:Ana|Sam) Rivera$/

test('Ana sees the photos by the link, joins, adds her own, and the relay can read none of it', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam Rivera')
  const ana = await stage.profile('Ana Rivera')
  const photos = cameraPhotos(9)
  const files = stage.files(photos)

  await sam.startGroup(relay, 'Quince Family')
  await sam.addPhotos(files.slice(0, 6))
  await eventually(() => sam.tiles().then((t) => t.length)).toBe(6)
  await eventually(() => sam.status()).toBe('All photos are safe')
  const link = await sam.invite('Quince Family')

  await ana.page.goto(link)
  await ana.page.getByRole('heading', { name: 'Quince Family' }).waitFor()
  await eventually(() => ana.paintedTiles()).toBe(6)
  expect(await ana.tiles()).toEqual(await sam.photos(6))
  await ana.join('Quince Family')
  await ana.addPhotos(files.slice(6))
  await eventually(() => ana.tiles().then((t) => t.length)).toBe(9)
  await eventually(() => ana.status()).toBe('All photos are safe')

  await sam.visit('Photos')
  await eventually(() => sam.paintedTiles()).toBe(9)
  const tiles = await ana.tiles()
  expect(await sam.tiles()).toEqual(tiles)
  expect(tiles.filter((name) => name.endsWith('by Ana Rivera'))).toHaveLength(3)
  for (const name of tiles) expect(name).toMatch(photoName)

  await sam
    .button(tiles[0] ?? '')
    .first()
    .click()
  await sam.button('Info').click()
  await sam.textbox('Caption').fill('Picnic under the walnut tree')
  await sam.textbox('Caption').press('Enter')
  await sam.page.getByText('Caption saved').waitFor()
  await sam.page.keyboard.press('Escape')
  for (const device of [sam, ana])
    await eventually(() => device.members('Quince Family')).toEqual(['Ana Rivera', 'Sam Rivera'])
  await eventually(() => sam.status()).toBe('All photos are safe')

  const luis = await stage.profile('Luis')
  await luis.page.goto(link)
  const refusal = luis.page.getByRole('alert')
  expect(await refusal.innerText()).toBe('This link does not work any more. Ask for a new one.')
  expect(await luis.tiles()).toEqual([])

  await relay.kill('SIGTERM')
  const words = [
    'Quince Family',
    'Sam Rivera',
    'Ana Rivera',
    'Our photos',
    'Picnic under the walnut tree',
    'walnut',
  ]
  const names = photos.map(({ name }) => name.slice(name.indexOf('/') + 1))
  const secrets = [...words, ...names].map((word) => Buffer.from(word))
  const middles = photos.map(({ read }) => {
    const bytes = read()
    return Buffer.from(bytes.subarray(bytes.length >> 1, (bytes.length >> 1) + 64))
  })
  expect(readableParts(relay.dataDir, [...secrets, ...middles])).toEqual([])
})

/** Files that hold a secret somewhere, or begin like a picture. */
function readableParts(folder: string, secrets: readonly Buffer[]): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  expect(files.length).toBeGreaterThan(9 * 3)
  return files.flatMap((file) => {
    const bytes = readFileSync(join(file.parentPath, file.name))
    const found = secrets
      .filter((secret) => bytes.includes(secret))
      .map((s) => s.toString('latin1'))
    const isPicture = ['\xff\xd8\xff', 'RIFF', '\x89PNG'].some((magic) =>
      bytes.subarray(0, 4).toString('latin1').startsWith(magic),
    )
    return isPicture ? [...found, `${file.name} is a picture`] : found
  })
}
