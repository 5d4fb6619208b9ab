/**
 * Reading photos in a real browser's workers, on real camera files where they are at hand. What another
 * reader (ExifTool) says of them is the measure.
 */
import { afterAll, describe, expect, test } from 'vitest'
import { createPhotoReaders } from '#lib/media/create-photo-readers.ts'
import type { Picture, ReadPhoto } from '#lib/ports/photo-reader.ts'
import type { ExpectedFacts } from '#tests/support/photos.ts'

const spawn = (): Worker =>
  new Worker(new URL('../../src/workers/media.worker.ts', import.meta.url), { type: 'module' })
const readers = createPhotoReaders({ spawn, count: 2 })
const { signal } = new AbortController()

const camera = await listed('camera')
const orientation = await listed('orientation')
const formats = await listed('formats')
const broken = await listed('broken')
const video = await listed('video')
const generous = { timeout: 60_000 }

afterAll(() => readers.close())

describe('Ana adds photos of all her cameras', () => {
  test.each([...camera, ...orientation])('$name keeps its facts', generous, async (sample) => {
    const photo = await read(sample.name)
    expect(photo).toMatchObject({ kind: 'photo', mime: 'image/jpeg', note: null })
    expectFacts(photo, sample.expected)
    expectPictures(photo)
  })

  test.each(formats)('$name keeps its facts and shows', generous, async (sample) => {
    const photo = await read(sample.name)
    expect(photo).toMatchObject({ kind: 'photo', mime: sample.expected?.type, note: null })
    expectFacts(photo, sample.expected)
    expectPictures(photo)
  })

  test('a WebP that moves goes on moving', async () => {
    const name = 'formats/animation-lossy.webp'
    if (!formats.some((sample) => sample.name === name)) return
    const { preview, thumbnail } = await read(name)
    expect(preview?.bytes).toEqual(await (await sampleBytes(name)).bytes())
    expect(thumbnail?.bytes).not.toEqual(preview?.bytes)
  })

  test.each(video)('$name is a film with its facts', generous, async (sample) => {
    const { expected } = sample
    const film = await read(sample.name)
    expect(film).toMatchObject({ kind: 'video', mime: expected?.type, note: null })
    expect([film.width, film.height]).toEqual(expected?.displayed)
    expect(film.durationMs / 1000).toBeCloseTo(expected?.duration_s ?? 0, 1)
    expect(instantOf(film)).toBe(filmedMs(expected))
    expectPlace(film, expected)
    expect(film.camera).toBe(expected?.model === undefined ? null : 'iPhone 6')
    if (await isDecodable(expected?.codec)) expectPictures(film)
    else expect(film.preview).toBeNull()
  })
})

describe('a picture is upright however the camera stored it', () => {
  test('all eight orientations of a JPEG look alike', generous, async () => {
    const photos = await Promise.all(orientation.map(({ name }) => read(name)))
    expect(photos).toHaveLength(8)
    await expectAlike(photos, { width: 800, height: 600 })
  })

  test('all eight orientations of a PNG look alike', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `turned-${i + 1}.png`)
    await expectAlike(await Promise.all(names.map(read)), { width: 80, height: 60 })
  })

  test('a WebP whose EXIF says so is turned', async () => {
    const upright = await readers.read(await webpTurned(1), signal)
    const turned = await readers.read(await webpTurned(6), signal)
    expect(upright).toMatchObject({ kind: 'photo', width: 64, height: 32 })
    expect(turned).toMatchObject({ kind: 'photo', width: 32, height: 64 })
    // Red is on the left in the stored picture, hence on top in the turned one.
    const at = await pixelsOf(turned.preview)
    expect(at(16, 8)).toMatchObject({ red: true })
    expect(at(16, 56)).toMatchObject({ red: false })
  })
})

