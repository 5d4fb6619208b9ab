/** Ana saves her family's photos as a zip, and somebody without Mantel opens it; Sam brings one in. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'
import { unpackZip } from '#tests/support/unpack-zip.ts'

const stage = createStage()

async function anaWithPhotos(count: number) {
  const ana = await stage.profile('Ana')
  const photos = cameraPhotos(count)
  await ana.startGroup(await stage.relay(), 'Family')
  await ana.addPhotos(stage.files(photos))
  await eventually(() => ana.paintedTiles()).toBe(count)
  await ana.isControlled()
  return { ana, originals: photos.map(({ read }) => Buffer.from(read()).toString('base64')).sort() }
}

async function openExport(ana: BrowserDevice): Promise<void> {
  await ana.openGroup('Family')
  await ana.button('Export all photos').click()
  await ana.button('Save zip').waitFor()
}

async function checkZip(zip: string, originals: readonly string[]): Promise<string> {
  const folder = stage.newFolder('export')
  const files = await unpackZip(zip, folder)
  const photos = files.filter((path) => path.startsWith('Our photos/') && !path.endsWith('.xmp'))
  const bytes = photos.map((path) => readFileSync(join(folder, path)).toString('base64')).sort()
  expect(bytes).toEqual(originals)
  for (const path of photos) expect(files).toContain(`${path}.xmp`)
  expect(files).toEqual(expect.arrayContaining(['albums.json', 'index.html']))
  expect(files).not.toContain('not-included.txt')
  return folder
}

/** Runs inside the page: its service worker hears late, as one that is busy. */
function delayMessages(delayMs: number): void {
  const worker = navigator.serviceWorker.controller
  if (worker === null) throw new Error('no service worker')
  const send = worker.postMessage.bind(worker) as (message: unknown, ports: MessagePort[]) => void
  worker.postMessage = (message: unknown, ports: unknown) =>
    setTimeout(() => send(message, ports as MessagePort[]), delayMs)
}

const brokenPictures = (page: Page) =>
  page
    .locator('img')
    .evaluateAll(
      (all) => (all as HTMLImageElement[]).filter(({ naturalWidth }) => naturalWidth === 0).length,
    )

test('Ana downloads her group as a zip with the very files she added, and a page that shows them', async () => {
  const { ana, originals } = await anaWithPhotos(4)
  await ana.page.evaluate(
    () => delete (window as { showSaveFilePicker?: unknown }).showSaveFilePicker,
  )
  await openExport(ana)
  await ana.page.evaluate(delayMessages, 500)
  const [download] = await Promise.all([
    ana.page.waitForEvent('download'),
    ana.button('Save zip').click(),
  ])
  expect(download.url()).toContain('/saved/')
  expect(download.suggestedFilename()).toMatch(/^Family \d{4}-\d\d-\d\d\.zip$/)
  await ana.page.getByText('The zip is saved.').waitFor()
  const zip = join(stage.newFolder('export'), 'family.zip')
  await download.saveAs(zip)
  const folder = await checkZip(zip, originals)

  const page = await ana.context.newPage()
  await page.goto(pathToFileURL(join(folder, 'index.html')).href)
  await page.getByRole('heading', { name: 'Family', level: 1 }).waitFor()
  const links = page.locator('figure a')
  expect(await links.count()).toBe(4)
  await links.last().scrollIntoViewIfNeeded()
  await eventually(() => brokenPictures(page)).toBe(0)
  await links.first().click()
  await page.waitForURL(/Our%20photos.*\.jpg$/)
})

test('while a zip is being saved, only its own buttons end that', async () => {
  const { ana } = await anaWithPhotos(2)
  // The disk that Ana chose takes its time.
  await ana.page.evaluate(() =>
    Object.assign(window, {
      showSaveFilePicker: async () => {
        const root = await navigator.storage.getDirectory()
        const handle = await root.getFileHandle('slow.zip', { create: true })
        return Object.assign(handle, {
          createWritable: () => Promise.resolve({ write: () => new Promise(() => undefined) }),
        })
      },
    }),
  )
  await openExport(ana)
  await ana.button('Save zip').click()
  const bar = ana.page.getByRole('progressbar')
  await bar.waitFor()
  await ana.page.keyboard.press('Escape')
  await ana.page.mouse.click(4, 4)
  await ana.page.waitForTimeout(300)
  expect(await bar.isVisible()).toBe(true)
  await ana.button('Cancel').click()
  await ana.page.getByRole('dialog').waitFor({ state: 'detached' })
})

test('where the browser can write files, the zip goes into the one that Ana names', async () => {
  const { ana, originals } = await anaWithPhotos(2)
  // The dialog itself belongs to the system; the file that it gives is a real one.
  await ana.page.evaluate(() =>
    Object.assign(window, {
      showSaveFilePicker: async () =>
        (await navigator.storage.getDirectory()).getFileHandle('named.zip', { create: true }),
    }),
  )
  await openExport(ana)
  await ana.button('Save zip').click()
  await ana.page.getByText('The zip is saved.').waitFor()
  const link = ana.page.evaluate(async () => {
    const root = await navigator.storage.getDirectory()
    const file = await (await root.getFileHandle('named.zip')).getFile()
    const anchor = document.createElement('a')
    anchor.href = URL.createObjectURL(file)
    anchor.download = 'named.zip'
    anchor.click()
  })
  const [download] = await Promise.all([ana.page.waitForEvent('download'), link])
  const zip = join(stage.newFolder('export'), 'named.zip')
  await download.saveAs(zip)
  await checkZip(zip, originals)

  const sam = await stage.profile('Sam')
  await sam.startGroup(await stage.relay(), 'Cat Club')
  await sam.openGroup('Cat Club')
  await sam.button('Import from a zip…').click()
  const [chooser] = await Promise.all([
    sam.page.waitForEvent('filechooser'),
    sam.button('Choose zip files').click(),
  ])
  await chooser.setFiles([zip])
  await sam.button('Import').click()
  await sam.page.getByText('2 photos added.').waitFor()
  await sam.button('Done').click()
  await sam.visit('Photos')
  await eventually(() => sam.paintedTiles()).toBe(2)
})
