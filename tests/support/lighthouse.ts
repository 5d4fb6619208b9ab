/**
 * Lighthouse over a page that a test drives: what stands on it now, or what happens on it meanwhile.
 *
 * Speed is not looked at: bench/ measures it, on a machine that does nothing else.
 */
import { snapshot, startTimespan, type Flags, type RunnerResult } from 'lighthouse'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'

/** What Lighthouse says against a page, a line each. */
export type Objections = readonly string[]

export interface Lighthouse {
  /** What stands on the page as it is. */
  look(form: 'mobile' | 'desktop'): Promise<Objections>
  /** What happens on the page until the returned function is called. */
  watch(): Promise<() => Promise<Objections>>
  dispose(): Promise<void>
}

const flags: Flags = {
  logLevel: 'error',
  disableFullPageScreenshot: true,
  // The test has set size and colours already.
  screenEmulation: { disabled: true },
  throttlingMethod: 'provided',
}

/** Joins the browser that listens at a port; it has one page. */
export async function openLighthouse(port: number): Promise<Lighthouse> {
  const browser = await puppeteer.connect({
    browserURL: `http://127.0.0.1:${port}`,
    defaultViewport: null,
  })
  const page = await onlyPage(browser)
  return {
    async look(form) {
      const onlyCategories = ['accessibility', 'best-practices', 'seo']
      return objections(
        await snapshot(page, { flags: { ...flags, onlyCategories, formFactor: form } }),
      )
    },
    async watch() {
      const onlyCategories = ['best-practices']
      const watching = await startTimespan(page, { flags: { ...flags, onlyCategories } })
      return async () => objections(await watching.endTimespan())
    },
    dispose: () => browser.disconnect(),
  }
}

async function onlyPage(browser: Browser): Promise<Page> {
  const found = await Promise.all(browser.browserContexts().map((context) => context.pages()))
  const [page, ...others] = found.flat()
  if (page === undefined || others.length > 0) throw new Error('Lighthouse looks at one page')
  return page
}

/** A score below 1 in anything that is scored; an audit that could not run is one too. */
function objections(result: RunnerResult | undefined): string[] {
  if (result === undefined) return ['Lighthouse had nothing to say']
  const { audits, runWarnings } = result.lhr
  const bad = Object.values(audits).filter(
    ({ score, scoreDisplayMode }) => scoreDisplayMode === 'error' || (score !== null && score < 1),
  )
  return [
    ...runWarnings.map(String),
    ...bad.map(
      ({ id, title, details }) => `${id}: ${title} ${JSON.stringify(details ?? {}).slice(0, 600)}`,
    ),
  ]
}
