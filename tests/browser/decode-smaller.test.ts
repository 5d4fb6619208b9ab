/**
 * Photos that are decoded smaller, against the same decoded whole: the browser's own way is the measure.
 */
import { expect, test } from 'vitest'
import { probeAbilities } from '#lib/media/browser-abilities.ts'
import { decodePicture } from '#lib/media/decode-picture.ts'
import { decodeSmaller } from '#lib/media/decode-smaller.ts'
import { closerJpeg } from '#lib/media/large-picture.ts'
import { renditionsOf } from '#lib/media/renditions.ts'

const large = { width: 4000, height: 1000 }
const orientations = [1, 2, 3, 4, 5, 6, 7, 8]

test.each(orientations)(
  'Ana sees the same picture in the same colours, orientation %i',
  async (orientation) => {
    const photo = await turned(await paintedPhoto(large), orientation)
    const smaller = await decodeSmaller(photo, { stored: large, orientation })
    const whole = await createImageBitmap(new Blob([photo]))
    expect(smaller?.width).toBe(whole.width / 2)
    expect(smaller?.height).toBe(whole.height / 2)
    const far = differences(coloursOf(smaller), coloursOf(whole))
    expect(Math.max(...far)).toBeLessThan(12)
    smaller?.close()
  },
)

test.each([
  { ...large, orientation: 1 },
  { ...large, orientation: 6 },
  { width: 1200, height: 800, orientation: 1 },
  { width: 1200, height: 800, orientation: 8 },
  { width: 3000, height: 1000, orientation: 1 },
])(
  'its preview and thumbnail have these colours too, $width × $height, orientation $orientation',
  async ({ orientation, ...stored }) => {
    const photo = await turned(await paintedPhoto(stored), orientation)
    const whole = await createImageBitmap(new Blob([photo]))
    const file = { file: new Blob([photo]), mime: 'image/jpeg', whole: photo, claimed: stored }
    const decoded = await decodePicture({ ...file, orientation }, () => Promise.reject(new Error()))
    if (decoded === null) throw new Error('a JPEG is decoded')
    const plan = { mime: 'image/jpeg', orientation, abilities: await probeAbilities() }
    const { preview, thumbnail } = await renditionsOf(decoded, plan)
    for (const { bytes, mime, width, height } of [preview, thumbnail]) {
      const shown = await createImageBitmap(new Blob([bytes], { type: mime }))
      expect([shown.width, shown.height]).toEqual([width, height])
      expect(width / height).toBeCloseTo(whole.width / whole.height, 1)
      const far = differences(coloursOf(shown), coloursOf(whole))
      expect(Math.max(...far), mime).toBeLessThan(12)
    }
  },
)

test('a photo that is too long to be in memory is decoded while it is read', async () => {
  const file = new Blob([await paintedPhoto(large)])
  const smaller = await decodeSmaller(file, { stored: large, orientation: 1 })
  expect(smaller?.width).toBe(large.width / 2)
  smaller?.close()
})

test('a panorama is looked at closely in all the detail that every phone can show', async () => {
  const panorama = large
  const closer = await closerJpeg(new Blob([await turned(await paintedPhoto(panorama), 6)]))
  const shown = await createImageBitmap(closer ?? new Blob())
  expect([shown.width, shown.height]).toEqual([panorama.height / 2, panorama.width / 2])
})

test('Sam’s photo that is small enough is left to be decoded whole, and so is one that is cut off', async () => {
  const size = { width: 3000, height: 1000 }
  expect(await decodeSmaller(await paintedPhoto(size), { stored: size, orientation: 1 })).toBeNull()
  const cut = (await paintedPhoto(large)).slice(0, 1000)
  expect(await decodeSmaller(cut, { stored: large, orientation: 1 })).toBeNull()
})

test('a photo of which the browser does not say how it is turned is decoded whole', async () => {
  const photo = await turned(await paintedPhoto(large), 6)
  expect(await decodeSmaller(photo, { stored: large, orientation: 3 })).toBeNull()
})

/** A JPEG whose corners have different colours, some beyond sRGB. */
async function paintedPhoto({ width, height }: typeof large): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(width, height)
  const context = contextOf(canvas, 'display-p3')
  const colours = ['1 .2 .1', '.1 .9 .2', '.2 .3 .9', '.9 .8 .1']
  colours.forEach((colour, n) => {
    context.fillStyle = `color(display-p3 ${colour})`
    const [x, y] = [(n % 2) * (width / 2), Math.floor(n / 2) * (height / 2)]
    context.fillRect(x, y, width / 2, height / 2)
  })
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 })
  return new Uint8Array(await blob.arrayBuffer())
}

/** With the orientation in its EXIF. */
async function turned(
  jpeg: Uint8Array<ArrayBuffer>,
  orientation: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const field = 'Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0'
  const tiff = [
    ...Array.from(field, (char) => char.charCodeAt(0)),
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  ]
  const segment = Uint8Array.of(0xff, 0xe1, 0, tiff.length + 2, ...tiff)
  return new Blob([jpeg.slice(0, 2), segment, jpeg.slice(2)]).bytes()
}

/** The colours in the middles of the four quarters. */
function coloursOf(picture: CanvasImageSource | null): number[] {
  if (picture === null) throw new Error('there is no picture')
  const canvas = new OffscreenCanvas(16, 16)
  const context = contextOf(canvas, 'srgb')
  context.drawImage(picture, 0, 0, 16, 16)
  const middles = [4, 12].flatMap((x) => [4, 12].map((y) => [x, y] as const))
  return middles.flatMap(([x, y]) => [...context.getImageData(x, y, 1, 1).data])
}

function differences(one: readonly number[], other: readonly number[]): number[] {
  return one.map((value, at) => Math.abs(value - (other[at] ?? 0)))
}

function contextOf(
  canvas: OffscreenCanvas,
  colorSpace: PredefinedColorSpace,
): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { colorSpace })
  if (context === null) throw new Error('there is no canvas')
  return context
}
