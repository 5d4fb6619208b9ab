/**
 * The pictures of the README and of the manifest, taken from the running app with real photos:
 * `node scripts/screenshots.ts`. Builds the app where needed; writes docs/screenshot.jpg and
 * static/screenshots/{narrow,wide}.jpg (pictures full of photos: a PNG would be three times the size).
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { BrowserDevice } from '#tests/support/browser-device.ts'
import { samplePhotos } from '#tests/support/photos.ts'
import { startRelay } from '#tests/support/start-relay.ts'
import { chromiumArgs, ensureChromium } from './chromium.ts'
import { ensureBuild } from './ensure-build.ts'

const root = join(import.meta.dirname, '..')
const phone = { width: 390, height: 844 }
const desk = { width: 1280, height: 800 }
const marginPx = 32
const jpeg = { type: 'jpeg', quality: 88, scale: 'css' } as const

/** Three days of a family; the samples were taken years apart, so their dates are set. */
const days = [
  [
    '2026:08:16',
    'oppo-r7-plus sony-dsc-h9 canon-powershot-g11 samsung-gt-i9100-galaxy-sii nikon-d40',
  ],
  [
    '2026:08:15',
    'apple-iphone-5 canon-eos-450d canon-eos-5d sony-dsc-t5 apple-iphone-4s htc-one-m8',
  ],
  [
    '2026:08:09',
    'samsung-sm-n900a-galaxy-note-3 canon-powershot-a610 samsung-sm-j327t1 motorola-xt1068-moto-g ' +
      'fujifilm-finepix-f40fd sony-d5403-xperia-z2 nikon-d3100 nokia-lumia-800 htc-one',
  ],
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
  const photos = datedPhotos()
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

function datedPhotos(): string[] {
  const samples = samplePhotos('camera')
  const chosen = days.flatMap(([day, names]) =>
    names.split(' ').flatMap((name) => {
      const sample = samples.find((each) => each.name === `camera/${name}.jpg`)
      return sample === undefined ? [] : [{ name, bytes: withDay(sample.read(), day) }]
    }),
  )
  const photos =
    chosen.length > 0 ? chosen : samples.map(({ name, read }) => ({ name, bytes: read() }))
  return photos.map(({ name, bytes }) => {
    const path = join(folder, `${basename(name, '.jpg')}.jpg`)
    writeFileSync(path, bytes)
    return path
  })
}

/** The same photo with another day in its EXIF facts, which stand before the picture. */
function withDay(photo: Uint8Array, day: string): Buffer {
  const facts = Buffer.from(photo.subarray(0, 65_536)).toString('latin1')
  const dated = facts.replaceAll(/\d{4}:\d\d:\d\d(?= \d\d:\d\d:\d\d\0)/g, day)
  return Buffer.concat([Buffer.from(dated, 'latin1'), photo.subarray(65_536)])
}

/** Every thumbnail in sight is painted. */
async function settled({ page }: BrowserDevice): Promise<void> {
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
