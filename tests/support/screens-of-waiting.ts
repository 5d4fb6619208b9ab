/** Pictures of what takes its time: photos on their way in, out or back, and a film that is fetched (screens.ts). */
import type { Page } from 'playwright-core'
import type { ScreenShot } from './screens-of-picking.ts'

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
  { name: 'viewer-film', scenario: 'family', path: '/photos', act: openFilm },
]
