import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTakeoutAlbum, parseTakeoutSideCar, sideCarOf } from './takeout.ts'

const long = 'a very long name that somebody gave to a photo of the lake'

describe('the side-car of a photo from Google Takeout', () => {
  it.each([
    ['a.jpg', 'a.jpg.json'],
    ['a.jpg', 'a.jpg.supplemental-metadata.json'],
    ['IMG_20240601_123005_from_Ana.jpg', 'IMG_20240601_123005_from_Ana.jpg.supplemental-.json'],
    [
      'Screenshot_20240601-123005_Gallery12.jpg',
      'Screenshot_20240601-123005_Gallery12.jpg.suppl.json',
    ],
    [`${long}.jpg`, `${`${long}.jpg`.slice(0, 46)}.json`],
    ['a(1).jpg', 'a.jpg(1).json'],
    ['a(2).jpg', 'a.jpg.supplemental-metadata(2).json'],
    ['a(2).jpg', 'a.jpg.supplemental-me(2).json'],
    ['a-edited.jpg', 'a.jpg.json'],
    ['a-edited(1).jpg', 'a.jpg(1).json'],
    ['a-bearbeitet.jpg', 'a.jpg.supplemental-metadata.json'],
    ['IMG_1.MP4', 'IMG_1.HEIC.supplemental-metadata.json'],
    ['IMG_1(1).MP4', 'IMG_1.HEIC(1).json'],
    ['a.jpg', 'a.json'],
  ])('of %s is found as %s', (photo, sideCar) => {
    expect(sideCarOf(photo, new Set(['other.jpg.json', sideCar]))).toBe(sideCar)
  })

  it('is not that of another one', () => {
    expect(sideCarOf('a.jpg', new Set(['a.jpg(1).json', 'ab.jpg.json']))).toBeNull()
    expect(sideCarOf('a(1).jpg', new Set(['a.jpg.json']))).toBeNull()
    const both = new Set(['a.jpg.supplemental-metadata.json', 'a.jpg.json'])
    expect(sideCarOf('a.jpg', both)).toBe('a.jpg.supplemental-metadata.json')
  })

  it('says when, where and what', () => {
    const json = JSON.stringify({
      title: 'a.jpg',
      description: ' The lake ',
      photoTakenTime: { timestamp: '1717237805', formatted: '1 Jun 2024' },
      geoData: { latitude: 0, longitude: 0, altitude: 0 },
      geoDataExif: { latitude: -33.8567844, longitude: 151.2152967 },
    })
    expect(parseTakeoutSideCar(json)).toEqual({
      ...{ takenMs: 1_717_237_805_000, caption: 'The lake', isTrashed: false },
      place: { latitudeE7: -338_567_844, longitudeE7: 1_512_152_967 },
    })
  })

  it('says when to the millisecond, and not finer', () => {
    const json = '{"photoTakenTime":{"timestamp":"1234.5678"}}'
    expect(parseTakeoutSideCar(json)?.takenMs).toBe(1_234_568)
  })

  it('is told from that of an album, and an album from the folder of a year', () => {
    expect(parseTakeoutAlbum('{"title":"Lake","access":"protected"}')).toBe('Lake')
    expect(parseTakeoutAlbum('{"albumData":{"title":"Lake"}}')).toBe('Lake')
    expect(parseTakeoutAlbum('{"title":"Photos from 2019"}')).toBeNull()
    expect(parseTakeoutAlbum('{"title":"2019-06-01"}')).toBeNull()
    expect(parseTakeoutAlbum('{"title":"a.jpg","photoTakenTime":{}}')).toBeNull()
    expect(parseTakeoutSideCar('{"title":"Lake"}')).toBeNull()
  })

  it('is read without harm whatever is in it, and whatever files are called', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), fc.string(), (json, name) => {
        parseTakeoutAlbum(json)
        const facts = parseTakeoutSideCar(json)
        expect(facts === null || facts.caption.length <= 10_000).toBe(true)
        expect(sideCarOf(name, new Set([`${name}.json`.slice(0, 5)]))).toBeOneOf([
          null,
          `${name}.json`.slice(0, 5),
        ])
      }),
    )
  })
})
