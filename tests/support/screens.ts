/**
 * Takes a picture of every screen in both sizes and both lights, over the demo client, and looks for what
 * axe finds. `node tests/support/screens.ts [folder] [pattern of names]`; the pictures are for people.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { chromiumArgs, ensureChromium } from '#scripts/chromium.ts'
import deviceLinks from '#tests/vectors/device-link.json' with { type: 'json' }
import { demoAlbum, demoGroup } from './demo/demo-library.ts'
import { serveDemo } from './demo/serve.ts'
import { lookingScreens } from './screens-of-looking.ts'
import { pickedScreens, type ScreenShot } from './screens-of-picking.ts'
import { waitingScreens } from './screens-of-waiting.ts'

const link =
  '/join#1.oKGio6SlpqeoqaqrrK2ur7CxsrO0tba3uLm6u7y9vr8.oKGio6SlpqeoqaqrrK2ur7CxsrO0tba3uLm6u7y9vr8'
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1'
const deviceLink = new URL(deviceLinks[0]?.text ?? 'about:blank').href.replace(
  /^https?:..[^/]+/,
  '',
)
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

async function openFirst(page: Page) {
  await page.getByRole('list', { name: 'Photos' }).getByRole('button').nth(4).click()
  await page.locator('.pswp__img[data-shown]').first().waitFor()
}

const toPlaces = (page: Page) =>
  page.getByRole('heading', { name: 'Places' }).scrollIntoViewIfNeeded()

/** Pictures of what a button of the devices' page opens, by name. */
function onDevices(scenario: string, dialogs: Readonly<Record<string, string>>): ScreenShot[] {
  return Object.entries(dialogs).map(([name, opener]) => ({
    ...{ name, scenario, path: '/settings/devices' },
    act: (page: Page) => button(page, opener).first().click(),
  }))
}

/** Pictures of what a button of a group's page opens (and then, behind a `>`, the next), by name. */
function onGroup(scenario: string, buttons: Record<string, string>, below = ''): ScreenShot[] {
  return Object.entries(buttons).map(([name, pressed]) => ({
    ...{ name, scenario, path: `/groups/${demoGroup(0)}${below}` },
    act: async (page) => {
      for (const each of pressed.split('>')) await button(page, each).click()
    },
  }))
}

