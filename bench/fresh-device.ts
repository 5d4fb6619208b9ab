/**
 * Budget: a fresh device, 10,000 items, loopback, cold cache: 40 thumbnails painted ≤ 3 s; bytes before that ≤ 1.3 ×
 * snapshot and thumbnails shown (docs/design.md §13).
 *
 * A real relay with a group whose entries were written two hundred photos each. Every run is a Chromium with an
 * empty profile that opens an invitation, in a window in which 40 tiles fit. The time runs from the navigation to the
 * frame after the one in which 40 tiles have their pictures: the app itself comes in it, too. The bytes are counted
 * between the relay and one more such Chromium that has the app already, since they are the group's. `value` is the
 * median of the times; `ok` needs both.
 */
import type { Page } from 'playwright-core'
import { openProfile, prepareApp, type AppProfile } from './support/app-profile.ts'
import { openBigGroup } from './support/big-group.ts'
import { median, report, rounded, tell } from './support/report.ts'
import { watchPictures } from './support/watch-pictures.ts'

const limitSeconds = 3
const limitShare = 1.3
const items = 10_000
const shown = 40
const pictures = 120
const runs = 3
const patienceMs = 120_000
const window = { width: 1280, height: 1200 }

prepareApp()
const group = await openBigGroup(items, pictures)
tell(`snapshot ${group.snapshotBytes} bytes, thumbnail ${group.thumbnailBytes.toFixed(0)} bytes`)
try {
  const all: number[] = []
  for (let n = 0; n < runs; n++) {
    const { seconds, bytes } = await onFreshDevice((page) => open(page))
    tell(`${seconds.toFixed(2)} s, ${bytes} bytes with the app`)
    all.push(seconds)
  }
  const { seconds, bytes } = await onFreshDevice(async (page) => {
    await keepApp(page)
    return open(page)
  })
  const share = bytes / (group.snapshotBytes + shown * group.thumbnailBytes)
  tell(`with the app here ${seconds.toFixed(2)} s, ${bytes} bytes: ${share.toFixed(2)} × the least`)
  const value = median(all)
  report({
    ...{ name: 'fresh-device', value: rounded(value), unit: 's', limit: limitSeconds },
    ok: value <= limitSeconds && share <= limitShare,
  })
} finally {
  await group.dispose()
}

async function onFreshDevice<T>(act: (page: Page) => Promise<T>): Promise<T> {
  const profile: AppProfile = await openProfile()
  try {
    const page = await profile.context().newPage()
    page.setDefaultTimeout(patienceMs)
    await page.setViewportSize(window)
    return await act(page)
  } finally {
    await profile.dispose()
  }
}

/** The service worker is there once it has all of the app. */
async function keepApp(page: Page): Promise<void> {
  await page.goto(group.origin)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await page.goto('about:blank')
}

async function open(page: Page): Promise<{ seconds: number; bytes: number }> {
  await page.addInitScript(watchPictures, shown)
  const before = group.passedBytes()
  await page.goto(group.link)
  await page.waitForFunction(() => globalThis.picturesMs !== null)
  const bytes = group.passedBytes() - before
  const ms = await page.evaluate(() => globalThis.picturesMs)
  if (ms === null) throw new Error('no pictures were painted')
  return { seconds: ms / 1000, bytes }
}
