/**
 * Every screen of the app, and every dialog: what the checks of all screens go through, compared with what is in
 * src/, so that a new one without a check is noticed.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import type { Page } from 'playwright-core'
import type { BrowserDevice } from './browser-device.ts'

const source = join(import.meta.dirname, '../../src')

export interface AppScreen {
  /** Its folder in src/routes. */
  readonly route: string
  /** Where it is, for the group and the album that are looked at. */
  readonly path: (place: { readonly group: string; readonly album: string }) => string
  /** What stands there when it is all there. */
  readonly sight: (page: Page) => ReturnType<Page['getByText']>
}

const button = (name: string) => (page: Page) =>
  page.getByRole('button', { name, exact: true }).first()
const textbox = (name: string) => (page: Page) => page.getByRole('textbox', { name, exact: true })

/** What one meets before one is in a group. */
export const screensOfStrangers: readonly AppScreen[] = [
  { route: '/', path: () => '/', sight: button('Join with a link') },
  { route: '/start', path: () => '/start', sight: button('Create group') },
  { route: '/join', path: () => '/join', sight: textbox('Invitation link') },
  { route: '/move', path: () => '/move', sight: textbox('Invitation link') },
  { route: '/recover', path: () => '/recover', sight: textbox('Invitation link') },
]

/** What one meets in a group that has photos, one of them in the bin. */
export const screensOfMembers: readonly AppScreen[] = [
  { route: '/photos', path: () => '/photos', sight: button('Select photos') },
  {
    route: '/search',
    path: () => '/search?q=photo',
    sight: (page) => page.locator('main h2').first(),
  },
  { route: '/albums', path: () => '/albums', sight: button('New album') },
  {
    route: '/albums/[group]/[album]',
    path: ({ group, album }) => `/albums/${group}/${album}`,
    sight: button('Select photos'),
  },
  {
    route: '/groups',
    path: () => '/groups',
    sight: (page) => page.getByRole('main').getByRole('link', { name: 'Family' }),
  },
  {
    route: '/groups/[group]',
    path: ({ group }) => `/groups/${group}`,
    sight: button('Export all photos'),
  },
  {
    route: '/groups/[group]/members',
    path: ({ group }) => `/groups/${group}/members`,
    sight: (page) => page.getByRole('list', { name: 'Members' }),
  },
  {
    route: '/groups/[group]/bin',
    path: ({ group }) => `/groups/${group}/bin`,
    sight: button('Empty bin'),
  },
  {
    route: '/groups/[group]/fork',
    path: ({ group }) => `/groups/${group}/fork`,
    sight: button('Make the new group'),
  },
  {
    route: '/settings',
    path: () => '/settings',
    sight: (page) => page.getByRole('combobox', { name: 'Keep on this phone of Family' }),
  },
  {
    route: '/settings/devices',
    path: () => '/settings/devices',
    sight: button('Move away from here'),
  },
  {
    route: '/settings/sheet',
    path: () => '/settings/sheet',
    sight: button('Make a recovery sheet'),
  },
  {
    route: '/settings/diagnostics',
    path: () => '/settings/diagnostics',
    sight: (page) => page.locator('main h1'),
  },
  { route: '/camera', path: () => '/camera', sight: button('Take picture') },
]

export interface AppDialog {
  /** Its component. */
  readonly component: string
  /** The route of the screen that it is opened from. */
  readonly on: string
  /** The buttons that lead to it, one after another. */
  readonly press: readonly (string | RegExp)[]
}

const onGroup = { on: '/groups/[group]' }
const onMembers = { on: '/groups/[group]/members' }
const onDevices = { on: '/settings/devices' }