const screens: readonly ScreenShot[] = [
  { name: 'welcome', scenario: 'new', path: '/' },
  { name: 'start', scenario: 'new', path: '/start' },
  {
    name: 'start-refused',
    scenario: 'new',
    path: '/start',
    act: (page) => button(page, 'Create group').click(),
  },
  { name: 'paste', scenario: 'new', path: '/join' },
  { name: 'join', scenario: 'visiting', path: link },
  { name: 'join-coming', scenario: 'coming', path: link },
  { name: 'join-used', scenario: 'visiting', path: link.replace('9vr8.oKGi', '9vr8.used') },
  { name: 'join-iphone', scenario: 'visiting', path: link, userAgent: iphone },
  { name: 'join-in-app', scenario: 'visiting', path: link, userAgent: `${iphone} Instagram 300` },
  { name: 'photos', scenario: 'family', path: '/photos' },
  { name: 'photos-empty', scenario: 'empty', path: '/photos' },
  { name: 'unread', scenario: 'unread', path: '/photos' },
  ...waitingScreens,
  { name: 'search', scenario: 'family', path: '/search' },
  { name: 'search-found', scenario: 'family', path: '/search?q=old%20boat' },
  { name: 'search-nothing', scenario: 'family', path: '/search?q=giraffe' },
  {
    name: 'photos-favourites',
    scenario: 'family',
    path: '/photos',
    act: (page) => button(page, 'Favourites').click(),
  },
  { name: 'albums', scenario: 'family', path: '/albums' },
  {
    name: 'albums-new',
    scenario: 'family',
    path: '/albums',
    act: (page) => button(page, 'New album').click(),
  },
  { name: 'album', scenario: 'family', path: `/albums/${demoGroup(0)}/${demoAlbum(0)}` },
  ...pickedScreens,
  ...lookingScreens,
  {
    name: 'album-menu',
    scenario: 'family',
    path: `/albums/${demoGroup(0)}/${demoAlbum(0)}`,
    act: (page) => button(page, 'Album menu').click(),
  },
  {
    name: 'bin',
    scenario: 'family',
    path: `/groups/${demoGroup(0)}/bin`,
    act: async (page) => {
      const photos = page.getByRole('list', { name: 'Photos' }).getByRole('button')
      await photos.nth(1).click()
      await photos.nth(4).click()
    },
  },
  { name: 'bin-empty', scenario: 'empty', path: `/groups/${demoGroup(0)}/bin` },
  ...onGroup('family', { 'bin-asking': 'Empty bin' }, '/bin'),
  { name: 'viewer', scenario: 'family', path: '/photos', act: openFirst },
  {
    name: 'viewer-info',
    scenario: 'family',
    path: '/photos',
    act: async (page) => {
      await openFirst(page)
      await button(page, 'Info').click()
    },
  },
  {
    name: 'viewer-date',
    scenario: 'family',
    path: '/photos',
    act: async (page) => {
      await openFirst(page)
      await button(page, 'Info').click()
      await button(page, 'Correct the date').click()
    },
  },
  {
    name: 'viewer-place',
    scenario: 'family',
    path: '/photos',
    act: async (page) => {
      await openFirst(page)
      await button(page, 'Info').click()
      await button(page, 'Correct the place').click()
    },
  },
  {
    name: 'viewer-copy',
    scenario: 'family',
    path: '/photos',
    act: async (page) => {
      await openFirst(page)
      await button(page, 'Copy to another group').click()
    },
  },
  {
    name: 'viewer-bin',
    scenario: 'family',
    path: '/photos',
    act: async (page) => {
      await openFirst(page)
      await button(page, 'Move to bin').click()
    },
  },
  { name: 'camera', scenario: 'family', path: '/camera' },
  { name: 'groups', scenario: 'family', path: '/groups' },
  { name: 'group', scenario: 'family', path: `/groups/${demoGroup(0)}` },
  { name: 'group-places', scenario: 'family', path: `/groups/${demoGroup(1)}`, act: toPlaces },
  {
    name: 'invite',
    scenario: 'family',
    path: `/groups/${demoGroup(0)}`,
    act: (page) => button(page, 'Invite').click(),
  },
  { name: 'group-asking', scenario: 'asking', path: `/groups/${demoGroup(0)}` },
  { name: 'group-refused', scenario: 'refused', path: `/groups/${demoGroup(0)}` },
  { name: 'group-removed', scenario: 'removed', path: `/groups/${demoGroup(0)}` },
  { name: 'fork', scenario: 'family', path: `/groups/${demoGroup(0)}/fork` },
  {
    name: 'fork-refused',
    scenario: 'family',
    path: `/groups/${demoGroup(0)}/fork`,
    act: (page) => button(page, 'Make the new group').click(),
  },
  { name: 'photos-fork-offered', scenario: 'fork-offered', path: '/photos' },
  { name: 'group-fork-offered', scenario: 'fork-offered', path: `/groups/${demoGroup(0)}` },
  { name: 'group-fork-from', scenario: 'fork-made', path: `/groups/${demoGroup(0)}` },
  { name: 'group-fork-to', scenario: 'fork-made', path: `/groups/${demoGroup(1)}` },
  ...onGroup('removed', { 'group-forget': 'Remove from this device' }),
  { name: 'photos-asking', scenario: 'asking', path: '/photos' },
  ...onGroup('family', {
    'import-zip': 'Import from a zip…',
    export: 'Export all photos',
    'export-saving': 'Export all photos>Save zip',
  }),
  ...onGroup('family', { agreement: 'Write it down', leave: 'Leave Family' }),
  ...onGroup('troubled', { 'leave-unsent': 'Leave Family' }),
  ...onGroup('alone', { 'leave-alone': 'Leave Family' }),
  { name: 'members', scenario: 'family', path: `/groups/${demoGroup(0)}/members` },
  { name: 'members-troubled', scenario: 'troubled', path: `/groups/${demoGroup(0)}/members` },
  { name: 'members-alone', scenario: 'alone', path: `/groups/${demoGroup(0)}/members` },
  ...onGroup(
    'family',
    { 'members-remove': 'Remove Sam', 'members-hand-over': 'Choose who looks after it' },
    '/members',
  ),
  { name: 'settings', scenario: 'family', path: '/settings' },
  { name: 'devices', scenario: 'family', path: '/settings/devices' },
  { name: 'devices-one', scenario: 'one-device', path: '/settings/devices' },
  ...onDevices('family', {
    'devices-remove': 'Remove Kitchen tablet',
    'devices-rename': 'Rename Kitchen tablet',
    'devices-move': 'Move away from here',
    'devices-add': 'Add my other device',
  }),
  ...onDevices('offline', { 'devices-add-offline': 'Add my other device' }),
  ...onDevices('device-in', { 'devices-add-used': 'Add my other device' }),
  ...onDevices('device-late', { 'devices-add-late': 'Add my other device' }),
  {
    name: 'sheet',
    scenario: 'family',
    path: '/settings/sheet',
    act: (page) => button(page, 'Make a recovery sheet').click(),
  },
  { name: 'arrive', scenario: 'new', path: deviceLink },
  {
    name: 'arrived',
    scenario: 'family',
    path: deviceLink,
    act: (page) => button(page, 'Use it here').click(),
  },
  {
    name: 'members-let-back-in',
    scenario: 'family',
    path: `/groups/${demoGroup(0)}/members`,
    act: (page) => button(page, 'Sam lost their devices').click(),
  },
  { name: 'diagnostics', scenario: 'family', path: '/settings/diagnostics' },
]
const sizes = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 800 } }
const axeSource = readFileSync(
  join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'),
  'utf8',
)

