/**
 * Which record size seals and opens blobs fastest, in Node and in Chromium (design.md §8).
 *
 * Rounds go through all sizes in turn, so that a busy machine slows all alike; the best round of each
 * counts. `value` is the throughput of the size in use over that of the fastest size, the lower of
 * both engines. The table goes to stderr.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import { recordBytes } from '#lib/crypto/blob-format.ts'
import { chromiumArgs, findChromium } from '#scripts/chromium.ts'
import { bundleForPage } from './support/bundle-for-page.ts'
import { report, tell } from './support/report.ts'
import { measureRecordSizes, type Rates } from './support/blob-records-measure.ts'

const limit = 0.75
const plaintextBytes = 4 * 1024 * 1024
const rounds = 40

const inNode = await measureRecordSizes(plaintextBytes, rounds)
const inChromium = await measureInChromium()
printTable({ Node: inNode, Chromium: inChromium })
const value = Math.min(shareOfBest(inNode), shareOfBest(inChromium))
report({ name: 'blob-records', value, unit: 'of the fastest', limit, ok: value >= limit })

/** Sealing and opening one after the other, at the size in use, against the fastest size. */
function shareOfBest(rates: Rates): number {
  const seconds = (rate: { seal: number; open: number }) => 1 / rate.seal + 1 / rate.open
  const used = rates[recordBytes]
  if (used === undefined) throw new Error('the record size in use was not measured')
  const fastest = Math.min(...Object.values(rates).map(seconds))
  return Math.round((fastest / seconds(used)) * 100) / 100
}

async function measureInChromium(): Promise<Rates> {
  const script = await bundleForPage(
    new URL('support/blob-records-measure.ts', import.meta.url).pathname,
  )
  // WebCrypto wants a secure context: localhost is one, about:blank is not.
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>bench</title>'),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const executablePath = findChromium() ?? 'chromium'
  const browser = await chromium.launch({ executablePath, args: chromiumArgs() })
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.addScriptTag({ content: script })
    const call = `bench.measureRecordSizes(${plaintextBytes}, ${rounds})`
    return await page.evaluate<Rates>(call)
  } finally {
    await browser.close()
    server.close()
  }
}

function printTable(engines: Record<string, Rates>): void {
  for (const [engine, rates] of Object.entries(engines)) {
    for (const [size, { seal, open }] of Object.entries(rates)) {
      const columns = [`${Number(size) / 1024} KiB`, `seal ${seal} MiB/s`, `open ${open} MiB/s`]
      tell([engine.padEnd(9), ...columns.map((column) => column.padStart(16))].join(''))
    }
  }
}
