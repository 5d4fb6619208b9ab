/** The app without a network, and what the service worker leaves alone. */
import { eventually } from '#tests/support/e2e-stage.ts'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { chromiumArgs, ensureChromium } from '#scripts/chromium.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let browser: Browser
let relay: RunningRelay
let context: BrowserContext
let page: Page

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs() })
  relay = await startRelay()
})
afterAll(async () => {
  await browser.close()
  await relay.dispose()
})
beforeEach(async () => {
  context = await browser.newContext()
  page = await context.newPage()
  await page.goto(relay.origin)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
})
afterEach(() => context.close())

test('after one visit the app opens without a network, at every address', async () => {
  await relay.kill()
  for (const path of ['/', '/photos', '/settings', '/groups?x=1']) {
    await page.goto(relay.origin + path)
    await page.getByRole('button', { name: 'Start a group' }).first().waitFor()
  }
  const kept = await page.evaluate(async () => {
    const keys = await Promise.all(
      (await caches.keys()).map(async (name) => (await caches.open(name)).keys()),
    )
    return keys.flat().map((request) => new URL(request.url).pathname)
  })
  // Documents, and pictures of phones that the browser cannot read: both are needed without a network too.
  const wasm = kept.filter((path) => path.endsWith('.wasm')).map((path) => path.split('/').at(-1))
  expect(wasm.map((name) => name?.split('-')[0]).sort()).toEqual(['automerge', 'libheif'])
  expect(kept.some((path) => path.includes('engine.worker'))).toBe(true)
  expect(kept.filter((path) => path.startsWith('/screenshots/'))).toEqual([])
  await relay.restart()
})

test('pictures that nobody has are 404 without a relay too, and leave nothing behind', async () => {
  const id = 'ab'.repeat(32)
  await relay.kill()
  const statuses = await page.evaluate(
    async (paths) => Promise.all(paths.map(async (path) => (await fetch(path)).status)),
    [`/media/${id}/${id}`, '/media/nothing'],
  )
  expect(statuses).toEqual([404, 404])
  const databases = await page.evaluate(async () => {
    return (await indexedDB.databases()).map(({ name }) => name)
  })
  expect(databases).not.toContain(`mantel-${id}`)
  await relay.restart()
})

test("a relay's own addresses are never the app", async () => {
  for (const path of ['/healthz', '/relay']) {
    await page.goto(relay.origin + path)
    expect(await page.locator('#app').count()).toBe(0)
  }
})

test('no new version starts unasked', async () => {
  const states = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready
      await registration.update()
      return [registration.active?.state, registration.waiting]
    })
  await eventually(states).toEqual(['activated', null])
})

test('the manifest and its pictures are there', async () => {
  const manifest = await page.evaluate(async () => {
    const link = document.querySelector<HTMLLinkElement>('link[rel=manifest]')
    return (await fetch(link?.href ?? '')).json() as Promise<{ icons: { src: string }[] }>
  })
  for (const { src } of manifest.icons) {
    const answer = await fetch(relay.origin + src)
    expect([src, answer.status]).toEqual([src, 200])
  }
})
