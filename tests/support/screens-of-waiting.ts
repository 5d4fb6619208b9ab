/** Pictures of what takes its time: photos on their way in, out or back, and a film that is fetched (screens.ts). */
import type { Page } from 'playwright-core'
import { demoGroup } from './demo/demo-library.ts'
import type { ScreenShot } from './screens-of-picking.ts'

/** A zip of which two films cannot be unpacked here. */
async function openZip(page: Page) {
  await page.getByRole('button', { name: 'Import from a zip…' }).click()
  const zip = { name: 'locked.zip', mimeType: 'application/zip', buffer: Buffer.from('zip') }
  await page.locator('input[accept*="zip"]').setInputFiles(zip)
  await page.getByRole('button', { name: 'Import', exact: true }).waitFor()
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
    ...{ name: 'import-zip-locked', scenario: 'family', act: openZip },
    path: `/groups/${demoGroup(0)}`,
  },
  { name: 'viewer-film', scenario: 'family', path: '/photos', act: openFilm },
]
