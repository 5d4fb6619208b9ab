/** Chromium profiles on disk, each with the built app as a phone shows it: what two people hold in their hands. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { chromiumArgs, ensureChromium } from '#scripts/chromium.ts'
import { ensureBuild } from '#scripts/ensure-build.ts'
import type { RunningRelay } from '#tests/support/start-relay.ts'

export interface AppProfile {
  readonly context: () => BrowserContext
  /** Closes Chromium and opens it again on the same profile. */
  reopen(): Promise<void>
  /** Closes Chromium and removes the profile. */
  dispose(): Promise<void>
}

/** Builds the app if its sources are newer than the build. */
export function prepareApp(): void {
  if (!ensureBuild(join(import.meta.dirname, '../..'))) throw new Error('the app was not built')
}

/** A new, empty profile. */
export async function openProfile(): Promise<AppProfile> {
  const folder = await mkdtemp(join(tmpdir(), 'mantel-profile-'))
  const launch = () =>
    chromium.launchPersistentContext(folder, {
      executablePath: ensureChromium(),
      args: chromiumArgs(),
      viewport: { width: 390, height: 844 },
    })
  let context = await launch()
  return {
    context: () => context,
    async reopen() {
      await context.close()
      context = await launch()
    },
    async dispose() {
      await context.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Sam's first visit: starts the group and waits until the service worker answers pictures. */
export async function startGroup(page: Page, relay: RunningRelay): Promise<void> {
  const code = relay.hostingCode()
  await page.goto(relay.origin + (code === null ? '/' : `/#host=${code}`))
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await page.getByRole('button', { name: 'Start a group' }).click()
  await page.getByRole('textbox', { name: 'Group name' }).fill('Family')
  await page.getByRole('textbox', { name: 'Your name' }).fill('Sam')
  await page.getByRole('button', { name: 'Create group' }).click()
  await page.getByRole('button', { name: 'Add photos' }).first().waitFor()
}

/** The link by which one person may join Sam's group. */
export async function invitationLink(page: Page, relay: RunningRelay): Promise<string> {
  await page.goto(`${relay.origin}/groups`)
  await page.getByRole('link', { name: 'Family' }).first().click()
  await page.getByRole('button', { name: 'Invite' }).first().click()
  const field = page.getByRole('textbox', { name: 'Invitation link' })
  await field.waitFor()
  return field.inputValue()
}

/** Ana opens the link and joins. */
export async function joinGroup(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  const name = page.getByRole('textbox', { name: 'Your name' })
  await name.waitFor()
  await name.fill('Ana')
  await page.getByRole('button', { name: 'Join Family' }).click()
  await name.waitFor({ state: 'detached' })
}