describe('whatever Sam chooses is kept', () => {
  test.each(broken)('$name ends in a kept file or a photo', async (sample) => {
    const started = performance.now()
    const photo = await read(sample.name)
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(photo.contentHash).toBe(await hashOf(sample.name))
    if (photo.kind === 'photo') expectPictures(photo)
    else expect(photo.kind === 'video' || photo.note !== null).toBe(true)
  })

  test('after all of them a good photo is read as ever', async () => {
    await Promise.allSettled(broken.map(({ name }) => read(name)))
    const good = await read(orientation[0]?.name ?? '')
    expect(good).toMatchObject({ kind: 'photo', width: 800, height: 600 })
  })

  test('an empty file, a text and a claim that is not true', async () => {
    const of = (file: Blob): Promise<ReadPhoto> => readers.read(file, signal)
    expect(await of(new Blob([], { type: 'image/jpeg' }))).toMatchObject({
      kind: 'file',
      note: 'empty',
    })
    expect(await of(new Blob(['Dear Sam'], { type: 'text/plain;charset=utf-8' }))).toMatchObject({
      kind: 'file',
      mime: 'text/plain',
      note: 'not-a-picture',
    })
    expect(await of(new Blob(['not at all'], { type: 'image/png' }))).toMatchObject({
      kind: 'file',
      note: 'cannot-decode',
    })
  })

  test('a picture that claims more pixels than any canvas has is kept undecoded', async () => {
    const bytes = new Uint8Array(await (await sampleBytes('turned-1.png')).arrayBuffer())
    new DataView(bytes.buffer).setUint32(16, 100_000)
    new DataView(bytes.buffer).setUint32(20, 50_000)
    expect(await readers.read(new Blob([bytes]), signal)).toMatchObject({
      kind: 'file',
      note: 'too-large',
      width: 100_000,
      height: 50_000,
    })
  })

  test('a photo that is cut off by a lost connection is kept', async () => {
    const whole = await sampleBytes(orientation[0]?.name ?? '')
    const photo = await readers.read(whole.slice(0, 20_000), signal)
    expect(['photo', 'file']).toContain(photo.kind)
    expect(photo.taken?.wallMs).toBe(Date.UTC(2021, 5, 1, 12))
  })

  test('Ana cancels: what waits and what is being read is given up', async () => {
    const name = camera[0]?.name ?? ''
    const file = await sampleBytes(name)
    const giveUp = new AbortController()
    const reads = Array.from({ length: 6 }, () => readers.read(file, giveUp.signal))
    giveUp.abort()
    const ends = await Promise.allSettled(reads)
    expect(ends.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 'rejected'))
    expect((await read(name)).kind).toBe('photo')
  })
})

interface Listed {
  readonly name: string
  readonly expected: ExpectedFacts | null
}

async function listed(folder: string): Promise<Listed[]> {
  return (await (await fetch(`/samples/${folder}`)).json()) as Listed[]
}

async function sampleBytes(name: string): Promise<Blob> {
  const answer = await fetch(`/samples/${name}`)
  if (!answer.ok) throw new Error(`there is no sample ${name}`)
  return new Blob([await answer.arrayBuffer()])
}

async function read(name: string): Promise<ReadPhoto> {
  return readers.read(await sampleBytes(name), signal)
}

