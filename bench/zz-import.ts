/**
 * Budget: photos of 12 megapixels are imported at ≥ 80 % of the rate of bare decode + resize + encode on the same cores
 * (docs/design.md §13).
 *
 * The built app in a Chromium of a phone's size, without a relay, so that nothing is sent meanwhile. The time runs
 * from the moment the page is handed the files to the frame in which the grid counts them all: copied, hashed, read,
 * sealed, written and indexed. The bare work is done in another tab of the same Chromium, in as many workers, before
 * and after each round. `value` is the median of the rounds' ratios. Every file is imported once and is unlike all others.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { startRelay } from '#tests/support/start-relay.ts'
import { openProfile, prepareApp, startGroup } from './support/app-profile.ts'
import { bareImport, largePicture } from './support/bare-import.ts'
import { median, report, rounded, tell } from './support/report.ts'

const limit = 0.8
const rounds = 2
const photosARound = 60
/** As the app has at most (media/create-photo-readers.ts). */
const workers = Math.min(2, cpus().length)
/** No policy of ours stands in the way of the bare work's worker there. */
const emptyPage = 'http://127.0.0.1:9/'

prepareApp()
const folder = await mkdtemp(join(tmpdir(), 'mantel-photos-'))
const relay = await startRelay()
const profile = await openProfile()
try {
  const page = await profile.context().newPage()
  await startGroup(page, relay)
  await relay.kill()
  const bare = await profile.context().newPage()
  await bare.route(emptyPage, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<input type="file" multiple>' }),
  )
  await bare.goto(emptyPage)
  const files = await makePhotos(bare, photosARound * (rounds + 1))
  const ratios: number[] = []
  tell('photos a second    bare   imported   bare')
  for (let round = 0; round <= rounds; round++) {
    const from = round * photosARound
    const some = files.slice(from, from + photosARound)
    const before = await measureBare(bare, some)
    const imported = await measureImport(page, some, from + some.length)
    const after = await measureBare(bare, some)
    const rates = [before, imported, after].map((s) => (some.length / s).toFixed(2).padStart(9))
    tell(`               ${rates.join('')}${round === 0 ? ' (warming up)' : ''}`)
    if (round > 0) ratios.push((before + after) / 2 / imported)
  }
  const value = rounded(median(ratios))
  report({ name: 'import-rate', value, unit: 'of the bare rate', limit, ok: value >= limit })
} finally {
  await profile.dispose()
  await relay.dispose()
  await rm(folder, { recursive: true })
}

async function makePhotos(page: Page, count: number): Promise<string[]> {
  const paths: string[] = []
  for (let n = 0; n < count; n++) {
    const path = join(folder, `IMG_${n}.jpg`)
    await writeFile(path, Buffer.from(await page.evaluate(largePicture, n + 1), 'base64'))
    paths.push(path)
  }
  return paths
}

async function measureBare(page: Page, paths: readonly string[]): Promise<number> {
  await page.bringToFront()
  await page.locator('input').setInputFiles([...paths])
  return page.evaluate(bareImport, workers)
}

/** Seconds until the grid counts `total` photos. */
async function measureImport(page: Page, paths: readonly string[], total: number): Promise<number> {
  await page.bringToFront()
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Add photos' }).first().click(),
  ])
  const counted = page.evaluate(waitForCount, total)
  await chooser.setFiles([...paths])
  return counted
}

/** Runs inside the page: seconds from the choice of files until so many are counted. */
function waitForCount(total: number): Promise<number> {
  return new Promise((resolve) => {
    let startMs = 0
    const begin = (): void => void (startMs = performance.now())
    document.addEventListener('change', begin, { capture: true, once: true })
    const look = (): void => {
      if (startMs === 0 || document.querySelector(`[data-item][aria-setsize="${total}"]`) === null)
        return
      watch.disconnect()
      requestAnimationFrame(() => resolve((performance.now() - startMs) / 1000))
    }
    // Looking in every frame would have the page draw frames that nobody needs, on the cores that are measured.
    const watch = new MutationObserver(look)
    watch.observe(document, { subtree: true, childList: true, attributeFilter: ['aria-setsize'] })
  })
}