interface Finding {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

async function shoot(browser: Browser, address: string, screen: ScreenShot, folder: string) {
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const name = `${screen.name}-${size}-${colorScheme}`
      if (!pattern.test(name)) continue
      const context = await browser.newContext({
        viewport,
        isMobile: size === 'phone',
        hasTouch: size === 'phone',
        colorScheme,
        permissions: ['camera'],
        ...(screen.userAgent === undefined ? {} : { userAgent: screen.userAgent }),
      })
      await context.addInitScript((name) => localStorage.setItem('demo', name), screen.scenario)
      const page = await context.newPage()
      page.on('pageerror', (error) => console.log(`${name}: ${error.message}`))
      page.on('console', (message) => {
        if (message.type() === 'error') console.log(`${name}: ${message.text()}`)
      })
      await page.goto(address + screen.path)
      await page.locator('h1').first().waitFor()
      await screen.act?.(page)
      await page.waitForTimeout(1200)
      await page.screenshot({ path: join(folder, `${name}.png`) })
      await reportFindings(page, name)
      await context.close()
    }
  }
}

async function reportFindings(page: Page, name: string) {
  await page.evaluate(axeSource)
  const findings = await page.evaluate<Finding[]>('axe.run().then((r) => r.violations)')
  for (const { id, nodes } of findings) {
    for (const { html, failureSummary } of nodes.slice(0, 3)) {
      console.log(`${name}: axe ${id}\n    ${html.slice(0, 160)}\n    ${failureSummary ?? ''}`)
    }
  }
}

const folder = process.argv[2] ?? 'test-results/screens'
const pattern = new RegExp(process.argv[3] ?? '')
mkdirSync(folder, { recursive: true })
const running = process.env.DEMO
const port = Number(process.env.PORT ?? 4701)
const vite = running === undefined ? await serveDemo(port) : null
const browser = await chromium.launch({
  executablePath: ensureChromium(),
  args: [...chromiumArgs(), '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
})
for (const screen of screens) {
  try {
    await shoot(browser, running ?? `http://127.0.0.1:${port}`, screen, folder)
  } catch (cause) {
    console.log(`${screen.name}: ${String(cause)}`)
  }
}
await browser.close()
await vite?.close()
