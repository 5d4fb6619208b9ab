/**
 * The pictures of the README and of the manifest, taken from the running app with drawn ones:
 * `node scripts/screenshots.ts`. Builds the app where needed; writes docs/screenshot.jpg and
 * static/screenshots/{narrow,wide}.jpg (pictures full of photos: a PNG would be three times the size).
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { bundleForPage } from '#bench/support/bundle-for-page.ts'
import { BrowserDevice } from '#tests/support/browser-device.ts'
import { exifSegment, exifTiff, withSegments } from '#tests/support/exif-segment.ts'
import { startRelay } from '#tests/support/start-relay.ts'
import { chromiumArgs, ensureChromium } from './chromium.ts'
import type { drawPicture, Motif } from './draw-picture.ts'
import { ensureBuild } from './ensure-build.ts'

const root = join(import.meta.dirname, '..')
const phone = { width: 390, height: 844 }
const desk = { width: 1280, height: 800 }
const marginPx = 32
const jpeg = { type: 'jpeg', quality: 88, scale: 'css' } as const

/** Three days of a family: what was taken, from the first picture of the day to the last. */
const days: readonly (readonly [string, readonly Motif[]])[] = [
  ['2026:08:16', ['portrait', 'sea', 'meadow', 'hills', 'night']],
  ['2026:08:15', ['hills', 'portrait', 'sea', 'portrait', 'meadow', 'sea']],
  [
    '2026:08:09',
    ['sea', 'night', 'hills', 'portrait', 'meadow', 'hills', 'portrait', 'sea', 'night'],
  ],
]
const shapes = [
  { width: 2400, height: 1800 },
  { width: 1800, height: 2400 },
  { width: 2400, height: 1600 },
  { width: 2000, height: 2000 },
] as const

if (!ensureBuild(root)) process.exit(1)
mkdirSync(join(root, 'static/screenshots'), { recursive: true })
const folder = mkdtempSync(join(tmpdir(), 'mantel-photos-'))
const relay = await startRelay({ MANTEL_LOG: 'error' })
const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs() })
try {
  await takeAll(browser)
} finally {
  await browser.close()
  await relay.dispose()
  rmSync(folder, { recursive: true, force: true })
}

async function takeAll(browser: Browser): Promise<void> {
  const sam = await BrowserDevice.open(browser, 'Sam', new Set([relay.origin]), {
    viewport: phone,
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  })
  await sam.startGroup(relay, 'Family')
  const photos = await drawnPhotos(browser)
  await sam.addPhotos(photos)
  await sam.visit('Photos')
  await sam.page.waitForFunction(
    (count) => document.querySelector(`[aria-label="Photos"] [aria-setsize="${count}"]`) !== null,
    photos.length,
  )
  await sam.page.getByText('All photos are safe').waitFor()
  const notNow = sam.button('Not now')
  if (await notNow.isVisible()) await notNow.click()
  await settled(sam)
  const light = await sam.page.screenshot()
  await sam.page.screenshot({ path: join(root, 'static/screenshots/narrow.jpg'), ...jpeg })
  await sam.page.setViewportSize(desk)
  await settled(sam)
  await sam.page.screenshot({ path: join(root, 'static/screenshots/wide.jpg'), ...jpeg })
  await sam.page.setViewportSize(phone)
  await sam.page.emulateMedia({ colorScheme: 'dark' })
  await settled(sam)
  const dark = await sam.page.screenshot()
  await sideBySide(browser, [light, dark])
}

async function drawnPhotos(browser: Browser): Promise<string[]> {
  const page = await browser.newPage()
  await page.goto(relay.origin)
  await page.evaluate(await bundleForPage(join(import.meta.dirname, 'draw-picture.ts')))
  const paths: string[] = []
  for (const [day, motifs] of days)
    for (const [n, motif] of motifs.entries()) {
      const seed = paths.length + 1
      const size = motif === 'portrait' ? shapes[1] : (shapes[seed % shapes.length] ?? shapes[0])
      const jpeg = await page.evaluate(
        (plan) => (globalThis as unknown as InPage).bench.drawPicture(plan),
        { motif, seed, ...size },
      )
      const takenLocal = `${day} ${String(9 + n).padStart(2, '0')}:30:00`
      const facts = exifSegment(exifTiff({ takenLocal }))
      const path = join(folder, `${seed}-${motif}.jpg`)
      writeFileSync(path, withSegments(Uint8Array.from(jpeg), facts))
      paths.push(path)
    }
  await page.close()
  return paths
}

interface InPage {
  readonly bench: { readonly drawPicture: typeof drawPicture }
}

/** Every thumbnail in sight is painted. */
async function settled({ page }: BrowserDevice): Promise<void> {
  // A window of another size is measured in the next frame and drawn in the one after it.
  await page.waitForTimeout(500)
  await page.waitForFunction(() => {
    const images = [...document.querySelectorAll<HTMLImageElement>('[aria-label="Photos"] img')]
    const seen = images.filter((image) => image.getBoundingClientRect().top < innerHeight)
    return seen.length > 0 && seen.every((image) => getComputedStyle(image).opacity === '1')
  })
}

async function sideBySide(browser: Browser, pictures: readonly Buffer[]): Promise<void> {
  const page = await browser.newPage()
  const images = pictures.map(
    (png) => `<img alt="" src="data:image/png;base64,${png.toString('base64')}">`,
  )
  const style = `body{margin:0;padding:${marginPx}px;display:flex;gap:${marginPx}px;background:#e9e2d6}
    img{width:${phone.width}px;border-radius:28px;box-shadow:0 10px 34px #0004}`
  await page.setViewportSize({
    width: 2 * phone.width + 3 * marginPx,
    height: phone.height + 2 * marginPx,
  })
  await page.setContent(`<style>${style}</style>${images.join('')}`)
  await page.screenshot({ path: join(root, 'docs/screenshot.jpg'), ...jpeg })
}
