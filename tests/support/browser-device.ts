/**
 * A browser profile of one person, and what that person does in the built app: by roles and names only.
 *
 * The window is tall, so that the grid draws every photo of a test. Whatever nobody should ever see (errors,
 * violations of the Content-Security-Policy, requests to strangers) is collected in `troubles`.
 */
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from 'playwright-core'
import { ensureChromium } from '#scripts/chromium.ts'
import type { RunningRelay } from './start-relay.ts'

/** Generous: the machine may be busy with other things. */
export const patienceMs = 60_000

/** What the browser itself says when a relay is gone; only tests that end a relay look for more. */
const lostConnection = /Failed to load resource|WebSocket connection to|net::ERR_/

const usual: BrowserContextOptions = {
  viewport: { width: 480, height: 3200 },
  locale: 'en-GB',
  reducedMotion: 'reduce',
}

export class BrowserDevice {
  readonly context: BrowserContext
  readonly person: string
  /** What went wrong that no test expects. */
  readonly troubles: string[] = []
  readonly page: Page

  private constructor(person: string, page: Page) {
    this.person = person
    this.page = page
    this.context = page.context()
  }

  /** A fresh profile, in memory; requests to other places than `origins` are trouble. */
  static async open(
    browser: Browser,
    person: string,
    origins: ReadonlySet<string>,
    options: BrowserContextOptions = {},
  ): Promise<BrowserDevice> {
    const context = await browser.newContext({ ...usual, ...options })
    return BrowserDevice.#in(context, person, origins)
  }

  /** The same with a browser of its own, which keeps everything in a folder like that of a person. */
  static async openInFolder(
    folder: string,
    person: string,
    origins: ReadonlySet<string>,
    args: readonly string[],
  ): Promise<BrowserDevice> {
    const launch = { executablePath: ensureChromium(), args: [...args] }
    const context = await chromium.launchPersistentContext(folder, { ...usual, ...launch })
    return BrowserDevice.#in(context, person, origins)
  }

  static async #in(
    context: BrowserContext,
    person: string,
    origins: ReadonlySet<string>,
  ): Promise<BrowserDevice> {
    context.setDefaultTimeout(patienceMs)
    const device = new BrowserDevice(person, await context.newPage())
    device.#watch(origins)
    return device
  }

  #watch(origins: ReadonlySet<string>): void {
    const note = (what: string) => this.troubles.push(`${this.person}: ${what}`)
    this.context.on('weberror', (event) => note(event.error().stack ?? event.error().message))
    this.context.on('console', (message) => {
      if (message.type() !== 'error' || lostConnection.test(message.text())) return
      note(message.text())
    })
    this.context.on('request', (request) => {
      const { origin, protocol } = new URL(request.url())
      if (protocol.startsWith('http') && !origins.has(origin)) note(`asked ${origin}`)
    })
  }

  /** Another tab of the same profile; its troubles are the profile's. */
  async newTab(path: string): Promise<BrowserDevice> {
    const tab = new BrowserDevice(this.person, await this.context.newPage())
    await tab.page.goto(new URL(path, this.page.url()).href)
    return tab
  }

  /** Waits until the app is kept on the device and would open without signal. */
  async isControlled(): Promise<void> {
    await this.page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated')
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  textbox(name: string): Locator {
    return this.page.getByRole('textbox', { name, exact: true })
  }

  async visit(screen: 'Photos' | 'Albums' | 'Groups' | 'Settings'): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: screen }).click()
    await this.page.getByRole('heading', { name: screen, level: 1 }).waitFor()
  }

  /** Founds a group at the relay that serves the app, with the code that it printed. */
  async startGroup(relay: RunningRelay, groupName: string): Promise<void> {
    await this.page.goto(`${relay.origin}/#host=${relay.hostingCode() ?? ''}`)
    await this.button('Start a group').click()
    await this.textbox('Group name').fill(groupName)
    await this.textbox('Your name').fill(this.person)
    await this.button('Create group').click()
    await this.button('Add photos').waitFor()
  }

  /** Chooses files as from the phone's gallery. */
  async addPhotos(paths: readonly string[]): Promise<void> {
    const [chooser] = await Promise.all([
      this.page.waitForEvent('filechooser'),
      this.button('Add photos').first().click(),
    ])
    await chooser.setFiles([...paths])
  }

  /** Whether chosen files are still being copied to the device, so that Sam is told to keep Mantel open. */
  async isCopying(): Promise<boolean> {
    return this.page.getByText(/^Keep Mantel open/).isVisible()
  }

  /** Opens the page of a group from wherever the person is. */
  async openGroup(name: string): Promise<void> {
    await this.visit('Groups')
    await this.page.getByRole('main').getByRole('link', { name }).click()
    await this.page.getByRole('heading', { name, level: 1 }).waitFor()
  }

  /** The link of a new invitation, for one person. */
  async invite(groupName: string): Promise<string> {
    await this.openGroup(groupName)
    await this.button('Invite').click()
    const dialog = this.page.getByRole('dialog', { name: `Invite to ${groupName}` })
    await dialog.getByRole('img', { name: 'Invitation QR code' }).waitFor()
    const link = await dialog.getByRole('textbox', { name: 'Invitation link' }).inputValue()
    await dialog.getByRole('button', { name: 'Close' }).click()
    return link
  }

  /** On the page of an invitation: the name, then in. */
  async join(groupName: string): Promise<void> {
    await this.textbox('Your name').fill(this.person)
    await this.button(`Join ${groupName}`).click()
    await this.page.getByRole('heading', { name: 'Photos', level: 1 }).waitFor()
  }

  /** Names of all tiles, as assistive technology says them, in their order on the screen. */
  async tiles(): Promise<string[]> {
    const items = this.page.getByRole('list', { name: 'Photos' }).getByRole('button')
    return items.evaluateAll((found) =>
      found
        .map((button) => ({
          at: Number(button.parentElement?.ariaPosInSet),
          name: button.ariaLabel ?? '',
        }))
        .sort((a, b) => a.at - b.at)
        .map(({ name }) => name),
    )
  }

  /** The names of all tiles of the Photos screen, once so many thumbnails are painted. */
  async photos(count: number): Promise<string[]> {
    await this.visit('Photos')
    await this.page.waitForFunction((wanted) => {
      const images = document.querySelectorAll<HTMLImageElement>('ul[aria-label="Photos"] img')
      return [...images].filter(({ naturalWidth }) => naturalWidth > 0).length === wanted
    }, count)
    return this.tiles()
  }

  /** How many thumbnails have really been painted. */
  async paintedTiles(): Promise<number> {
    return this.page
      .getByRole('list', { name: 'Photos' })
      .locator('img')
      .evaluateAll(
        (images) => images.filter((i) => (i as HTMLImageElement).naturalWidth > 0).length,
      )
  }

  /** The quiet line at the top. */
  async status(): Promise<string> {
    return this.page.getByRole('status').innerText({ timeout: patienceMs })
  }

  /** From the page of a group to its members. */
  async openMembers(groupName: string): Promise<Locator> {
    await this.openGroup(groupName)
    await this.page.getByRole('link', { name: 'All members' }).click()
    await this.page.getByRole('heading', { name: 'Members', level: 1 }).waitFor()
    const list = this.page.getByRole('list', { name: 'Members' })
    await list.waitFor()
    return list
  }

  /** Names on the page of a group. */
  async members(groupName: string): Promise<string[]> {
    await this.openGroup(groupName)
    const names = this.page.locator('section', { hasText: 'Members' }).locator('li strong')
    return (await names.allInnerTexts()).sort()
  }
}
