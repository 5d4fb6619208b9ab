import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

const stage = createStage()

interface Manifest {
  readonly id: string
  readonly start_url: string
  readonly display: string
  readonly icons: readonly {
    readonly src: string
    readonly sizes: string
    readonly purpose: string
  }[]
  readonly screenshots: readonly { readonly src: string; readonly form_factor: string }[]
}

test('The manifest has what a phone needs to install Mantel, and every picture that it names', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam')
  await sam.page.goto(relay.origin)
  const href = await sam.page.locator('link[rel=manifest]').getAttribute('href')
  const response = await sam.page.request.get(new URL(href ?? '', relay.origin).href)
  expect(response.headers()['content-type']).toContain('application/manifest+json')
  const manifest = (await response.json()) as Manifest
  expect(manifest).toMatchObject({ id: '/', start_url: '/photos', display: 'standalone' })
  expect(manifest.icons.map(({ purpose }) => purpose)).toContain('maskable')
  expect(manifest.icons.map(({ sizes }) => sizes)).toEqual(
    expect.arrayContaining(['192x192', '512x512']),
  )
  expect(manifest.screenshots.map(({ form_factor }) => form_factor).sort()).toEqual([
    'narrow',
    'wide',
  ])
  for (const { src } of [...manifest.icons, ...manifest.screenshots]) {
    const picture = await sam.page.request.get(new URL(src, relay.origin).href)
    expect([src, picture.status()]).toEqual([src, 200])
    expect(picture.headers()['content-type']).toMatch(/^image\//)
  }
})

test('A new version waits until Sam asks for it', async () => {
  const app = stage.newFolder('app')
  const built = process.env.MANTEL_APP ?? join(import.meta.dirname, '..', '..', 'build')
  cpSync(built, app, { recursive: true })
  const relay = await stage.relay({ MANTEL_APP: app })
  const sam = await stage.profile('Sam')
  await sam.context.addInitScript(becomeDeaf)
  await sam.startGroup(relay, 'Family')
  await sam.addPhotos(stage.files(cameraPhotos(1)))
  await eventually(() => sam.status()).toBe('All photos are safe')
  await sam.isControlled()

  // The same app in a service worker of other bytes, and a shell of other words.
  publish(app, 'Mantel of tomorrow')
  await relay.restart()
  await sam.page.reload()
  await sam.button('Update').waitFor()
  const mark = sam.page.locator('meta[name=edition]')
  expect(await mark.count()).toBe(0)
  await sam.page.reload()
  await sam.button('Update').waitFor()
  expect(await mark.count()).toBe(0)

  // The old service worker waits for this page, and so would the new one: for the picture a minute, for the file for ever.
  await sam.page.evaluate(waitForOriginal)
  await sam.button('Update').click()
  await expect.poll(() => mark.count(), { timeout: 30_000, interval: 200 }).toBe(1)
  await eventually(() => sam.tiles().then((tiles) => tiles.length)).toBe(1)
  expect(await sam.button('Update').count()).toBe(0)

  await relay.kill('SIGKILL')
  await sam.page.reload()
  await eventually(() => mark.count()).toBe(1)
  await eventually(() => sam.paintedTiles()).toBe(1)
})

/** Runs inside every page before the app: from `isDeaf` on, it hears nothing of what its service worker asks. */
function becomeDeaf(): void {
  navigator.serviceWorker.addEventListener('message', (event) => {
    if ('isDeaf' in window) event.stopImmediatePropagation()
  })
}

/** Runs inside the page: asks for an original that nobody will bring, and begins to save a file that never comes. */
async function waitForOriginal(): Promise<void> {
  Object.assign(window, { isDeaf: true })
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve) => (request.onsuccess = () => resolve(request.result)))
  const names = (await indexedDB.databases()).map(({ name = '' }) => name)
  const name = names.find((one) => one.startsWith('mantel-')) ?? ''
  const database = await done(indexedDB.open(name))
  const blobs = database.transaction('blobs', 'readwrite').objectStore('blobs')
  const [keys, rows] = [await done(blobs.getAllKeys()), await done(blobs.getAll())]
  const sizes = rows.map((row: { size: number }) => row.size)
  const original = keys[sizes.indexOf(Math.max(...sizes))]
  if (typeof original !== 'string') throw new Error('nothing is kept')
  await done(blobs.delete(original))
  database.close()
  const { port1, port2 } = new MessageChannel()
  const taken = new Promise((resolve) => (port1.onmessage = resolve))
  const id = '0'.repeat(32)
  navigator.serviceWorker.controller?.postMessage({ kind: 'save-file', id, name: 'never' }, [port2])
  await taken
  const { body } = await fetch(`/saved/${id}`)
  void body?.getReader().read()
  void fetch(`/media/${name.slice('mantel-'.length)}/${original}`)
}

test('Advice to install comes with the photos, and never pushes away what Sam is looking at', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam')
  await sam.startGroup(relay, 'Family')
  await sam.addPhotos(stage.files(cameraPhotos(1)))
  await eventually(() => sam.paintedTiles()).toBe(1)
  await sam.page.reload()
  await eventually(() => sam.paintedTiles()).toBe(1)
  await sam.button('Select photos').waitFor()
  const tile = sam.page.locator('li[data-index]')
  const before = await tile.boundingBox()
  await sam.page.evaluate(() => dispatchEvent(new Event('beforeinstallprompt')))
  await sam.page.evaluate(
    () => new Promise((done) => requestAnimationFrame(requestAnimationFrame.bind(null, done))),
  )
  const advice = sam.page.getByRole('region', { name: 'Put Mantel on your home screen' })
  expect(await advice.count()).toBe(0)
  expect(await tile.boundingBox()).toEqual(before)

  await sam.visit('Albums')
  await sam.visit('Photos')
  await advice.waitFor()
  await sam.button('Not now').click()
  await sam.visit('Albums')
  await sam.visit('Photos')
  await eventually(() => sam.paintedTiles()).toBe(1)
  expect(await advice.count()).toBe(0)
})

/** Writes another edition of a built app: its shell says so, and its service worker lists that shell. */
function publish(app: string, edition: string): void {
  for (const name of ['index.html', 'service-worker.js'])
    for (const packed of ['.gz', '.br']) rmSync(join(app, name + packed), { force: true })
  const shell = join(app, 'index.html')
  const page = readFileSync(shell, 'utf8')
  writeFileSync(shell, page.replace('<head>', `<head><meta name="edition" content="${edition}">`))
  const worker = join(app, 'service-worker.js')
  const code = readFileSync(worker, 'utf8')
  const listed = /"url":"\/","revision":"[0-9a-f]+"/
  expect(code).toMatch(listed)
  writeFileSync(worker, code.replace(listed, '"url":"/","revision":"tomorrow"'))
}
