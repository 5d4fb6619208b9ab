/**
 * Photos to test and measure with: real camera files where they lie beside the checkout (or where
 * `SAMPLE_PHOTOS` says), generated ones otherwise. Every list has a fixed order.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bytes } from '#lib/base/bytes.ts'
import { varyJpeg } from './exif-segment.ts'
import { generatePhoto, type PhotoPlan } from './generate-photo.ts'

export { generatePhoto, generatePng } from './generate-photo.ts'

export type PhotoFolder = 'camera' | 'orientation' | 'formats' | 'broken' | 'video'

/** What another reader (ExifTool) says of a file. */
export interface ExpectedFacts {
  readonly type: string
  readonly stored: readonly [number, number]
  readonly displayed: readonly [number, number]
  readonly orientation?: number
  readonly DateTimeOriginal?: string
  readonly OffsetTimeOriginal?: string
  readonly CreateDate?: string
  readonly CreationDate?: string
  readonly duration_s?: number
  readonly codec?: string | null
  readonly gps?: readonly [number, number]
  readonly make?: string
  readonly model?: string
}

export interface SamplePhoto {
  /** `camera/nikon-d40.jpg` */
  readonly name: string
  readonly expected: ExpectedFacts | null
  read(): Bytes
}

/** Where the real files lie, or null. */
export function photosFolder(): string | null {
  const folder =
    process.env.SAMPLE_PHOTOS ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'photos')
  return existsSync(join(folder, 'expected.json')) ? folder : null
}

/** The samples of a folder; generated ones for `camera` and `orientation` where the real ones are missing. */
export function samplePhotos(folder: PhotoFolder): SamplePhoto[] {
  const root = photosFolder()
  if (root === null) return generatedPlans(folder).map(generatedSample)
  const facts = JSON.parse(readFileSync(join(root, 'expected.json'), 'utf8')) as Record<
    string,
    ExpectedFacts
  >
  return readdirSync(join(root, folder))
    .sort()
    .map((file) => {
      const name = `${folder}/${file}`
      return {
        name,
        expected: facts[name] ?? null,
        read: () => new Uint8Array(readFileSync(join(root, folder, file))),
      }
    })
}

/** So many camera photos, all of different content: the samples in turn, varied from the second round on. */
export function cameraPhotos(count: number): SamplePhoto[] {
  const samples = samplePhotos('camera')
  return Array.from({ length: count }, (_, i) => {
    const sample = samples[i % samples.length]
    if (sample === undefined) throw new Error('there are no camera photos')
    const round = Math.floor(i / samples.length)
    if (round === 0) return sample
    const name = sample.name.replace(/\.jpg$/, `-${round}.jpg`)
    return { name, expected: sample.expected, read: () => varyJpeg(sample.read(), round) }
  })
}

function generatedPlans(folder: PhotoFolder): [string, PhotoPlan][] {
  if (folder === 'orientation') return Array.from({ length: 8 }, (_, i) => turnedPlan(i + 1))
  if (folder === 'camera') return Array.from({ length: 8 }, (_, i) => cameraPlan(i + 1))
  return []
}

function turnedPlan(orientation: number): [string, PhotoPlan] {
  const takenLocal = `2021:06:0${orientation} 12:00:00`
  const plan = { seed: 0, width: 800, height: 600, takenLocal, createdLocal: takenLocal }
  return [`orientation/orientation-${orientation}.jpg`, { ...plan, orientation }]
}

function cameraPlan(seed: number): [string, PhotoPlan] {
  const takenLocal = `2023:08:1${seed} 1${seed}:05:09`
  return [
    `camera/generated-${seed}.jpg`,
    {
      seed,
      width: 4000,
      height: 3000,
      takenLocal,
      createdLocal: takenLocal,
      orientation: seed % 3 === 0 ? 6 : 1,
      make: 'Mantel',
      model: `Model ${seed}`,
      ...(seed % 2 === 0
        ? { offset: '+02:00', gps: { latitude: 47.5 + seed, longitude: -8.25 } }
        : {}),
    },
  ]
}

function generatedSample([name, plan]: [string, PhotoPlan]): SamplePhoto {
  const turned = (plan.orientation ?? 1) > 4
  const displayed = [plan.width, plan.height] as const
  const expected: ExpectedFacts = {
    type: 'image/jpeg',
    stored: turned ? [plan.height, plan.width] : displayed,
    displayed,
    orientation: plan.orientation ?? 1,
    ...(plan.takenLocal === undefined ? {} : { DateTimeOriginal: plan.takenLocal }),
    ...(plan.offset === undefined ? {} : { OffsetTimeOriginal: plan.offset }),
    ...(plan.make === undefined ? {} : { make: plan.make }),
    ...(plan.model === undefined ? {} : { model: plan.model }),
    ...(plan.gps === undefined ? {} : { gps: [plan.gps.latitude, plan.gps.longitude] as const }),
  }
  return { name, expected, read: () => generatePhoto(plan) }
}