async function hashOf(name: string): Promise<string> {
  const bytes = await (await sampleBytes(name)).arrayBuffer()
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function takenOf(expected: ExpectedFacts | null): { wallMs: number } | null {
  const text = expected?.DateTimeOriginal ?? expected?.CreateDate
  if (text === undefined) return null
  return { wallMs: Date.parse(`${text.slice(0, 10).replaceAll(':', '-')}T${text.slice(11)}Z`) }
}

/** The instant at which a film was made, as it says itself. */
function filmedMs(expected: ExpectedFacts | null): number | null {
  const text = expected?.CreationDate ?? expected?.CreateDate
  if (text === undefined || text.startsWith('1904')) return null
  return Date.parse(`${text.slice(0, 10).replaceAll(':', '-')}T${text.slice(11)}`)
}

function instantOf({ taken }: ReadPhoto): number | null {
  return taken === null ? null : taken.wallMs - (taken.offsetMinutes ?? 0) * 60_000
}

/** Whether this Chromium brings a decoder: of what films are made of here, only H.264 may have one. */
async function isDecodable(codec: string | null | undefined): Promise<boolean> {
  if (codec !== 'avc1') return false
  const answer = await VideoDecoder.isConfigSupported({ codec: 'avc1.640028' })
  return answer.supported === true
}

function expectFacts(photo: ReadPhoto, expected: ExpectedFacts | null): void {
  if (expected === null) throw new Error('nothing is known of this sample')
  expect([photo.width, photo.height]).toEqual(expected.displayed)
  const taken = takenOf(expected)
  if (taken !== null) expect(photo.taken).toMatchObject(taken)
  if (expected.OffsetTimeOriginal === '+02:00') expect(photo.taken?.offsetMinutes).toBe(120)
  expectPlace(photo, expected)
  if (expected.model !== undefined) expect(photo.camera).not.toBeNull()
}

function expectPlace({ place }: ReadPhoto, expected: ExpectedFacts | null): void {
  const gps = expected?.gps
  if (gps === undefined) {
    expect(place).toBeNull()
    return
  }
  expect((place?.latitudeE7 ?? 0) / 1e7).toBeCloseTo(gps[0], 5)
  expect((place?.longitudeE7 ?? 0) / 1e7).toBeCloseTo(gps[1], 5)
}

function expectPictures({ width, height, preview, thumbnail, thumbhash }: ReadPhoto): void {
  if (preview === null || thumbnail === null) throw new Error('a photo has its pictures')
  const longSide = Math.max(width, height)
  const previewSide = Math.max(preview.width, preview.height)
  expect(previewSide).toBeLessThanOrEqual(Math.min(2048, longSide))
  expect(previewSide).toBeGreaterThanOrEqual(Math.min(2048 * 0.95, longSide))
  expect(preview.width / preview.height).toBeCloseTo(width / height, 1)
  expect(Math.min(thumbnail.width, thumbnail.height)).toBeLessThanOrEqual(320)
  expect(thumbnail.bytes.length).toBeLessThan(100_000)
  expect(thumbhash?.length).toBeGreaterThan(5)
}

/** A grid of colours of every preview is that of the first, but for the losses of JPEG. */
async function expectAlike(
  photos: readonly ReadPhoto[],
  size: { width: number; height: number },
): Promise<void> {
  const grids = await Promise.all(photos.map(({ preview }) => gridOf(preview)))
  photos.forEach((photo, i) => {
    expect(photo).toMatchObject({ kind: 'photo', ...size })
    const far = (grids[i] ?? []).map((value, at) => Math.abs(value - (grids[0]?.[at] ?? 0)))
    expect(far).toHaveLength(16 * 12 * 4)
    expect(Math.max(...far), `orientation ${i + 1}`).toBeLessThan(24)
  })
}

async function gridOf(picture: Picture | null): Promise<number[]> {
  return [...(await drawn(picture, 16, 12)).data]
}

async function pixelsOf(
  picture: Picture | null,
): Promise<(x: number, y: number) => { red: boolean }> {
  const { data, width } = await drawn(picture, picture?.width ?? 1, picture?.height ?? 1)
  return (x, y) => {
    const at = 4 * (y * width + x)
    return { red: (data[at] ?? 0) > 200 && (data[at + 2] ?? 0) < 80 }
  }
}

async function drawn(picture: Picture | null, width: number, height: number): Promise<ImageData> {
  if (picture === null) throw new Error('there is no picture')
  const bitmap = await createImageBitmap(new Blob([picture.bytes], { type: picture.mime }))
  const context = new OffscreenCanvas(width, height).getContext('2d')
  if (context === null) throw new Error('there is no canvas')
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, width, height)
  return context.getImageData(0, 0, width, height)
}

/** A WebP of 64 × 32, red on the left and blue on the right, with an orientation in its EXIF. */
async function webpTurned(turn: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(64, 32)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('there is no canvas')
  context.fillStyle = 'rgb(255 0 0)'
  context.fillRect(0, 0, 32, 32)
  context.fillStyle = 'rgb(0 0 255)'
  context.fillRect(32, 0, 32, 32)
  const plain = await canvas.convertToBlob({ type: 'image/webp', quality: 1 })
  const bytes = new Uint8Array(await plain.arrayBuffer())
  // Chromium writes the extended format (for its colour profile): bit 3 of the flags announces EXIF.
  expect(new TextDecoder().decode(bytes.subarray(12, 16))).toBe('VP8X')
  bytes[20] = (bytes[20] ?? 0) | 0x08
  const field = 'II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0'
  const tiff = [...Array.from(field, (char) => char.charCodeAt(0)), turn, 0, 0, 0, 0, 0, 0, 0]
  const chunk = Uint8Array.of(0x45, 0x58, 0x49, 0x46, tiff.length, 0, 0, 0, ...tiff)
  new DataView(bytes.buffer).setUint32(4, bytes.length - 8 + chunk.length, true)
  return new Blob([bytes, chunk])
}
