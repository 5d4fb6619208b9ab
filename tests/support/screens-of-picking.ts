/** Pictures of picked photos, and of what one is asked about them (screens.ts). */
import type { Page } from 'playwright-core'
import { demoAlbum, demoGroup } from './demo/demo-library.ts'

export interface ScreenShot {
  readonly name: string
  readonly scenario: string
  readonly path: string
  readonly userAgent?: string
  readonly act?: (page: Page) => Promise<void>
}

const path = `/albums/${demoGroup(0)}/${demoAlbum(0)}`
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

async function pickTwo(page: Page) {
  await press(page, 'Select photos')
  const photos = page.getByRole('list', { name: 'Photos' }).getByRole('button')
  for (const n of [1, 2]) await photos.nth(n).click()
}

/** Pictures of what one is asked about picked photos, by name: the buttons that lead there. */
function pickedDialogs(dialogs: Readonly<Record<string, readonly string[]>>): ScreenShot[] {
  return Object.entries(dialogs).map(([name, buttons]) => ({
    ...{ name, scenario: 'family', path },
    act: async (page: Page) => {
      await pickTwo(page)
      for (const pressed of buttons) await press(page, pressed)
    },
  }))
}

export const pickedScreens: readonly ScreenShot[] = [
  { name: 'picked', scenario: 'family', path, act: pickTwo },
  ...pickedDialogs({
    'picked-more': ['More'],
    'picked-album': ['Put into an album'],
    'picked-group': ['More', 'Copy to another group'],
    'picked-dates': ['More', 'Correct the dates'],
    'picked-place': ['More', 'Set the place'],
    'picked-arrange': ['More', 'Arrange by hand'],
  }),
]
