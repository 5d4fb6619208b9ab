import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '#lib/base/bytes.ts'
import {
  exifSegment,
  exifTiff,
  withSegments,
  type CameraFacts,
} from '#tests/support/exif-segment.ts'
import { generatePhoto, generatePng, samplePhotos } from '#tests/support/photos.ts'
import { readExifFacts } from './exif-facts.ts'

const now = Date.UTC(2026, 5, 1)
const nothing = { taken: null, place: null, camera: null, orientation: 1 }
const bareJpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xda, 0, 2, 0xff, 0xd9)
const read = (facts: CameraFacts) =>
  readExifFacts(withSegments(bareJpeg, exifSegment(exifTiff(facts))), now)

const outing: CameraFacts = {
  takenLocal: '2021:06:01 12:30:00',
  offset: '+02:00',
  orientation: 6,
  gps: { latitude: -33.856784, longitude: 151.215297 },
  make: 'NIKON CORPORATION',
  model: 'NIKON D40',
}
const told = {
  taken: { wallMs: Date.UTC(2021, 5, 1, 12, 30), offsetMinutes: 120 },
  place: { latitudeE7: -338567840, longitudeE7: 1512152970 },
  camera: 'Nikon D40',
  orientation: 6,
}

describe('what a file tells of a picture', () => {
  test('Ana’s outing, out of a JPEG', () => {
    const photo = generatePhoto({ ...outing, seed: 1, width: 64, height: 48 })
    expect(readExifFacts(photo, now)).toEqual(told)
  })

  test('the same out of a PNG', () => {
    const photo = generatePng({ ...outing, seed: 1, width: 64, height: 48 })
    expect(readExifFacts(photo, now)).toEqual(told)
  })

  test('a part of a longer buffer is read like a whole one', () => {
    const photo = generatePhoto({ ...outing, seed: 1, width: 64, height: 48 })
    const longer = new Uint8Array(photo.length + 20)
    longer.set(photo, 10)
    expect(readExifFacts(longer.subarray(10, 10 + photo.length), now)).toEqual(told)
  })

  test('a date of digitising, then of changing, stands in', () => {
    const createdLocal = '2020:02:29 08:00:00'
    const modifiedLocal = '2019:01:01 09:00:00'
    const wallMs = Date.UTC(2020, 1, 29, 8)
    const nonsense = { takenLocal: '0000:00:00 00:00:00', offset: '+05:00' }
    expect(
      read({ ...nonsense, createdLocal, createdOffset: '-03:00', modifiedLocal }).taken,
    ).toEqual({
      wallMs,
      offsetMinutes: -180,
    })
    expect(read({ modifiedLocal }).taken?.wallMs).toBe(Date.UTC(2019, 0, 1, 9))
  })

  test.each([0, 9, 65_535])('an orientation of %d is none', (orientation) => {
    expect(read({ orientation }).orientation).toBe(1)
  })

  test('the zero that a phone writes without a fix is no place', () => {
    expect(read({ gps: { latitude: 0, longitude: 0 } }).place).toBeNull()
    expect(read({ gps: { latitude: 0, longitude: 6.5 } }).place).toEqual({
      latitudeE7: 0,
      longitudeE7: 65_000_000,
    })
    expect(read({ gps: { latitude: 91, longitude: 6.5 } }).place).toBeNull()
  })

  test('a file without EXIF, or that is no picture, tells nothing', () => {
    expect(readExifFacts(bareJpeg, now)).toEqual(nothing)
    expect(readExifFacts(utf8('Dear Sam'), now)).toEqual(nothing)
    expect(readExifFacts(new Uint8Array(0), now)).toEqual(nothing)
  })

  test('every place on earth is read back to a metre', () => {
    const places = fc.record({
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    })
    fc.assert(
      fc.property(places, (gps) => {
        const { place } = read({ gps })
        if (place === null) return Math.hypot(gps.latitude, gps.longitude) < 1e-6
        const north = Math.abs(place.latitudeE7 - gps.latitude * 1e7)
        return north < 50 && Math.abs(place.longitudeE7 - gps.longitude * 1e7) < 50
      }),
    )
  })

  test('a damaged file gives an answer, and nothing impossible', () => {
    const photo = withSegments(bareJpeg, exifSegment(exifTiff(outing)))
    const damage = fc.array(fc.tuple(fc.nat(photo.length - 1), fc.nat(255)), { maxLength: 12 })
    fc.assert(
      fc.property(damage, fc.nat(photo.length), (changes, length) => {
        const damaged = photo.slice(0, length)
        for (const [i, value] of changes) if (i < length) damaged[i] = value
        const facts = readExifFacts(damaged, now)
        expect(Math.abs(facts.place?.latitudeE7 ?? 0)).toBeLessThanOrEqual(90e7)
        expect(facts.taken?.wallMs ?? 0).toBeLessThan(now + 3 * 86_400_000)
        expect([1, 2, 3, 4, 5, 6, 7, 8]).toContain(facts.orientation)
      }),
      { numRuns: 300 },
    )
  })

  test.each(samplePhotos('broken'))('$name does no harm', (sample) => {
    const facts = readExifFacts(sample.read(), now)
    expect([1, 2, 3, 4, 5, 6, 7, 8]).toContain(facts.orientation)
  })
})
