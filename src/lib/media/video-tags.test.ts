import { expect, test } from 'vitest'
import { parseVideoTags, takenAt } from './video-tags.ts'

const now = Date.UTC(2026, 0, 1)

test('Sam’s iPhone says when, where and with what he filmed', () => {
  const tags = parseVideoTags(
    {
      'com.apple.quicktime.creationdate': '2019-07-24T11:25:40+0300',
      'com.apple.quicktime.location.ISO6709': '+32.0929+034.8620+036.540/',
      'com.apple.quicktime.make': 'Apple',
      'com.apple.quicktime.model': 'iPhone 6',
    },
    now,
  )
  expect(tags).toEqual({
    taken: { wallMs: Date.UTC(2019, 6, 24, 11, 25, 40), offsetMinutes: 180 },
    place: { latitudeE7: 320_929_000, longitudeE7: 348_620_000 },
    camera: 'iPhone 6',
  })
})

test('an Android phone writes the place into the user data', () => {
  const { place } = parseVideoTags({ '©xyz': '+51.4169-000.0806/' }, now)
  expect(place).toEqual({ latitudeE7: 514_169_000, longitudeE7: -806_000 })
})

test.each(['', 'here', '+91.0+010.0/', '+10.0+181.0/', '+00.0000+000.0000/', '+1+2junk', 7, null])(
  'a place of %o is none',
  (text) => {
    expect(parseVideoTags({ '©xyz': text }, now).place).toBeNull()
  },
)

test('an instant becomes wall time, unless it lies in the future or nowhere', () => {
  const instantMs = Date.UTC(2017, 1, 22, 8, 20, 28)
  const taken = takenAt(instantMs, now)
  expect((taken?.wallMs ?? 0) - (taken?.offsetMinutes ?? 0) * 60_000).toBe(instantMs)
  expect(takenAt(now + 3 * 86_400_000, now)).toBeNull()
  expect(takenAt(0, now)).toBeNull()
})
