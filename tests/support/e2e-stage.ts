/**
 * What an end-to-end test plays on: the built app, one Chromium, relays as processes, profiles of people.
 * Everything is cleared after each test, and a test fails where a profile ran into trouble nobody expected.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { chromiumArgs, ensureChromium } from '#scripts/chromium.ts'
import { BrowserDevice, patienceMs } from './browser-device.ts'
import { startRelay, type RunningRelay } from './start-relay.ts'

const root = join(import.meta.dirname, '..', '..')
/** A build made elsewhere, to be tested instead of the checkout's own. */
const namedApp = process.env.MANTEL_APP ?? ''
const failures = join(root, 'test-results', 'e2e')

export interface Stage {
  relay(environment?: Record<string, string>): Promise<RunningRelay>
  profile(person: string, options?: BrowserContextOptions): Promise<BrowserDevice>
  /** A profile in a browser of its own, kept in a folder. */
  profileOnDisk(person: string, folder: string): Promise<BrowserDevice>
  /** Writes photos to a folder, to be chosen from there. */
  files(photos: readonly { readonly name: string; read(): Uint8Array }[]): string[]
  /** An empty folder, gone when the last test of the file is over. */
  newFolder(name: string): string
}

/** Registers the hooks of a test file and gives what its tests need; the browser listens to tools at `debuggingPort`. */
export function createStage({ debuggingPort }: { debuggingPort?: number } = {}): Stage {
  let browser: Browser | null = null
  const folder = mkdtempSync(join(tmpdir(), 'mantel-e2e-'))
  const origins = new Set<string>()
  const relays: RunningRelay[] = []
  const devices: BrowserDevice[] = []

  beforeAll(async () => {
    const args = [...launchArgs(), ...debuggingArgs(debuggingPort)]
    browser = await chromium.launch({ executablePath: ensureChromium(), args })
  })

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await keepSights(devices, task.name)
    const troubles = devices.flatMap((device) => device.troubles)
    if (task.result?.state === 'fail' && troubles.length > 0) console.error(troubles.join('\n'))
    for (const device of devices.splice(0)) await device.context.close()
    for (const relay of relays.splice(0)) await relay.dispose()
    origins.clear()
    expect(troubles).toEqual([])
  })

  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  return {
    async relay(environment) {
      const relay = await startRelay({
        MANTEL_LOG: 'error',
        ...(namedApp === '' ? {} : { MANTEL_APP: namedApp }),
        ...environment,
      })
      relays.push(relay)
      origins.add(relay.origin)
      return relay
    },
    async profile(person, options) {
      if (browser === null) throw new Error('a profile needs a running test')
      const device = await BrowserDevice.open(browser, person, origins, options)
      devices.push(device)
      return device
    },
    async profileOnDisk(person, folder) {
      const device = await BrowserDevice.openInFolder(folder, person, origins, launchArgs())
      devices.push(device)
      return device
    },
    files: (photos) =>
      photos.map(({ name, read }) => {
        const path = join(folder, basename(name))
        writeFileSync(path, read())
        return path
      }),
    newFolder: (name) => mkdtempSync(join(folder, `${name}-`)),
  }
}

/** Waits until what is read equals what is expected. */
export function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: patienceMs, interval: 200 })
}

function launchArgs(): string[] {
  const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
  // Without a screen nothing is gained by a process that plays the part of a graphics card.
  return [...chromiumArgs(), '--disable-gpu', ...camera]
}

function debuggingArgs(port: number | undefined): string[] {
  return port === undefined ? [] : [`--remote-debugging-port=${port}`]
}

/** What each person saw, as a picture and, for whoever has the output only, in words. */
async function keepSights(devices: readonly BrowserDevice[], test: string): Promise<void> {
  mkdirSync(failures, { recursive: true })
  const name = test.replaceAll(/\W+/g, '-').slice(0, 80)
  for (const { page, person } of devices) {
    if (page.isClosed()) continue
    await page.screenshot({ path: join(failures, `${name}-${person}.png`) }).catch(() => undefined)
    const shown = await page.innerText('body').catch(() => '')
    console.error(`${person} saw: ${shown.replaceAll(/\s+/g, ' ').slice(0, 600)}`)
  }
}
