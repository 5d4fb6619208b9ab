/**
 * A library of thousands of photos without pictures, written into the index as the engine would; the engine itself is
 * held back, because its album has none of them.
 */
import { join } from 'node:path'
import { bundleForPage } from '#bench/support/bundle-for-page.ts'
import { holdEngine } from '#bench/support/hold-engine.ts'
import type { BrowserDevice } from './browser-device.ts'
import { eventually } from './e2e-stage.ts'
import type { RunningRelay } from './start-relay.ts'

/** Founds a group, fills its index and opens the photos. */
export async function openManyPhotos(
  device: BrowserDevice,
  relay: RunningRelay,
  count: number,
): Promise<void> {
  await device.startGroup(relay, 'Family')
  await device.isControlled()
  await eventually(() => device.status()).toBe('All photos are safe')
  const fill = await bundleForPage(
    join(import.meta.dirname, '../../bench/support/fill-index-in-page.ts'),
  )
  await device.page.goto(`${relay.origin}/healthz`)
  await device.page.evaluate(`${fill};bench.fillIndex(${count})`)
  await device.page.addInitScript(holdEngine)
  await device.page.goto(`${relay.origin}/photos`)
  await device.page.getByRole('slider', { name: 'Jump to a date' }).waitFor()
}
