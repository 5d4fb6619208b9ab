/** Whoever uses a screen reader, or needs contrast, finds nothing in their way: on no screen and in no dialog. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import {
  dialogsInSource,
  dialogsOfAlbums,
  dialogsOfGroups,
  goToScreen,
  openDialog,
  placeOf,
  routesInSource,
  screensOfMembers,
  screensOfStrangers,
} from '#tests/support/app-screens.ts'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

const stage = createStage()
const axe = readFileSync(
  join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'),
  'utf8',
)
/** Opened below by more than buttons. */
const dialogsOfOwnTests = ['AlbumChooser', 'ForgetDialog', 'ScanDialog']

test('no screen and no dialog is forgotten here', () => {
  const screens = [...screensOfStrangers, ...screensOfMembers].map(({ route }) => route)
  expect(screens.sort()).toEqual(routesInSource().sort())
  const dialogs = [...dialogsOfAlbums, ...dialogsOfGroups].map(({ component }) => component)
  expect([...dialogs, ...dialogsOfOwnTests].sort()).toEqual(dialogsInSource().sort())
})

test('Sam, who has never been here, finds nothing in his way', async () => {
  const relay = await stage.relay()
  const sam = await phone('Sam')
  // Not every browser reads codes; this one finds none.
  await sam.context.addInitScript(() => {
    const detect = () => Promise.resolve([])
    Object.assign(globalThis, { BarcodeDetector: class { detect = detect } }) // prettier-ignore
  })
  await sam.page.goto(relay.origin)
  for (const screen of screensOfStrangers) {
    await goToScreen(sam, screen, { group: '', album: '' })
    await expectClean(sam.page, screen.route)
  }
  await sam.page.goto(`${relay.origin}/join`)
  await sam.button('Scan a code').click()
  await sam.page.getByRole('dialog').waitFor()
  await expectClean(sam.page, 'ScanDialog')
  await sam.page.goto(`${relay.origin}/nowhere`)
  await sam.page.getByRole('link', { name: 'To the photos' }).waitFor()
  await expectClean(sam.page, 'a page that is not there')
  expect(sam.troubles.splice(0)).toEqual([expect.stringContaining('Not found: /nowhere')])
})

test('Sam, whose group has photos, finds nothing in his way on any screen', async () => {
  const sam = await phone('Sam')
  const place = await foundFamily(sam)
  for (const screen of screensOfMembers) {
    await goToScreen(sam, screen, place)
    await expectClean(sam.page, screen.route)
  }
  await sam.page.goto(new URL('/photos', sam.page.url()).href)
  await sam.page.getByRole('list', { name: 'Photos' }).getByRole('button').first().click()
  await sam.button('Download').waitFor()
  await expectClean(sam.page, 'viewer')
  await sam.button('Info').click()
  await sam.textbox('Add a comment').waitFor()
  await expectClean(sam.page, 'viewer with info')
})

test('Sam finds nothing in his way while he puts photos in order', async () => {
  const sam = await phone('Sam')
  const place = await foundFamily(sam)
  for (const dialog of dialogsOfAlbums) {
    await openDialog(sam, dialog, place)
    await expectClean(sam.page, dialog.component)
  }
  await sam.page.goto(new URL('/albums', sam.page.url()).href)
  await sam.button('New album').click()
  await sam.textbox('Album name').fill('Garden')
  await sam.button('Create album').click()
  await sam.page.getByRole('heading', { name: 'Garden', level: 1 }).waitFor()
  await expectClean(sam.page, 'empty album')
  await sam.visit('Photos')
  await sam.addPhotos(stage.files(cameraPhotos(1)))
  await sam.page.getByRole('dialog').waitFor()
  await expectClean(sam.page, 'AlbumChooser')
})

test('neither Sam, who looks after a group, nor Ana, whom he removes from it, finds anything in the way', async () => {
  const sam = await phone('Sam')
  const place = await foundFamily(sam)
  const ana = await phone('Ana')
  await ana.page.goto(await sam.invite('Family'))
  await ana.button('Join Family').waitFor()
  await expectClean(ana.page, 'invitation')
  await ana.join('Family')
  await sam.page.goto(new URL('/settings/sheet', sam.page.url()).href)
  await sam.button('Make a recovery sheet').click()
  await sam.page.getByRole('article').waitFor()
  await expectClean(sam.page, 'recovery sheet')
  for (const dialog of dialogsOfGroups) {
    await openDialog(sam, dialog, place)
    await expectClean(sam.page, dialog.component)
    if (dialog.component === 'ImportZipDialog') await chooseWrongFile(sam)
  }

  await openDialog(
    sam,
    { component: '', on: '/groups/[group]/members', press: ['Remove Ana'] },
    place,
  )
  await sam.button('Remove from Family').click()
  await ana.page.getByRole('heading', { name: 'You are not in Family any more' }).waitFor()
  await ana.openGroup('Family')
  await ana.button('Remove from this device').click()
  await ana.page.getByRole('dialog').waitFor()
  await expectClean(ana.page, 'ForgetDialog')
})

function phone(person: string): Promise<BrowserDevice> {
  return stage.profile(person, {
    viewport: { width: 390, height: 844 },
    // Only for the checker, which is not part of the app; every other test runs under the app's own policy.
    bypassCSP: true,
  })
}

/** A group with three photos, one of them in the bin. */
async function foundFamily(sam: BrowserDevice) {
  await sam.startGroup(await stage.relay(), 'Family')
  const place = placeOf(sam.page)
  await sam.addPhotos(stage.files(cameraPhotos(3)))
  await eventually(() => sam.paintedTiles()).toBe(3)
  await sam.page.getByRole('list', { name: 'Photos' }).getByRole('button').first().click()
  await sam.button('Move to bin').click()
  await sam.button('Undo').waitFor()
  await sam.button('Close').click()
  // It goes back in the history, which an address asked for meanwhile would get in the way of.
  await sam.button('Download').waitFor({ state: 'detached' })
  await eventually(() => sam.status()).toBe('All photos are safe')
  return place
}

async function chooseWrongFile(sam: BrowserDevice): Promise<void> {
  const path = join(stage.newFolder('zip'), 'holiday.zip')
  writeFileSync(path, 'not a zip')
  await sam.page.locator('input[accept*="zip"]').setInputFiles(path)
  await sam.page.getByRole('alert').waitFor()
  await expectClean(sam.page, 'ImportZipDialog, wrong file')
}

interface Finding {
  readonly id: string
  readonly nodes: readonly { readonly html: string }[]
}

/** By day everything is looked at, by night the colours once more. */
async function expectClean(page: Page, screen: string): Promise<void> {
  await page.evaluate(axe)
  const byDay = await findings(page, '{}')
  await page.emulateMedia({ colorScheme: 'dark' })
  const byNight = await findings(page, "{ runOnly: ['color-contrast', 'link-in-text-block'] }")
  await page.emulateMedia({ colorScheme: 'light' })
  expect({ screen, byDay, byNight }).toEqual({ screen, byDay: [], byNight: [] })
}

async function findings(page: Page, options: string): Promise<string[]> {
  await page.evaluate(comeToRest)
  const run = `axe.run(document, ${options}).then((result) => result.violations)`
  const found = await page.evaluate<Finding[]>(run)
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`)
}

/** Runs inside the page: a colour half-way to another is none that anybody is shown. */
async function comeToRest(): Promise<void> {
  const ending = document
    .getAnimations()
    .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
  await Promise.allSettled(ending.map(({ finished }) => finished))
}
