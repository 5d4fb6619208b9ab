/**
 * Budget: one photo, shutter on A → picture visible on B, ≤ 0.5 s on loopback (docs/design.md §13).
 *
 * Two Chromium processes with profiles on disk, the built app, a real relay process. The time runs from the
 * moment Sam's page is handed a camera file (the file input's `change`) to the frame after Ana's tile has its
 * picture loaded and decoded; that frame begins the tile's fade-in. `value` is the median of several photos, all
 * different; one more before them warms both up. The table says when each step was seen, in ms from the start.
 * BENCH_STEPS=1 also says when either browser passed each step of src/lib/base/steps.ts (tracing costs a little).
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Page } from 'playwright-core'
import { cameraPhotos } from '#tests/support/photos.ts'
import { startRelay } from '#tests/support/start-relay.ts'
import {
  invitationLink,
  joinGroup,
  openProfile,
  prepareApp,
  startGroup,
} from './support/app-profile.ts'
import { median, report, rounded, tell } from './support/report.ts'
import { traceSteps, type TracedStep } from './support/trace-steps.ts'
import { watchTiles, type SeenTile } from './support/watch-tiles.ts'

const limitSeconds = 0.5
const photos = 9
const isTraced = process.env.BENCH_STEPS === '1'

interface Steps {
  readonly tileOnA: number
  readonly tileOnB: number
  readonly pictureOnB: number
}

prepareApp()
const folder = await mkdtemp(join(tmpdir(), 'mantel-photos-'))
const relay = await startRelay()
const [onA, onB] = await Promise.all([openProfile(), openProfile()])
try {
  const sam = await onA.context().newPage()
  const ana = await onB.context().newPage()
  await startGroup(sam, relay)
  await joinGroup(ana, await invitationLink(sam, relay))
  for (const page of [sam, ana]) {
    await page.goto(`${relay.origin}/photos`)
    await page.evaluate(watchTiles)
  }
  const all = await measureAll(sam, ana)
  const value = median(all.map(({ pictureOnB }) => pictureOnB)) / 1000
  const unit = 's'
  report({
    ...{ name: 'photo-latency', value: rounded(value, 3), unit },
    ...{ limit: limitSeconds, ok: value <= limitSeconds },
  })
} finally {
  await Promise.all([onA.dispose(), onB.dispose()])
  await relay.dispose()
  await rm(folder, { recursive: true })
}

async function measureAll(sam: Page, ana: Page): Promise<Steps[]> {
  const all: Steps[] = []
  tell('file                                     kB   tile on A   tile on B   picture on B')
  for (const [n, photo] of cameraPhotos(photos + 1).entries()) {
    const bytes = photo.read()
    const path = join(folder, basename(photo.name))
    await writeFile(path, bytes)
    const steps = await measure(sam, ana, path)
    const figures = [steps.tileOnA, steps.tileOnB, steps.pictureOnB].map((ms) =>
      ms.toFixed(0).padStart(12),
    )
    const size = (bytes.length / 1000).toFixed(0)
    const remark = n === 0 ? ' (warming up)' : ''
    tell(`${basename(path).padEnd(36)}${size.padStart(7)}${figures.join('')}${remark}`)
    if (n > 0) all.push(steps)
  }
  return all
}

/** Ms from the choice of the file to what either page shows of it. */
async function measure(sam: Page, ana: Page, path: string): Promise<Steps> {
  // What the photo before left to do must not count for this one.
  await sam.waitForTimeout(1500)
  const known = new Set((await seenOn(ana)).map(({ item }) => item))
  const stops = isTraced ? await Promise.all([traceSteps(sam), traceSteps(ana)]) : null
  const [chooser] = await Promise.all([
    sam.waitForEvent('filechooser'),
    sam.getByRole('button', { name: 'Add photos' }).first().click(),
  ])
  await chooser.setFiles(path)
  await ana.waitForFunction(
    (count) => globalThis.seenTiles.filter((seen) => seen.pictureMs !== null).length > count,
    known.size,
  )
  if (stops !== null) tellSteps(await Promise.all(stops.map((stop) => stop())))
  const tile = (await seenOn(ana)).find(({ item }) => !known.has(item))
  const own = (await seenOn(sam)).find(({ item }) => item === tile?.item)
  if (!tile || !own || tile.pictureMs === null) throw new Error('the photo did not arrive')
  const chosenMs = await sam.evaluate(() => globalThis.chosenMs)
  return {
    tileOnA: own.tileMs - chosenMs,
    tileOnB: tile.tileMs - chosenMs,
    pictureOnB: tile.pictureMs - chosenMs,
  }
}

/** When Sam's browser and Ana's passed each step, since the file was chosen. */
function tellSteps(browsers: readonly (readonly TracedStep[])[]): void {
  const chosenMs = browsers[0]?.find(({ name }) => name === 'chosen')?.atMs ?? 0
  for (const [n, steps] of browsers.entries())
    for (const { name, atMs } of steps)
      tell(`  ${n === 0 ? 'A' : 'B'} ${(atMs - chosenMs).toFixed(0).padStart(6)}  ${name}`)
}

function seenOn(page: Page): Promise<readonly SeenTile[]> {
  return page.evaluate(() => globalThis.seenTiles)
}
