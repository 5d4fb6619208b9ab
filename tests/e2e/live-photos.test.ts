import { expect, test } from 'vitest'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { filmWith, generateFilm } from '#tests/support/generate-film.ts'
import { liveIdentifier, liveMetadata } from '#tests/support/live-photo.ts'
import { motionPhoto } from '#tests/support/motion-photo.ts'
import { generatePhoto } from '#tests/support/photos.ts'

const stage = createStage()
const size = { width: 640, height: 480 }

test('Sam adds live photos of an iPhone and of an Android phone, and Ana holds them to see them move', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam')
  await sam.startGroup(relay, 'Family')
  const bare = await generateFilm(sam.page, { seconds: 4, ...size })
  const film = filmWith(bare, liveMetadata(liveIdentifier))
  const shot = { ...size, takenLocal: '2026:06:01 12:00:00' }
  const still = generatePhoto({ ...shot, seed: 1, liveIdentifier })
  const motion = motionPhoto(generatePhoto({ ...shot, seed: 2 }), bare)
  await sam.addPhotos(
    stage.files([
      { name: 'IMG_0001.JPG', read: () => still },
      { name: 'IMG_0001.MOV', read: () => film },
      { name: 'PXL_0002.MP.jpg', read: () => motion },
    ]),
  )
  await eventually(() => sam.paintedTiles()).toBe(2)
  await eventually(() => sam.status()).toBe('All photos are safe')
  for (const tile of await sam.tiles()) expect(tile).toMatch(/^Photo, .*, by Sam$/)

  const ana = await stage.profile('Ana')
  await ana.page.goto(await sam.invite('Family'))
  await ana.join('Family')
  await ana.isControlled()
  await eventually(() => ana.paintedTiles()).toBe(2)
  await ana.page
    .getByRole('button', { name: /^Photo, / })
    .first()
    .click()
  for (const isSecond of [false, true]) {
    if (isSecond) await ana.button('Next').click()
    await ana.page.locator('.pswp__item[aria-hidden="false"] img.pswp__img[src]').first().waitFor()
    await ana.button('Play live photo').click()
    await eventually(() => pictures(ana)).toEqual(size)
    await ana.page.keyboard.press('l')
    await eventually(() => running(ana).count()).toBe(0)
    await hold(ana)
    await eventually(() => pictures(ana)).toEqual(size)
    await ana.page.mouse.up()
    await eventually(() => running(ana).count()).toBe(0)
    // Holding is no tap: the buttons are still there.
    expect(await ana.page.locator('.viewer.bare').count()).toBe(0)
  }
})

test('a live photo is downloaded as its two files, byte for byte, and shared as both where the phone takes them, alone or with others', async () => {
  const relay = await stage.relay()
  const sam = await stage.profile('Sam')
  await giveSheet(sam)
  await sam.startGroup(relay, 'Family')
  const bare = await generateFilm(sam.page, { seconds: 1, ...size })
  const film = filmWith(bare, liveMetadata(liveIdentifier))
  const takenLocal = '2026:06:02 12:00:00'
  const still = generatePhoto({ ...size, seed: 3, takenLocal, liveIdentifier })
  const before = generatePhoto({ ...size, seed: 4, takenLocal: '2026:06:01 12:00:00' })
  await sam.addPhotos(
    stage.files([
      { name: 'IMG_0003.JPG', read: () => still },
      { name: 'IMG_0003.MP4', read: () => film },
      { name: 'IMG_0002.JPG', read: () => before },
    ]),
  )
  await eventually(() => sam.paintedTiles()).toBe(2)
  const photos = sam.page.getByRole('button', { name: /^Photo, / })
  await photos.first().click()
  const saved = new Map<string, Buffer>()
  sam.page.on('download', (download) => {
    void (async () => {
      const parts: Buffer[] = []
      for await (const part of await download.createReadStream()) parts.push(part as Buffer)
      saved.set(download.suggestedFilename(), Buffer.concat(parts))
    })()
  })
  await sam.button('Download').click()
  await eventually(() => Promise.resolve([...saved.keys()].sort())).toEqual([
    'IMG_0003.JPG',
    'IMG_0003.MP4',
  ])
  expect(saved.get('IMG_0003.JPG')?.equals(still)).toBe(true)
  expect(saved.get('IMG_0003.MP4')?.equals(film)).toBe(true)

  await sam.button('Share').click()
  await eventually(() => handedOver(sam)).toEqual([['IMG_0003.JPG', 'IMG_0003.MP4']])
  await sam.page.evaluate(() => sessionStorage.setItem('takes', '1'))
  await sam.button('Share').click()
  await eventually(() => handedOver(sam)).toContainEqual(['IMG_0003.JPG'])
  await sam.page.getByText('Only the still was handed over').waitFor()

  await sam.page.evaluate(() => sessionStorage.setItem('takes', '3'))
  await sam.page.keyboard.press('Escape')
  await sam.button('Select photos').click()
  for (const photo of await photos.all()) await photo.click()
  await sam.button('More').click()
  await sam.button('Share').click()
  await eventually(() => handedOver(sam)).toContainEqual([
    'IMG_0003.JPG',
    'IMG_0002.JPG',
    'IMG_0003.MP4',
  ])
})

/** Gives a browser that has none a sheet for files, which takes two at once, or as many as `takes` says. */
async function giveSheet({ page }: BrowserDevice): Promise<void> {
  await page.addInitScript(() => {
    const handed: string[][] = []
    Object.assign(window, { handed })
    const most = () => Number(sessionStorage.getItem('takes') ?? 2)
    Object.assign(navigator, {
      canShare: ({ files }: { files: File[] }) => files.length <= most(),
      share: ({ files }: { files: File[] }) => {
        handed.push(files.map(({ name }) => name))
        return Promise.resolve()
      },
    })
  })
}

function handedOver({ page }: BrowserDevice): Promise<string[][]> {
  return page.evaluate(() => (window as unknown as { handed: string[][] }).handed)
}

function running({ page }: BrowserDevice) {
  return page.locator('.viewer video.live-film')
}

/** The size of the pictures that play, once they do. */
async function pictures(device: BrowserDevice): Promise<typeof size | null> {
  const film = device.page.locator('.viewer video.live-film.running')
  if ((await film.count()) === 0) return null
  return film.evaluate(({ videoWidth, videoHeight }: HTMLVideoElement) => ({
    ...{ width: videoWidth, height: videoHeight },
  }))
}

async function hold({ page }: BrowserDevice): Promise<void> {
  const { width, height } = page.viewportSize() ?? size
  await page.mouse.move(width / 2, height / 2)
  await page.mouse.down()
}
