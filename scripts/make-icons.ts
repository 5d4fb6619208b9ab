/**
 * Renders the app's icons from `static/favicon.svg`: `node scripts/make-icons.ts` after changing it.
 *
 * Launchers that cut icons to their own shape get the picture without rounded corners; what matters of it
 * lies in the middle four fifths, as maskable icons need.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { chromiumArgs, ensureChromium } from './chromium.ts'

const FOLDER = 'static'
const ROUNDED = ' rx="116"'
const ICONS = [
  { file: 'icons/icon-192.png', size: 192, isFull: false },
  { file: 'icons/icon-512.png', size: 512, isFull: false },
  { file: 'icons/maskable-192.png', size: 192, isFull: true },
  { file: 'icons/maskable-512.png', size: 512, isFull: true },
  { file: 'icons/apple-touch-icon.png', size: 180, isFull: true },
]

async function render(browser: Browser, svg: string, size: number): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  const image = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
  await page.setContent(
    `<style>body{margin:0}img{display:block;width:100vw;height:100vh}</style><img src="${image}">`,
  )
  await page.locator('img').evaluate((node: HTMLImageElement) => node.decode())
  const png = await page.screenshot({ omitBackground: true })
  await page.close()
  return png
}

const rounded = readFileSync(join(FOLDER, 'favicon.svg'), 'utf8')
if (!rounded.includes(ROUNDED)) throw new Error(`favicon.svg has no plate with${ROUNDED}.`)
const full = rounded.replace(ROUNDED, '')
mkdirSync(join(FOLDER, 'icons'), { recursive: true })
const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs() })
for (const { file, size, isFull } of ICONS)
  writeFileSync(join(FOLDER, file), await render(browser, isFull ? full : rounded, size))
await browser.close()
