import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayMs } from '#lib/base/time.ts'
import { parseOffsetMinutes, pickTaken } from './exif-date.ts'

const now = Date.UTC(2026, 5, 1, 12)
const at = (local: string | null, offset: string | null = null) => ({ local, offset })
const taken = (local: string, offset: string | null = null) => pickTaken([at(local, offset)], now)

describe('the date that a camera wrote', () => {
  test.each([
    '2021:06:01 12:30:45',
    '2021-06-01T12:30:45',
    '2021/06/01 12:30:45',
    '2021:06:01 12:30:45.123',
    '2021:06:01 12:30:45\0',
    ' 2021:6:1 12:30:45 ',
  ])('%j is understood', (text) => {
    const wallMs = Date.UTC(2021, 5, 1, 12, 30, 45)
    expect(taken(text)).toEqual({ wallMs, offsetMinutes: null })
  })

  test('its offset is kept beside the wall time and changes nothing of it', () => {
    const wallMs = Date.UTC(2021, 5, 1, 12)
    expect(taken('2021:06:01 12:00:00', '-04:30')).toEqual({ wallMs, offsetMinutes: -270 })
    expect(taken('2021:06:01 12:00:00+09:00')).toEqual({ wallMs, offsetMinutes: 540 })
    expect(taken('2021:06:01 12:00:00', 'summer')).toEqual({ wallMs, offsetMinutes: null })
  })

  test.each([
    ['zeros', '0000:00:00 00:00:00'],
    ['blanks', '    :  :     :  :  '],
    ['no such day', '2021:06:31 12:00:00'],
    ['no such hour', '2021:06:01 25:00:00'],
    ['before there were photos', '1825:01:01 00:00:00'],
    ['Android without a clock', '2002:12:08 12:00:00'],
    ['the start of a clock', '1970:01:01 00:00:00'],
    ['in three days', '2026:06:04 12:00:01'],
    ['words', 'yesterday'],
  ])('%s: no date is better than a wrong one', (_, text) => {
    expect(taken(text)).toBeNull()
  })

  test('the day after tomorrow is still believed: Ana may be east of her clock', () => {
    expect(taken('2026:06:03 12:00:00')?.wallMs).toBe(now + 2 * dayMs)
  })

  test('a date that cannot be true gives way to the next one', () => {
    const dates = [
      at(null),
      at('0000:00:00 00:00:00', '+01:00'),
      at('2014:09:12 17:20:30', '+02:00'),
    ]
    const wallMs = Date.UTC(2014, 8, 12, 17, 20, 30)
    expect(pickTaken(dates, now)).toEqual({ wallMs, offsetMinutes: 120 })
  })

  test('every real wall time is read back as written', () => {
    const seconds = fc.integer({ min: Date.UTC(1826) / 1000, max: now / 1000 })
    fc.assert(
      fc.property(seconds, (second) => {
        const text = new Date(second * 1000).toISOString().slice(0, 19)
        const read = taken(text.replaceAll('-', ':').replace('T', ' '))
        expect(read === null || read.wallMs === second * 1000).toBe(true)
      }),
    )
  })

  test('any text gives an answer', () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[0-9: ]{10,25}$/))
    fc.assert(
      fc.property(texts, texts, (local, offset) => {
        const read = taken(local, offset)
        expect(read === null || Number.isSafeInteger(read.wallMs)).toBe(true)
      }),
    )
  })
})

test.each([
  ['+02:00', 120],
  ['-0430', -270],
  ['Z', 0],
  ['+14:00', 840],
  ['+15:00', null],
  ['+02:75', null],
  ['', null],
])('an offset of %j is %j minutes', (text, minutes) => {
  expect(parseOffsetMinutes(text)).toBe(minutes)
})
