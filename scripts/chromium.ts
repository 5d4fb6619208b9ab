/**
 * A Chromium for the tests: the one that `CHROMIUM` names, an installed one, or one installed now.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const USUAL_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

/** What a window of a desktop browser loads for its address bar; nobody types there, and it takes as long as a start. */
const ADDRESS_BAR = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup']

/** What Playwright switches off by an argument of its own, of which the last one alone counts. */
const OF_PLAYWRIGHT = [
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'TcpPortRandomizationWin',
  'ThirdPartyStoragePartitioning',
]

const HOW =
  'The browser tests need Chromium. Install it with your system, or with\n' +
  '"npx playwright install chromium", or set CHROMIUM to the path of one.'

/** The path of a Chromium that is there already, or null. */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named
    throw new Error(`CHROMIUM is ${named}, but there is no such file.`)
  }
  return [...USUAL_PATHS, chromium.executablePath()].find((path) => existsSync(path)) ?? null
}

/** The path of a Chromium, installed now if there is none; throws with advice when that fails. */
export function ensureChromium(): string {
  const found = findChromium()
  if (found !== null) return found
  for (const install of [installWithApt, installWithPlaywright]) {
    install()
    const installed = findChromium()
    if (installed !== null) return installed
  }
  throw new Error(HOW)
}

/** Launch arguments that a test needs: root has no sandbox, nothing may call home, and no window loads more than a page. */
export function chromiumArgs(): string[] {
  const args = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
    `--disable-features=${[...OF_PLAYWRIGHT, ...ADDRESS_BAR].join(',')}`,
    '--disable-sync',
    '--no-first-run',
  ]
  return process.getuid?.() === 0 ? ['--no-sandbox', ...args] : args
}

function installWithApt(): void {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  console.log('No Chromium found: installing it with apt-get …')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update'], { stdio: 'inherit', env })
  const args = ['install', '-y', '--no-install-recommends', 'chromium']
  spawnSync('apt-get', args, { stdio: 'inherit', env })
}

function installWithPlaywright(): void {
  console.log('No Chromium found: installing one with Playwright …')
  try {
    const cli = new URL('../node_modules/playwright-core/cli.js', import.meta.url).pathname
    execFileSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'inherit' })
  } catch {
    // `ensureChromium` looks again and says how to go on.
  }
}

if (import.meta.main) console.log(ensureChromium())
