/** Pictures of what takes its time: photos on their way in, out or back, and a film that is fetched (screens.ts). */
import type { Page } from 'playwright-core'
import { demoGroup } from './demo/demo-library.ts'
import type { ScreenShot } from './screens-of-picking.ts'

/** A zip of which two films cannot be unpacked here. */
async function openZip(page: Page, name = 'locked.zip') {
  await page.getByRole('button', { name: 'Import from a zip…' }).click()
  const zip = { name, mimeType: 'application/zip', buffer: Buffer.from('zip') }
  await page.locator('input[accept*="zip"]').setInputFiles(zip)
  await page.getByRole('button', { name: 'Import', exact: true }).waitFor()
}

async function importZip(page: Page, name: string) {
  await openZip(page, name)
  await page.getByRole('button', { name: 'Import', exact: true }).click()
}

async function importHalf(page: Page) {
  await importZip(page, 'half, locked.zip')
  await page.getByText('431 photos added.').waitFor()
}

async function exportPart(page: Page) {
  await page.getByRole('button', { name: 'Export all photos' }).click()
  await page.getByRole('button', { name: 'Save zip' }).click()
  await page.getByText('The zip is saved.').waitFor()
}

async function openFilm(page: Page) {
  await page
    .getByRole('button', { name: /^Video, / })
    .first()
    .click()
  await page.getByText('Fetching the whole film').waitFor()
}

export const waitingScreens: readonly ScreenShot[] = [
  ...['offline', 'sending', 'adding', 'paused', 'full', 'fetching'].map((scenario) => ({
    ...{ name: `photos-${scenario}`, scenario, path: '/photos' },
  })),
  {
    ...{ name: 'import-zip-locked', scenario: 'family', act: (page) => openZip(page) },
    path: `/groups/${demoGroup(0)}`,
  },
  {
    ...{ name: 'import-zip-adding', scenario: 'family' },
    path: `/groups/${demoGroup(0)}`,
    act: (page) => importZip(page, 'photos.zip'),
  },
  {
    ...{ name: 'import-zip-half', scenario: 'family', act: importHalf },
    path: `/groups/${demoGroup(0)}`,
  },
  {
    ...{ name: 'export-part', scenario: 'offline', act: exportPart },
    path: `/groups/${demoGroup(0)}`,
  },
  { name: 'viewer-film', scenario: 'family', path: '/photos', act: openFilm },
]
