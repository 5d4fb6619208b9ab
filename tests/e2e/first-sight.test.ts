/** What Sam sees before the app has started: his photos as they stood, and nothing that is gone or strange. */
import { expect, test } from 'vitest'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

interface Sight {
  readonly photos: number
  readonly words: string
  readonly elements: readonly string[]
  isGone: boolean
}

declare global {
  var seenFirst: Sight | null
}

const stage = createStage()
const key = 'mantel.first-sight'

/** Runs in each new page: notes what is drawn before the app, and whether it went. */
function noteFirstSight(): void {
  globalThis.seenFirst = null
  new MutationObserver(() => {
    const picture = document.getElementById('first-sight')
    if (picture === null && seenFirst !== null) seenFirst.isGone = true
    if (picture === null || seenFirst !== null) return
    const elements = [...picture.querySelectorAll('*')].map(({ localName }) => localName)
    globalThis.seenFirst = {
      photos: picture.querySelectorAll('li canvas').length,
      words: picture.textContent,
      elements: [...new Set(elements)],
      isGone: false,
    }
  }).observe(document, { childList: true, subtree: true })
}

const keptSight = ({ page }: BrowserDevice) =>
  page.evaluate((name) => localStorage.getItem(name) ?? '', key)

const photosIn = (sight: string) => sight.split('"canvas"').length - 1

/** Comes back to the photos as from the home screen. */
async function openAnew(sam: BrowserDevice, photos: number): Promise<Sight | null> {
  await sam.page.goto(new URL('/photos', sam.page.url()).href)
  await eventually(() => sam.paintedTiles()).toBe(photos)
  await eventually(() => sam.page.locator('#first-sight').count()).toBe(0)
  return sam.page.evaluate(() => seenFirst)
}

test('Sam sees his photos before the app has started, but not the one that he binned', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam')
  await sam.page.addInitScript(noteFirstSight)
  await sam.startGroup(relay, 'Family')
  await sam.isControlled()
  await sam.addPhotos(stage.files(cameraPhotos(3)))
  await sam.visit('Photos')
  await eventually(() => sam.paintedTiles()).toBe(3)
  await eventually(async () => photosIn(await keptSight(sam))).toBe(3)

  const first = await openAnew(sam, 3)
  expect(first).toMatchObject({ photos: 3, isGone: true })
  expect(first?.words).toContain('Add photos')
  // Only the moment can say that.
  expect(first?.words).not.toContain('safe')

  const [newest] = await sam.tiles()
  await sam.button('Select photos').click()
  await sam.button(newest ?? '').click()
  await sam.button('Move to bin').click()
  await eventually(async () => photosIn(await keptSight(sam))).toBe(2)
  expect(await openAnew(sam, 2)).toMatchObject({ photos: 2, isGone: true })

  // Somebody else's words in its place: only what belongs to a picture of the screen is drawn.
  await sam.visit('Albums')
  await sam.page.evaluate((name) => {
    const strange = ['div', { onclick: 'x', id: 'x' }, [['script', {}, ['x']], ['img', {}, []], 7]]
    const kept = JSON.parse(localStorage.getItem(name) ?? '{}') as object
    localStorage.setItem(name, JSON.stringify({ ...kept, tree: strange }))
  }, key)
  expect((await openAnew(sam, 2))?.elements).toEqual(['div'])
  await sam.visit('Albums')
  await sam.page.evaluate((name) => localStorage.setItem(name, '{"tree":'), key)
  expect(await openAnew(sam, 2)).toBe(null)
})