/** Dialogs of an album; the buttons of most are there once photos are picked. */
export const dialogsOfAlbums: readonly AppDialog[] = [
  { component: 'AlbumNameDialog', on: '/albums', press: ['New album'] },
  { component: 'EmptyBinDialog', on: '/groups/[group]/bin', press: ['Empty bin'] },
  ...[
    { component: 'AlbumMenu', press: ['Album menu'] },
    { component: 'MoreActs', press: ['Select photos', /^Photo, /, 'More'] },
    { component: 'ToAlbumDialog', press: ['Select photos', /^Photo, /, 'Put into an album'] },
    {
      component: 'CopyDialog',
      press: ['Select photos', /^Photo, /, 'More', 'Copy to another group'],
    },
    { component: 'DatesDialog', press: ['Select photos', /^Photo, /, 'More', 'Correct the dates'] },
    { component: 'PlaceDialog', press: ['Select photos', /^Photo, /, 'More', 'Set the place'] },
    { component: 'ArrangeDialog', press: ['Select photos', /^Photo, /, 'More', 'Arrange by hand'] },
  ].map((dialog) => ({ ...dialog, on: '/albums/[group]/[album]' })),
]

/** Dialogs of a group with another member, and of one's devices where there is a recovery sheet. */
export const dialogsOfGroups: readonly AppDialog[] = [
  { ...onGroup, component: 'InviteDialog', press: ['Invite'] },
  { ...onGroup, component: 'ExportDialog', press: ['Export all photos'] },
  { ...onGroup, component: 'ImportZipDialog', press: ['Import from a zip…'] },
  { ...onGroup, component: 'AgreementDialog', press: ['Write it down'] },
  { ...onGroup, component: 'LeaveDialog', press: ['Leave Family'] },
  { ...onMembers, component: 'RemoveDialog', press: ['Remove Ana'] },
  { ...onMembers, component: 'HandOverDialog', press: ['Choose who looks after it'] },
  { ...onMembers, component: 'LetBackInDialog', press: ['Ana lost their devices'] },
  { ...onDevices, component: 'AddDeviceDialog', press: ['Add my other device'] },
  { ...onDevices, component: 'MoveDialog', press: ['Move away from here'] },
  { ...onDevices, component: 'RenameDeviceDialog', press: [/^Rename /] },
  { ...onDevices, component: 'RemoveDeviceDialog', press: [/^Remove /] },
]

/** Goes to a screen as by its address, and waits until it is all there. */
export async function goToScreen(
  device: BrowserDevice,
  screen: AppScreen,
  place: { readonly group: string; readonly album: string },
): Promise<void> {
  const { page } = device
  await follow(page, new URL(screen.path(place), page.url()).href)
  await screen.sight(page).waitFor()
}

/** As by a link on the page: the app goes on running. */
async function follow(page: Page, address: string): Promise<void> {
  await page.locator('main').evaluate((main, href) => {
    const link = document.createElement('a')
    link.href = href
    main.append(link)
    link.click()
    link.remove()
  }, address)
}

/** Opens a dialog from its screen; where that is open already, another dialog over it is closed. */
export async function openDialog(
  device: BrowserDevice,
  { on, press }: AppDialog,
  place: { readonly group: string; readonly album: string },
): Promise<void> {
  const screen = screensOfMembers.find(({ route }) => route === on)
  if (screen === undefined) throw new Error(`no screen at ${on}`)
  const { page } = device
  const dialog = page.getByRole('dialog')
  if (press.length === 1 && new URL(page.url()).pathname === screen.path(place)) {
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  } else {
    await page.goto(new URL(screen.path(place), page.url()).href)
    await screen.sight(page).waitFor()
  }
  for (const name of press) await device.button(name).first().click()
  await dialog.waitFor()
}

/** The group and the album whose page is open. */
export function placeOf(page: Page): { group: string; album: string } {
  const [, , group = '', album = ''] = new URL(page.url()).pathname.split('/')
  return { group, album }
}

/** The routes that have a page. */
export function routesInSource(): string[] {
  return filesIn('routes', '+page.svelte').map((path) => {
    const folders = dirname(path)
      .split(sep)
      .filter((name) => name !== '.' && !name.startsWith('('))
    return `/${folders.join('/')}`
  })
}

/** The components that are a dialog. */
export function dialogsInSource(): string[] {
  return filesIn('lib/ui', '.svelte')
    .filter((path) => !path.startsWith(`shared${sep}`))
    .filter((path) =>
      /<(?:Confirm)?Dialog\b/.test(readFileSync(join(source, 'lib/ui', path), 'utf8')),
    )
    .map((path) => basename(path, '.svelte'))
}

function filesIn(folder: string, suffix: string): string[] {
  const all = readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' })
  return all.filter((path) => path.endsWith(suffix))
}
