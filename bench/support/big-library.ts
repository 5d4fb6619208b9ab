/** A profile whose library holds very many photos, opened without an engine on a slow processor, offline. */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { startRelay } from '#tests/support/start-relay.ts'
import { openProfile, prepareApp, startGroup, type AppProfile } from './app-profile.ts'
import { bundleForPage } from './bundle-for-page.ts'
import { holdEngine } from './hold-engine.ts'
import { median, rounded, tell } from './report.ts'
import { watchFrames } from './watch-frames.ts'

export interface BigLibrary {
  readonly origin: string
  readonly profile: AppProfile
  dispose(): Promise<void>
}

/** What the budgets of moving say. */
const lateMs = 25
const mostTiles = 120
/** Chromium reports tasks from 50 ms on. */
export interface Motion {
  readonly lateShare: number
  readonly isSmooth: boolean
}

/** Founds a group, writes the index and ends the relay; the service worker keeps the app. */
export async function openBigLibrary(photos: number): Promise<BigLibrary> {
  prepareApp()
  const fill = await bundleForPage(join(import.meta.dirname, 'fill-index-in-page.ts'))
  const relay = await startRelay()
  const profile = await openProfile()
  const page = await profile.context().newPage()
  await startGroup(page, relay)
  // The card must be on the device, and the app must not be open while the index is written.
  await page.waitForTimeout(2000)
  await page.close()
  const blank = await profile.context().newPage()
  await blank.goto(`${relay.origin}/healthz`)
  await blank.evaluate(`${fill};bench.fillIndex(${photos})`)
  await blank.close()
  await relay.kill()
  return {
    origin: relay.origin,
    profile,
    async dispose() {
      await profile.dispose()
      await relay.dispose()
    },
  }
}

/** Opens the photos and waits until the scale of dates is there: everything has arrived then. */
export async function openPhotos({ profile, origin }: BigLibrary, slowdown: number): Promise<Page> {
  const page = await profile.context().newPage()
  page.setDefaultTimeout(120_000)
  await page.addInitScript(holdEngine)
  await page.goto(`${origin}/photos`)
  await page.getByRole('slider', { name: 'Jump to a date' }).waitFor({ state: 'attached' })
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
  return page
}

/** What the page did while `move` ran. */
export async function watchMotion(page: Page, move: () => Promise<void>): Promise<Motion> {
  await page.evaluate(watchFrames)
  await move()
  const watched = await page.evaluate(() => globalThis.watchedFrames)
  await page.evaluate(() => (globalThis.watchedFrames = null))
  if (watched === null || watched.framesMs.length === 0) throw new Error('no frame was seen')
  const { framesMs, tasksMs } = watched
  const late = framesMs.filter((ms) => ms > lateMs).length
  const lateShare = (100 * late) / framesMs.length
  tell(
    `${framesMs.length} frames, median ${rounded(median(framesMs), 1)} ms, ${late} late; ` +
      `${tasksMs.length} long tasks, longest ${rounded(Math.max(0, ...tasksMs), 0)} ms; ` +
      `${watched.mostTiles} tiles`,
  )
  return { lateShare, isSmooth: tasksMs.length === 0 && watched.mostTiles <= mostTiles }
}
