import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { generateFilm, paddedFilm } from '#tests/support/generate-film.ts'
import { samplePhotos } from '#tests/support/photos.ts'

const stage = createStage()
/** Their index is first or last; there is nothing to play where the real files are missing. */
const films = samplePhotos('video').filter(({ name }) => name.includes('generated-1080p'))

test.skipIf(films.length === 0)(
  'Sam adds films, and Ana plays them and jumps about in them, wherever their index lies',
  async () => {
    const relay = await stage.relay()
    const sam = await stage.profile('Sam')
    const ana = await stage.profile('Ana', { viewport: { width: 480, height: 900 } })
    await sam.startGroup(relay, 'Family')
    await sam.addPhotos(stage.files(films))
    await eventually(() => sam.paintedTiles()).toBe(films.length)
    await eventually(() => sam.status()).toBe('All photos are safe')
    for (const tile of await sam.tiles()) expect(tile).toMatch(/^Video, .*, by Sam$/)

    await ana.page.goto(await sam.invite('Family'))
    await ana.join('Family')
    await ana.isControlled()
    await eventually(() => ana.paintedTiles()).toBe(films.length)
    await ana.page
      .getByRole('button', { name: /^Video, / })
      .first()
      .click()
    await ana.page.getByRole('dialog', { name: 'Photo viewer' }).waitFor()
    for (const [n] of films.entries()) {
      if (n > 0) await ana.button('Next').click()
      await plays(ana)
      expect(await jumpTo(ana, 15)).toBeCloseTo(15, 0)
      expect(await jumpTo(ana, 3)).toBeCloseTo(3, 0)
    }
  },
)

test('a long film plays on Ana’s device, and jumps, when a part of it has come, and is saved to her disk by parts', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam')
  const ana = await stage.profile('Ana', { viewport: { width: 480, height: 900 } })
  await sam.startGroup(relay, 'Family')
  const pictures = await generateFilm(sam.page, { seconds: 12, width: 320, height: 180 })
  const film = paddedFilm(pictures, 40_000_000)
  await sam.addPhotos(stage.files([{ name: 'Long film.mp4', read: () => film }]))
  await eventually(() => sam.paintedTiles()).toBe(1)
  await eventually(() => sam.status()).toBe('All photos are safe')

  await ana.page.goto(await sam.invite('Family'))
  await ana.join('Family')
  await ana.isControlled()
  await eventually(() => ana.paintedTiles()).toBe(1)
  const answers: { status: number; bytes: number }[] = []
  ana.context.on('response', (answer) => {
    if (answer.request().method() !== 'GET' || !answer.url().includes('/blobs/')) return
    answers.push({ status: answer.status(), bytes: Number(answer.headers()['content-length']) })
  })
  const tile = ana.page.getByRole('button', { name: /^Video, / })
  await tile.click()
  const ready = () => shown(ana.page).evaluate((one: HTMLVideoElement) => one.readyState)
  await eventually(ready).toBeGreaterThanOrEqual(2)
  const seconds = await shown(ana.page).evaluate((one: HTMLVideoElement) => one.duration)
  expect(seconds).toBeCloseTo(12, 0)
  expect(await jumpTo(ana, 9)).toBeCloseTo(9, 0)

  const parts = answers.filter(({ status }) => status === 206)
  const fetched = parts.reduce((sum, { bytes }) => sum + bytes, 0)
  expect(fetched).toBeGreaterThan(pictures.length)
  expect(fetched).toBeLessThan(film.length / 4)
  // Nothing was fetched whole beside that.
  expect(answers.filter(({ bytes }) => bytes > film.length / 4)).toEqual([])

  const [download] = await Promise.all([
    ana.page.waitForEvent('download'),
    ana.button('Download').click(),
  ])
  expect(download.url()).toContain('/saved/')
  expect(download.suggestedFilename()).toBe('Long film.mp4')
  expect(readFileSync(await download.path()).equals(film)).toBe(true)
  await ana.page.getByText('Long film.mp4 is saved.').waitFor()
  expect(answers.filter(({ bytes }) => bytes > film.length / 4)).toEqual([])
})

/** Where a film stands after a jump, once a picture of that place is there. */
async function jumpTo({ page }: BrowserDevice, seconds: number): Promise<number> {
  return shown(page).evaluate(async (film: HTMLVideoElement, at) => {
    const jumped = new Promise((resolve) =>
      film.addEventListener('seeked', resolve, { once: true }),
    )
    film.currentTime = at
    await jumped
    return film.currentTime
  }, seconds)
}

async function plays({ page }: BrowserDevice): Promise<void> {
  const ready = () => shown(page).evaluate((film: HTMLVideoElement) => film.readyState)
  await eventually(ready).toBeGreaterThanOrEqual(2)
  const facts = await shown(page).evaluate((film: HTMLVideoElement) => ({
    size: [film.videoWidth, film.videoHeight],
    // Its buttons are under nothing that is said of it.
    isAboveWords: film.getBoundingClientRect().bottom <= innerHeight - 160,
    seconds: Math.round(film.duration),
    controls: film.controls,
  }))
  expect(facts).toEqual({ size: [1920, 1080], isAboveWords: true, seconds: 20, controls: true })
}

/** The film of the slide that is in sight. */
function shown(page: BrowserDevice['page']) {
  return page.locator('.pswp__item[aria-hidden="false"] video')
}
