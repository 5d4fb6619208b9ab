/**
 * A film of two gigabytes goes from a disk to a phone, a relay, another phone and back to a disk, and none of them holds
 * it in memory. `SLOW=1` only: it takes minutes, and ten gigabytes of disk.
 */
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { createStage } from '#tests/support/e2e-stage.ts'
import { generateFilm, writeStretchedFilm } from '#tests/support/generate-film.ts'
import { processOf, watchMemory } from '#tests/support/process-memory.ts'

const isSlow = process.env['SLOW'] === '1'
const filmBytes = Number(process.env['FILM_BYTES'] ?? 2 * 2 ** 30)
/**
 * Of a page with its workers (what they have let go of and no collector has taken yet included), of the rest of a
 * browser, and of the relay, over what each had before; in MiB.
 */
const most = { renderer: 500, main: 300, utility: 200, relay: 200 }
const patienceMs = 1_200_000

const stage = createStage()

test.runIf(isSlow && process.platform === 'linux')(
  'Sam’s film of two gigabytes is added, sent, played with jumps and downloaded, and nobody holds it in memory',
  async () => {
    const homes = { sam: stage.newFolder('sam'), ana: stage.newFolder('ana') }
    const relay = await stage.relay()
    const sam = await stage.profileOnDisk('Sam', homes.sam)
    await sam.startGroup(relay, 'Family')
    await sam.isControlled()
    const film = join(stage.newFolder('film'), 'Long film.mp4')
    const pictures = await generateFilm(sam.page, { seconds: 12, width: 320, height: 180 })
    await writeStretchedFilm(film, pictures, filmBytes)

    const adding = measure({ main: processOf(homes.sam), relay: relay.pid() })
    await sam.addPhotos([film])
    const sent = () => sam.status()
    await expect.poll(sent, { timeout: patienceMs, interval: 500 }).toBe('All photos are safe')
    adding('Sam adds it and sends it')

    const ana = await stage.profileOnDisk('Ana', homes.ana)
    await ana.page.setViewportSize({ width: 480, height: 900 })
    await ana.page.goto(await sam.invite('Family'))
    await ana.join('Family')
    await ana.isControlled()
    const playing = measure({ main: processOf(homes.ana), relay: relay.pid() })
    await ana.page.getByRole('button', { name: /^Video, / }).click()
    await ana.page.locator('video').waitFor()
    for (const seconds of [9, 1, 11, 3])
      console.log(`jump to ${seconds} s: ${await jumpTo(ana, seconds)} ms`)
    playing('Ana plays it')

    const downloading = measure({ main: processOf(homes.ana), relay: relay.pid() })
    const [download] = await Promise.all([
      ana.page.waitForEvent('download', { timeout: patienceMs }),
      ana.button('Download').click(),
    ])
    expect(download.suggestedFilename()).toBe('Long film.mp4')
    const path = await download.path()
    downloading('Ana downloads it')
    expect(await hashOf(path)).toBe(await hashOf(film))
  },
  2 * patienceMs,
)

/** Watches the memory of processes from now on; at the end it says, and checks, the most of each. */
function measure(roots: { readonly main: number; readonly relay: number }) {
  const startMs = Date.now()
  const watches = { browser: watchMemory(roots.main), relay: watchMemory(roots.relay) }
  return (what: string): void => {
    const { main: relay } = watches.relay.stop()
    const uses = Object.entries({ ...watches.browser.stop(), relay })
    const found = Object.fromEntries(uses.map(([kind, use]) => [kind, use?.both ?? 0]))
    console.log(
      `${what}: ${Math.round((Date.now() - startMs) / 1000)} s, MiB ${JSON.stringify(found)}`,
    )
    for (const [kind, mebibytes] of Object.entries(most))
      expect.soft(found[kind] ?? 0, `${what}: ${kind}`).toBeLessThan(mebibytes)
  }
}

/** How long until the picture of that place is there. */
function jumpTo({ page }: BrowserDevice, seconds: number): Promise<number> {
  return page.locator('video').evaluate(async (film: HTMLVideoElement, at) => {
    const began = performance.now()
    const jumped = new Promise((resolve) =>
      film.addEventListener('seeked', resolve, { once: true }),
    )
    film.currentTime = at
    await jumped
    return Math.round(performance.now() - began)
  }, seconds)
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer)
  return hash.digest('hex')
}
