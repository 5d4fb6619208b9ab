import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { openCuttingProxy } from '#tests/support/cutting-proxy.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'
import { generateFilm, paddedFilm } from '#tests/support/generate-film.ts'
import type { RunningRelay } from '#tests/support/start-relay.ts'
import { tusChunkBytes } from '#lib/wire/limits.ts'

const stage = createStage()
const count = (device: BrowserDevice) => device.tiles().then((tiles) => tiles.length)

test('Sam adds photos without signal, opens the app again without signal, and Ana gets them later', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam')
  const ana = await stage.profile('Ana')
  const files = stage.files(cameraPhotos(4))
  await sam.startGroup(relay, 'Family')
  await sam.addPhotos(files.slice(0, 1))
  await eventually(() => sam.status()).toBe('All photos are safe')
  await ana.page.goto(await sam.invite('Family'))
  await ana.join('Family')
  await eventually(() => ana.paintedTiles()).toBe(1)
  await areKept(sam, ana)

  await relay.kill('SIGKILL')
  await sam.context.setOffline(true)
  await sam.page.reload()
  await sam.visit('Photos')
  await eventually(() => sam.paintedTiles()).toBe(1)
  await sam.addPhotos(files.slice(1))
  await eventually(() => sam.status()).toBe('Offline, 3 waiting')
  await eventually(() => sam.isCopying()).toBe(false)
  await sam.page.reload()
  await eventually(() => count(sam)).toBe(4)
  await eventually(() => sam.paintedTiles()).toBe(4)
  await eventually(() => sam.status()).toBe('Offline, 3 waiting')

  await relay.restart()
  await sam.context.setOffline(false)
  await eventually(() => sam.status()).toBe('All photos are safe')
  await eventually(() => ana.paintedTiles()).toBe(4)
  expect(await ana.tiles()).toEqual(await sam.tiles())
})

test('The relay dies while twelve photos are on their way, and every photo arrives once', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam')
  const ana = await stage.profile('Ana')
  await sam.startGroup(relay, 'Family')
  await ana.page.goto(await sam.invite('Family'))
  await ana.join('Family')
  await areKept(sam, ana)

  await sam.visit('Photos')
  await sam.addPhotos(stage.files(cameraPhotos(12)))
  await eventually(() => blobsOf(relay).length).toBeGreaterThan(3)
  const before = blobsOf(relay).length
  await relay.restart('SIGKILL')
  expect(before).toBeLessThan(36)

  await eventually(() => sam.status()).toBe('All photos are safe')
  await eventually(() => ana.paintedTiles()).toBe(12)
  expect(await count(sam)).toBe(12)
  expect(await ana.tiles()).toEqual(await sam.tiles())
  // Thumbnail, preview and original of each, and not one of them twice.
  expect(blobsOf(relay)).toHaveLength(36)

  const luis = await stage.profile('Luis')
  await luis.page.goto(await sam.invite('Family'))
  await eventually(() => luis.paintedTiles()).toBe(12)
})

test('Sam’s signal goes while a long film goes up, and the film goes on where it was when he is online', async () => {
  const line = await openCuttingProxy()
  onTestFinished(() => line.close())
  const relay = await stage.relay({ MANTEL_ORIGIN: line.origin })
  line.leadTo(relay.port)
  const sam = await stage.profile('Sam')
  await sam.startGroup(relay, 'Family')
  const pictures = await generateFilm(sam.page, { seconds: 2, width: 160, height: 90 })
  const film = paddedFilm(pictures, 3 * tusChunkBytes)
  const isCut = line.cutAfter('up', 1.5 * tusChunkBytes)
  await sam.isControlled()
  await sam.addPhotos(stage.files([{ name: 'Long film.mp4', read: () => film }]))
  await isCut
  await sam.context.setOffline(true)
  await eventually(() => sam.status()).toBe('Offline, 1 waiting')

  const before = line.passed('up')
  line.mend()
  await sam.context.setOffline(false)
  await eventually(() => sam.status()).toBe('All photos are safe')
  expect(line.passed('up') - before).toBeLessThan(film.length - 0.9 * tusChunkBytes)
})

test('Two tabs of Sam add photos, one while Sam still chooses in the other, and each photo is there once, in every tab', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam')
  const files = stage.files(cameraPhotos(6))
  await sam.startGroup(relay, 'Family')
  const other = await sam.newTab('/photos')
  await other.button('Add photos').waitFor()

  // While the one tab's photos arrive in the other, Sam is still choosing there.
  const [chooser] = await Promise.all([
    other.page.waitForEvent('filechooser'),
    other.button('Add photos').first().click(),
  ])
  await sam.addPhotos(files.slice(0, 3))
  await eventually(() => count(other)).toBe(3)
  await chooser.setFiles(files.slice(3))
  await eventually(() => count(sam)).toBe(6)
  await eventually(() => count(other)).toBe(6)
  await sam.page.close()
  await eventually(() => other.status()).toBe('All photos are safe')
  await eventually(() => other.paintedTiles()).toBe(6)

  const later = await other.newTab('/photos')
  await eventually(() => later.paintedTiles()).toBe(6)
  expect(await later.tiles()).toEqual(await other.tiles())
  expect(blobsOf(relay)).toHaveLength(18)
})

/** Before, parts of the app that are fetched late would be missing without signal. */
async function areKept(...devices: readonly BrowserDevice[]): Promise<void> {
  for (const device of devices) await device.isControlled()
}

/** Ids of all blobs that a relay keeps; one that was sealed or sent twice would be there under two. */
function blobsOf(relay: RunningRelay): string[] {
  return readdirSync(join(relay.dataDir, 'groups'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => /[/\\]blobs[/\\].*[0-9a-f]{64}$/.test(path),
  )
}
