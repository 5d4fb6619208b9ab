import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

const stage = createStage()
const axe = readFileSync(
  join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'),
  'utf8',
)

test.for(['light', 'dark'] as const)(
  'Ana, who uses a screen reader, finds nothing in her way, %s',
  async (colorScheme) => {
    const relay = await stage.relay()
    const sam = await stage.profile('Sam', {
      colorScheme,
      viewport: { width: 390, height: 844 },
      // Only for the checker, which is not part of the app; every other test runs under the app's own policy.
      bypassCSP: true,
    })
    const { page } = sam
    await page.goto(`${relay.origin}/start`)
    await sam.button('Create group').waitFor()
    await expectClean(page, 'Start a group')
    await page.goto(`${relay.origin}/join`)
    await sam.button('Continue').waitFor()
    await expectClean(page, 'Join with a link')
    await page.goto(relay.origin)
    await sam.button('Start a group').waitFor()
    await expectClean(page, 'Welcome')

    await sam.startGroup(relay, 'Family')
    await expectClean(page, 'empty album')
    await sam.addPhotos(stage.files(cameraPhotos(4)))
    await eventually(() => sam.status()).toBe('All photos are safe')
    await expectClean(page, 'album')
    for (const screen of ['Albums', 'Groups', 'Settings', 'Photos'] as const) {
      await sam.visit(screen)
      await expectClean(page, screen)
    }
    await page.getByRole('list', { name: 'Photos' }).getByRole('button').first().click()
    await page.getByRole('dialog', { name: 'Photo viewer' }).waitFor()
    await expectClean(page, 'viewer')
    await sam.button('Info').click()
    await sam.textbox('Caption').waitFor()
    await expectClean(page, 'viewer with info')
    await page.keyboard.press('Escape')

    await sam.visit('Settings')
    const keeping = page.getByRole('combobox', { name: 'Keep on this phone of Family' })
    await keeping.selectOption('thumbnails')
    await page.getByText('Small pictures only.').waitFor()
    await expectClean(page, 'settings')

    const link = await sam.invite('Family')
    await expectClean(page, 'group')
    await page.getByRole('link', { name: 'All members' }).click()
    await page.getByRole('list', { name: 'Members' }).waitFor()
    await expectClean(page, 'members')
    await sam.openGroup('Family')
    await sam.button('Leave Family').click()
    await sam.button('Stay').waitFor()
    await expectClean(page, 'leave')
    await sam.button('Stay').click()
    await sam.button('Invite').click()
    await page.getByRole('img', { name: 'Invitation QR code' }).waitFor()
    await expectClean(page, 'invite')
    const ana = await stage.profile('Ana', { colorScheme, bypassCSP: true })
    await ana.page.goto(link)
    await ana.button('Join Family').waitFor()
    await expectClean(ana.page, 'join')
  },
)

interface Finding {
  readonly id: string
  readonly nodes: readonly { readonly html: string }[]
}

async function expectClean(page: Page, screen: string): Promise<void> {
  await page.evaluate(axe)
  const found = await page.evaluate<Finding[]>('axe.run().then((result) => result.violations)')
  const told = found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`)
  expect({ screen, told }).toEqual({ screen, told: [] })
}
