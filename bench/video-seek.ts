/**
 * Budget: a jump in a film that is on the device, until the picture of that place is there, ≤ 500 ms (docs/design.md §13).
 *
 * The built app in Chromium, a real relay, the film read through the service worker and opened record by record. Its
 * index lies at the end, where phones put it. `value` is the median of many jumps to and fro.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Page } from 'playwright-core'
import { samplePhotos } from '#tests/support/photos.ts'
import { startRelay } from '#tests/support/start-relay.ts'
import { openProfile, prepareApp, startGroup } from './support/app-profile.ts'
import { median, report, rounded, tell } from './support/report.ts'

const limitMs = 500
/** In seconds, of twenty. */
const places = [15, 2, 18, 7, 11, 4, 19, 1, 13, 9]

prepareApp()
const film = samplePhotos('video').find(({ name }) => name.includes('moov-at-end'))
if (film === undefined) throw new Error('there is no film to measure with')
const folder = await mkdtemp(join(tmpdir(), 'mantel-film-'))
const relay = await startRelay()
const profile = await openProfile()
try {
  const path = join(folder, basename(film.name))
  await writeFile(path, film.read())
  const page = await profile.context().newPage()
  await startGroup(page, relay)
  await openFilm(page, path)
  const all: number[] = []
  for (const place of places) all.push(await jump(page, place))
  tell(`jumps in ms: ${all.map((ms) => ms.toFixed(0)).join(' ')}`)
  const value = rounded(median(all), 0)
  report({ name: 'video-seek', value, unit: 'ms', limit: limitMs, ok: value <= limitMs })
} finally {
  await profile.dispose()
  await relay.dispose()
  await rm(folder, { recursive: true })
}

async function openFilm(page: Page, path: string): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Add photos' }).first().click(),
  ])
  await chooser.setFiles(path)
  await page.getByRole('button', { name: /^Video, / }).click()
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2)
}

/** Ms from setting the place to the picture of it. */
function jump(page: Page, seconds: number): Promise<number> {
  return page.locator('video').evaluate(async (player: HTMLVideoElement, to) => {
    const shown = new Promise((resolve) =>
      player.addEventListener('seeked', resolve, { once: true }),
    )
    const from = performance.now()
    player.currentTime = to
    await shown
    return performance.now() - from
  }, seconds)
}
