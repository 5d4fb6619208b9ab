/**
 * What a Chromium says of the steps that photos pass in all its threads (src/lib/base/steps.ts), by the clock that
 * all processes of the machine share.
 */
import type { Page } from 'playwright-core'
import { stepPrefix } from '#lib/base/steps.ts'

export interface TracedStep {
  readonly name: string
  /** By the machine's own clock: only differences mean anything. */
  readonly atMs: number
}

interface TraceEvent {
  readonly name: string
  readonly ts: number
}

/** Records from now on; what it gives ends the recording and names the steps in order. */
export async function traceSteps(page: Page): Promise<() => Promise<TracedStep[]>> {
  const session = await page.context().newCDPSession(page)
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) => {
    events.push(...(value as unknown as TraceEvent[]))
  })
  await session.send('Tracing.start', {
    traceConfig: { includedCategories: ['blink.user_timing'], excludedCategories: ['*'] },
  })
  return async () => {
    const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve))
    await session.send('Tracing.end')
    await complete
    await session.detach()
    return events
      .filter(({ name }) => name.startsWith(stepPrefix))
      .map(({ name, ts }) => ({ name: name.slice(stepPrefix.length), atMs: ts / 1000 }))
      .sort((a, b) => a.atMs - b.atMs)
  }
}
